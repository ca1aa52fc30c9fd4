"""An event mention as the codebook writes it: the command line's output."""

from __future__ import annotations

from typing import Any

from include.records import EventMention, Measure, Party


def mention_to_json(mention: EventMention) -> dict[str, Any]:
    """The mention as one JSON object, empty fields as null or empty lists."""
    return {
        "event_type": str(mention.event_type),
        "modality": str(mention.modality),
        "salience": str(mention.salience),
        "imposers": [_party(p) for p in mention.imposers],
        "targets": [{"kind": p.kind, **_party(p)} for p in mention.targets],
        "actors": [{**_party(p), "role": p.role} for p in mention.actors],
        "instrument": mention.instrument,
        "measures": [_measure(m) for m in mention.measures],
        "event_date": mention.event_date,
        "effective_date": mention.effective_date,
        "evidence": [e.text for e in mention.evidence],
        "evidence_offsets": [[e.start, e.end] for e in mention.evidence],
        "confidence": round(mention.confidence, 3),
    }


def _party(party: Party) -> dict[str, Any]:
    return {"name": party.name, "code": party.code}


def _measure(measure: Measure) -> dict[str, Any]:
    written: dict[str, Any] = {"type": str(measure.type), "objects": list(measure.objects)}
    return {**written, "flow": measure.flow} if measure.flow else written

"""Mentions and events, to and from the rows of the warehouse that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC
from typing import Any

from include.pipeline.decisions import Verdict
from include.records import (
    CLASS_OF,
    EventMention,
    EventType,
    Evidence,
    Measure,
    MeasureType,
    Modality,
    Party,
    Salience,
    SanctionsEvent,
)
from include.stages.resolve import RESOLVE_VERSION

REVIEW_BELOW = 0.5  # an event of less confidence waits for a person, visibly; docs/evaluation.md says why 0.5


def mention_rows(mentions: Sequence[EventMention], *, version: str) -> list[dict[str, Any]]:
    """The mentions of one article as rows of sanctions.event_mentions."""
    return [
        asdict(mention) | {"article_id": mention.doc_id, "extract_version": version, "position": position}
        for position, mention in enumerate(mentions)
    ]


def mention_from(row: Any) -> EventMention:
    """The mention of a row of mentions_to_resolve.sql."""
    return EventMention(
        id=row.id,
        doc_id=row.article_id,
        event_type=EventType(row.event_type),
        modality=Modality(row.modality),
        salience=Salience(row.salience),
        imposers=_parties(row.imposers),
        targets=_parties(row.targets),
        actors=_parties(row.actors),
        instrument=row.instrument,
        measures=tuple(
            Measure(type=MeasureType(measure["type"]), objects=tuple(measure["objects"]), flow=measure["flow"])
            for measure in row.measures
        ),
        event_date=row.event_date,
        effective_date=row.effective_date,
        evidence=tuple(Evidence(**sentence) for sentence in row.evidence),
        confidence=row.confidence,
        published_on=row.published_on,
    )


def _parties(rows: Iterable[Mapping[str, Any]]) -> tuple[Party, ...]:
    return tuple(Party(**row) for row in rows)


def event_row(event: SanctionsEvent, reports: Sequence[Any], verdict: Verdict | None = None) -> dict[str, Any]:
    """The event as a row of sanctions.events, with what its articles say of when and by whom it was reported.

    A person's verdict is its review status; without one, its confidence decides anew every time.
    """
    first = min(reports, key=lambda report: (report.published_at or report.seen_at, report.seen_at, report.article_id))
    days = [report.published_at.astimezone(UTC).date() for report in reports if report.published_at]
    return {
        "id": event.id,
        "event_type": event.event_type,
        "event_class": CLASS_OF[event.event_type],
        "modality": event.modality,
        "instrument": event.instrument,
        "event_date": event.event_date,
        "effective_date": event.effective_date,
        "confidence": event.confidence,
        "review_status": verdict.review_status if verdict else _status_by(event.confidence),
        "verdict_id": verdict and verdict.decision_id,
        "article_count": len({report.article_id for report in reports}),
        "story_count": len({report.story_id or report.article_id for report in reports}),
        "first_seen_at": min(report.seen_at for report in reports),
        "last_seen_at": max(report.seen_at for report in reports),
        "first_published_on": min(days, default=None),
        "first_publisher": first.publisher,
        "extract_version": max(report.extract_version for report in reports),
        "resolve_version": RESOLVE_VERSION,
    }


def _status_by(confidence: float) -> str:
    return "pending" if confidence < REVIEW_BELOW else "accepted"


def party_rows(event: SanctionsEvent) -> list[dict[str, Any]]:
    """The parties as rows of sanctions.event_parties."""
    roles = (("imposer", event.imposers), ("target", event.targets), ("actor", event.actors))
    return [
        {
            "event_id": event.id,
            "role": role,
            "position": position,
            "name": party.name,
            "kind": party.kind,
            "code": party.code,
            "part": party.role,
        }
        for role, parties in roles
        for position, party in enumerate(parties)
    ]


def measure_rows(event: SanctionsEvent) -> list[dict[str, Any]]:
    """The measures as rows of sanctions.event_measures."""
    return [
        {
            "event_id": event.id,
            "position": position,
            "measure_type": measure.type,
            "flow": measure.flow,
            "objects": measure.objects,
        }
        for position, measure in enumerate(event.measures)
    ]


def part_counts(event: SanctionsEvent) -> dict[str, Any]:
    """How many rows of each kind the event has, so that left-over ones can go."""
    return {
        "id": event.id,
        "imposers": len(event.imposers),
        "targets": len(event.targets),
        "actors": len(event.actors),
        "measures": len(event.measures),
    }

"""Scores of extracted events beside labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from include.evaluate.labels import NOTHING, Label, Labels
from include.evaluate.matching import best_matching, in_common, matches, same_measure, same_party, same_text
from include.evaluate.scores import Score
from include.records import CLASS_OF, EventClass

COUNTED = ("events", *(f"events {each}" for each in EventClass), "main events", "documents")
FIELDS = ("type", "modality", "date", "instrument", "imposers", "targets", "measures", "evidence")


@dataclass(slots=True)
class EventReport:
    """Scores by name, and what was missed or made up."""

    scores: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in (*COUNTED, *FIELDS)})
    missed: list[tuple[str, Label]] = field(default_factory=list)
    spurious: list[tuple[str, Label]] = field(default_factory=list)


def score_events(gold: Mapping[str, Labels], predicted: Mapping[str, Labels]) -> EventReport:
    """A prediction that fits only a background act counts neither way; fields are scored on matched events."""
    report = EventReport()
    for doc_id, labels in gold.items():
        _score_document(report, doc_id, labels, predicted.get(doc_id, NOTHING).events)
    return report


def _score_document(report: EventReport, doc_id: str, gold: Labels, predicted: tuple[Label, ...]) -> None:
    scores, pairs = report.scores, best_matching(gold.events, predicted)
    hit, used = {i for i, _ in pairs}, {j for _, j in pairs}
    spare = [
        event
        for j, event in enumerate(predicted)
        if j not in used and not any(matches(each, event) for each in gold.background)
    ]
    scores["events"].add(len(pairs), len(pairs) + len(spare), len(gold.events))
    for i, event in enumerate(gold.events):
        found = int(i in hit)
        scores[f"events {CLASS_OF[event.event_type]}"].add(found, found, 1)
        if event.salience == "main":
            scores["main events"].add(found, 1, 1)
    for event in spare:
        scores[f"events {CLASS_OF[event.event_type]}"].add(0, 1, 0)
    reports, says = bool(gold.events), bool(pairs or spare)
    scores["documents"].add(int(reports and says), int(says), int(reports))
    for i, j in pairs:
        _score_fields(scores, gold.events[i], predicted[j])
    report.missed += [(doc_id, event) for i, event in enumerate(gold.events) if i not in hit]
    report.spurious += [(doc_id, event) for event in spare]


def _score_fields(scores: dict[str, Score], gold: Label, found: Label) -> None:
    scores["type"].add(int(gold.event_type is found.event_type), 1, 1)
    scores["modality"].add(int(gold.modality == found.modality), 1, 1)
    if gold.event_date:
        scores["date"].add(int((found.event_date or "").startswith(gold.event_date)), 1, 1)
    if gold.instrument:
        scores["instrument"].add(int(same_text(gold.instrument, found.instrument)), 1, 1)
    common = {
        "imposers": (in_common(gold.imposers, found.imposers, same_party), found.imposers, gold.imposers),
        "targets": (in_common(gold.targets, found.targets, same_party), found.targets, gold.targets),
        "measures": (in_common(gold.measures, found.measures, same_measure), found.measures, gold.measures),
        "evidence": (in_common(gold.evidence, found.evidence, same_text), found.evidence, gold.evidence),
    }
    for name, (hits, given, true) in common.items():
        scores[name].add(hits, len(given), len(true))

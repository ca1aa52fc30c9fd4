"""People's decisions on acts, brought to the mentions that the articles have now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from include.records import CLASS_OF, EventClass, EventMention
from include.stages.corrections import Act, Changes, corrected
from include.stages.resolve_rulings import Ruling

VERDICTS = {"accept": "accepted", "reject": "rejected", "correct": "accepted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person said of the act that these mentions report: accepted, as it is or with changes, or rejected."""

    decision_id: str
    review_status: str
    mention_ids: frozenset[str]
    changes: Changes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """From the first to the last."""

    rulings: tuple[Ruling, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    def groups(self) -> list[frozenset[str]]:
        """The mentions that each is about."""
        return [each.left | each.right for each in self.rulings] + [each.mention_ids for each in self.verdicts]

    def among(self, mention_ids: AbstractSet[str]) -> Decisions:
        """Those about these mentions alone."""
        return Decisions(
            rulings=tuple(each for each in self.rulings if each.left | each.right <= mention_ids),
            verdicts=tuple(each for each in self.verdicts if each.mention_ids <= mention_ids),
        )

    def verdicts_by_event(self, event_of: Mapping[str, str]) -> dict[str, tuple[Verdict, ...]]:
        """The verdicts on each event, given by mention id: those most of whose mentions it has; the last one holds."""
        found: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            held = Counter(event_of[each] for each in verdict.mention_ids if each in event_of)
            for event_id, count in held.most_common(1):
                if 2 * count > len(verdict.mention_ids):
                    found[event_id].append(verdict)
        return {event_id: tuple(verdicts) for event_id, verdicts in found.items()}


def with_changes(act: Act, verdicts: Iterable[Verdict]) -> Act:
    """The act with what people changed of it, field by field from the first to the last."""
    for verdict in verdicts:
        if verdict.changes:
            act = corrected(act, verdict.changes)
    return act


def decisions_on(standing: Iterable[Any], mentions: Iterable[EventMention]) -> Decisions:
    """The decisions of rows of standing_decisions.sql, on these mentions."""
    places = _by_place(mentions)
    rulings, verdicts = [], []
    for (decision_id, kind), group in groupby(standing, key=lambda row: (row.id, row.kind)):
        reports = list(group)
        left, right = _sides(reports, places)
        if kind in VERDICTS and left:
            verdicts.append(_verdict(decision_id, reports[0], left))
        elif kind not in VERDICTS and left and right:
            rulings.append(Ruling(together=kind == "merge", left=left, right=right))
    return Decisions(rulings=tuple(rulings), verdicts=tuple(verdicts))


def reports_named(standing: Iterable[Any], mentions: Iterable[EventMention]) -> Iterator[tuple[Any, str]]:
    """The rows of standing_decisions.sql that name one of these mentions, each with its id."""
    places = _by_place(mentions)
    for row in standing:
        if mention := _mention_at(row, places.get((row.article_id, EventClass(row.event_class)), ())):
            yield row, mention.id


def _by_place(mentions: Iterable[EventMention]) -> Mapping[tuple[str, EventClass], Sequence[EventMention]]:
    places: dict[tuple[str, EventClass], list[EventMention]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda each: each.id):  # of two in one sentence always the same
        places[mention.doc_id, CLASS_OF[mention.event_type]].append(mention)
    return places


def _verdict(decision_id: str, decision: Any, mention_ids: frozenset[str]) -> Verdict:
    return Verdict(
        decision_id=decision_id,
        review_status=VERDICTS[decision.kind],
        mention_ids=mention_ids,
        changes=Changes.model_validate(decision.changes) if decision.changes else None,
    )


def _sides(
    reports: Sequence[Any], places: Mapping[tuple[str, EventClass], Sequence[EventMention]]
) -> tuple[frozenset[str], frozenset[str]]:
    sides: dict[str, set[str]] = {"left": set(), "right": set()}
    for report in reports:
        if mention := _mention_at(report, places.get((report.article_id, EventClass(report.event_class)), ())):
            sides[report.side].add(mention.id)
    return frozenset(sides["left"]), frozenset(sides["right"] - sides["left"])


def _mention_at(report: Any, mentions: Sequence[EventMention]) -> EventMention | None:
    """The mention whose evidence stands nearest to that of the report; the only one of its class in any case."""
    near = [
        mention
        for mention in mentions
        if any(each.start < report.end_offset and report.start_offset < each.end for each in mention.evidence)
    ]
    if near:
        return min(near, key=lambda mention: _distance(report, *place_of(mention)))
    return mentions[0] if len(mentions) == 1 else None


def place_of(mention: EventMention) -> tuple[int, int]:
    """First character of its first sentence and the one after its last one, by which decisions name a report."""
    return min(each.start for each in mention.evidence), max(each.end for each in mention.evidence)


def _distance(report: Any, start: int, end: int) -> int:
    return abs(int(report.start_offset) - start) + abs(int(report.end_offset) - end)

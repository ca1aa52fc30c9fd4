"""Scores of resolved acts beside a catalog of real ones and links that say which documents report them as news."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from include.evaluate.labels import parties_from
from include.evaluate.matching import UN_BODIES, words
from include.evaluate.scores import Score
from include.records import CLASS_OF, EventClass, EventType, Party

Link = tuple[str, str]  # document, act


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A real act: parties are codes or names."""

    id: str
    event_class: EventClass
    imposers: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """An act as resolving sees it."""

    id: str
    event_class: EventClass
    imposers: tuple[Party, ...]
    targets: tuple[Party, ...]
    date: str
    documents: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActReport:
    """How well resolved rows stand for real acts."""

    coverage: Score  # of links: a fitting row has a mention in the document
    rows: Score  # hits are covered acts, found the rows that they are spread over
    pairs: Score  # of links in one row
    spread: Mapping[str, int]  # rows by act
    mixed: Mapping[Hashable, tuple[str, ...]]  # acts by row, where there are several


def act_from(row: Mapping[str, Any]) -> Act:
    return Act(
        id=row["act_id"],
        event_class=CLASS_OF[EventType(row["event_type"])],
        imposers=tuple(row.get("imposers") or ()),
        targets=tuple(row.get("targets") or ()),
        date=row.get("date"),
    )


def resolved_from(row: Mapping[str, Any]) -> Resolved:
    """The act of a line that the command `resolve` writes."""
    return Resolved(
        id=row["event_id"],
        event_class=CLASS_OF[EventType(row["event_type"])],
        imposers=parties_from(row["imposers"]),
        targets=parties_from(row["targets"]),
        date=row["event_date"] or "",
        documents=frozenset(mention["doc_id"] for mention in row["mentions"]),
    )


def links_from(rows: Iterable[Mapping[str, Any]]) -> list[Link]:
    """Which documents report which acts as news."""
    return [(row["doc_id"], act["act_id"]) for row in rows for act in row["acts"] if act["as"] == "news"]


def score_acts(acts: Iterable[Act], links: Sequence[Link], resolved: Sequence[Resolved]) -> ActReport:
    """Of several rows that fit a link the one counts whose documents overlap most with the act's."""
    known = {act.id: act for act in acts}
    wanted = [link for link in links if link[1] in known]
    documents: dict[str, set[str]] = defaultdict(set)
    for document, act_id in wanted:
        documents[act_id].add(document)
    given: dict[Link, Hashable] = {}
    for link in wanted:
        act = known[link[1]]
        fitting = [row for row in resolved if link[0] in row.documents and _fits(act, row)]
        if fitting:
            given[link] = max(fitting, key=lambda row: _overlap(row, act, documents[act.id])).id
    return _report(wanted, given)


def _report(wanted: Sequence[Link], given: Mapping[Link, Hashable]) -> ActReport:
    rows = [given.get(link, ("alone", link)) for link in wanted]
    together = Counter((act_id, row) for (_, act_id), row in zip(wanted, rows, strict=True))
    counts = together, Counter(rows), Counter(act_id for _, act_id in wanted)
    hits, found, true = (sum(n * (n - 1) // 2 for n in each.values()) for each in counts)
    by_act: dict[str, set[Hashable]] = defaultdict(set)
    by_row: dict[Hashable, set[str]] = defaultdict(set)
    for (_, act_id), row in given.items():
        by_act[act_id].add(row)
        by_row[row].add(act_id)
    spread = {act_id: len(each) for act_id, each in by_act.items()}
    return ActReport(
        coverage=Score(hits=len(given), found=len(wanted), true=len(wanted)),
        rows=Score(hits=len(spread), found=sum(spread.values()), true=len(spread)),
        pairs=Score(hits=hits, found=found, true=true),
        spread=spread,
        mixed={row: tuple(sorted(each)) for row, each in by_row.items() if len(each) > 1},
    )


def _overlap(row: Resolved, act: Act, documents: set[str]) -> tuple[float, bool, str]:
    return len(documents & row.documents) / len(documents | row.documents), row.date == str(act.date), row.id


def _fits(act: Act, row: Resolved) -> bool:
    return (
        act.event_class is row.event_class
        and _is_among(act.imposers, row.imposers)
        and _is_among(act.targets, row.targets)
    )


def _is_among(wanted: Sequence[str], parties: Sequence[Party]) -> bool:
    return not wanted or not parties or any(_is_called(party, want) for party in parties for want in wanted)


def _is_called(party: Party, want: str) -> bool:
    if party.code and (party.code == want or {party.code, want} <= UN_BODIES):
        return True
    name, other = words(party.name), words(want)
    return bool(name) and (name <= other or (bool(other) and other <= name))

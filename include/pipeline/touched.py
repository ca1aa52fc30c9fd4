"""Which mentions to resolve: those that something new touches, and the whole blocks that they are or come to be in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from include.edges.warehouse import Connection, read
from include.pipeline.decisions import Decisions, decisions_on
from include.pipeline.event_rows import mention_from
from include.records import EventMention
from include.stages.resolve_clusters import blocks_of, hashes, known_keys, sought_keys
from include.stages.resolve_traces import Trace, trace

MANY = 10_000  # touched mentions from which resolving all is quicker than finding whom they meet


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a run resolves."""

    reports: Mapping[str, Any]  # rows of mentions_to_resolve.sql by mention id, whole blocks
    mentions: Mapping[str, EventMention]
    decisions: Decisions
    fingerprints: Mapping[str, int]  # of the new and changed among them
    gone: tuple[str, ...]  # mentions that count no longer

    @property
    def stories(self) -> dict[str, str]:
        """By article."""
        return {row.article_id: row.story_id for row in self.reports.values() if row.story_id}

    def keys(self, mention_id: str) -> list[int]:
        """What the mention is found by as a candidate."""
        return hashes(known_keys(_trace(self.reports[mention_id], self.mentions[mention_id])))


def read_touched(connection: Connection, *, version: str) -> Touched:
    """The mentions that a run has to resolve, and the decisions on them."""
    changes = read(connection, "touched_mentions", version=version)
    fingerprints = {row.id: row.fingerprint for row in changes if row.fingerprint is not None}
    standing = read(connection, "standing_decisions") if changes else []
    decided = _load(connection, article_ids={row.article_id for row in standing})
    decisions = decisions_on(standing, map(mention_from, decided.values()))
    if len(fingerprints) >= MANY:
        everything = _load(connection, ids={row.id for row in read(connection, "current_mention_ids")})
        return _touched(everything, changes, decisions)
    before = read(connection, "events_of_articles") if fingerprints else []
    reports = _load(
        connection,
        ids=_bound_to(fingerprints, decisions.groups()),
        block_ids={row.block_id for row in changes if row.block_id},
        event_ids={row.event_id for row in (*changes, *before) if row.event_id},
    )
    reports |= _load(connection, block_ids=_met(connection, reports, fingerprints))
    return _touched(reports, changes, decisions)


def _touched(reports: Mapping[str, Any], changes: Iterable[Any], decisions: Decisions) -> Touched:
    return Touched(
        reports=reports,
        mentions={mention_id: mention_from(row) for mention_id, row in reports.items()},
        decisions=decisions.among(reports.keys()),
        fingerprints={row.id: row.fingerprint for row in changes if row.fingerprint is not None},
        gone=tuple(sorted(row.id for row in changes if row.fingerprint is None)),
    )


def _bound_to(mention_ids: Iterable[str], groups: Sequence[frozenset[str]]) -> set[str]:
    """These and all that decisions tie to them: a decision may look at one article more since it was read."""
    found = set(mention_ids)
    while more := {each for group in groups if group & found for each in group} - found:
        found |= more
    return found


def _met(connection: Connection, reports: Mapping[str, Any], touched: Iterable[str]) -> set[str]:
    """The blocks not among the reports with mentions that are like a touched one."""
    block_of = {mention_id: row.block_id for mention_id, row in reports.items() if row.block_id}
    traces = [_trace(reports[mention_id], mention_from(reports[mention_id])) for mention_id in touched]
    keys = sorted({key for each in traces for key in hashes(sought_keys(each))})
    found = {row.id for row in read(connection, "candidates_by_key", keys=keys)} - block_of.keys()
    others = _load(connection, ids=found)
    return blocks_of(
        traces,
        [_trace(row, mention_from(row)) for row in others.values()],
        {mention_id: row.block_id for mention_id, row in others.items()},
    )


def _load(
    connection: Connection,
    *,
    ids: Iterable[str] = (),
    article_ids: Iterable[str] = (),
    block_ids: Iterable[str] = (),
    event_ids: Iterable[str] = (),
) -> dict[str, Any]:
    wanted = {"ids": ids, "article_ids": article_ids, "block_ids": block_ids, "event_ids": event_ids}
    asked = {name: sorted(values) for name, values in wanted.items()}
    if not any(asked.values()):
        return {}
    return {row.id: row for row in read(connection, "mentions_to_resolve", **asked)}


def _trace(row: Any, mention: EventMention) -> Trace:
    return trace(mention, row.story_id or row.article_id)

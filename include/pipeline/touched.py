"""Which mentions to resolve: those that something new touches, and the whole blocks that they are or come to be in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from include.edges.warehouse import Connection, read
from include.pipeline.decisions import Decisions, decisions_on
from include.pipeline.event_rows import mention_from
from include.records import EventMention
from include.stages.resolve_clusters import blocks_of, hashes, known_keys, sought_keys
from include.stages.resolve_traces import Trace, trace

# Touched mentions, and their share of all, from which resolving all is quicker than finding whom they meet.
MANY, SHARE = 10_000, 0.1
MOST = 100_000  # touched mentions that are resolved at once, and mentions of which all are: what two gigabytes hold
ARTICLES_AT_ONCE = 2_000
LOOK_AT_ALL = timedelta(days=1)  # whatever was noted as changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a run resolves."""

    reports: Mapping[str, Any]  # rows of mentions_to_resolve.sql by mention id, whole blocks
    mentions: Mapping[str, EventMention]
    decisions: Decisions
    fingerprints: Mapping[str, int]  # of the new and changed among them
    gone: tuple[str, ...]  # mentions that count no longer
    notes: tuple[int, ...]  # changes that were looked at
    is_whole: bool  # all mentions were looked at
    is_part: bool  # more is touched than was read

    @property
    def stories(self) -> dict[str, str]:
        """By article."""
        return {row.article_id: row.story_id for row in self.reports.values() if row.story_id}

    def keys(self, mention_id: str) -> list[int]:
        """What the mention is found by as a candidate."""
        return hashes(known_keys(_trace(self.reports[mention_id], self.mentions[mention_id])))


def read_touched(connection: Connection, *, version: str, now: datetime) -> Touched:
    """The mentions that a run has to resolve, and the decisions on them."""
    changed = read(connection, "changed_articles")
    last = read(connection, "last_whole_resolving")
    is_whole = (
        not last
        or last[0].version != version
        or now - last[0].done_at >= LOOK_AT_ALL
        or any(row.article_id is None for row in changed)
    )
    article_ids = None if is_whole else sorted({row.article_id for row in changed})
    touched = mentions_to_look_at(connection, article_ids, version=version)
    changes = sorted(touched, key=lambda row: (row.block_id or "", row.id))[:MOST]  # a block in one part or two
    fingerprints = {row.id: row.fingerprint for row in changes if row.fingerprint is not None}
    standing = read(connection, "standing_decisions") if changes else []
    decided = _load(connection, article_ids={row.article_id for row in standing})
    decisions = decisions_on(standing, map(mention_from, decided.values()))
    if _are_many(connection, len(fingerprints)):
        reports = _load(connection, ids={row.id for row in read(connection, "current_mention_ids")})
    else:
        reports = _reports_around(connection, changes, fingerprints, decisions)
    return Touched(
        reports=reports,
        mentions={mention_id: mention_from(row) for mention_id, row in reports.items()},
        decisions=decisions.among(reports.keys()),
        fingerprints=fingerprints,
        gone=tuple(sorted(row.id for row in changes if row.fingerprint is None)),
        notes=tuple(row.change for row in changed if row.change is not None),
        is_whole=is_whole,
        is_part=len(touched) > len(changes),
    )


def mentions_to_look_at(connection: Connection, article_ids: Sequence[str] | None, *, version: str) -> list[Any]:
    """Rows of touched_mentions.sql: of all articles where `article_ids` is None."""
    if article_ids is None:
        return read(connection, "touched_mentions", version=version, article_ids=None)
    # From some tens of thousands at once PostgreSQL expects so many mentions that it reads every one there is.
    return [
        row
        for start in range(0, len(article_ids), ARTICLES_AT_ONCE)
        for row in read(
            connection,
            "touched_mentions",
            version=version,
            article_ids=list(article_ids[start : start + ARTICLES_AT_ONCE]),
        )
    ]


def _are_many(connection: Connection, touched: int) -> bool:
    if touched < MANY:
        return False
    (resolved,) = read(connection, "count_resolved")
    return bool(SHARE * resolved.mentions <= touched <= MOST - resolved.mentions)


def _reports_around(
    connection: Connection, changes: Sequence[Any], fingerprints: Mapping[str, int], decisions: Decisions
) -> dict[str, Any]:
    """Whole blocks: those that touched mentions were in, whose ids they may claim, and that they come to meet."""
    before = read(connection, "events_of_articles") if fingerprints else []
    reports = _load(
        connection,
        ids=_bound_to(fingerprints, decisions.groups()),
        block_ids={row.block_id for row in changes if row.block_id},
        event_ids={row.event_id for row in (*changes, *before) if row.event_id},
    )
    return reports | _load(connection, block_ids=_met(connection, reports, fingerprints))


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

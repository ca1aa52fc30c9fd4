"""Keeps one row per real-world act: resolves every current mention and writes what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.decisions import Decisions, read_decisions
from include.pipeline.event_rows import event_row, measure_rows, mention_from, part_counts, party_rows
from include.records import CLASS_OF, SanctionsEvent, Tally
from include.settings import Settings
from include.stages.resolve import resolve_mentions
from include.stages.resolve_sequence import follow_ups


def resolve_events(settings: Settings, *, now: datetime) -> Tally:
    """How many events there are, and how many rows changed."""
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        read(connection, "lock_resolving")
        tally.add("mentions_switched", write(connection, "follow_article_versions"))
        reports = {row.id: row for row in read(connection, "current_mentions")}
        mentions = {mention_id: mention_from(row) for mention_id, row in reports.items()}
        decisions = read_decisions(connection, mentions.values())
        events = resolve_mentions(
            mentions.values(),
            stories={row.article_id: row.story_id for row in reports.values() if row.story_id},
            known=_known_events(connection, reports.values()),
            rulings=decisions.rulings,
        )
        tally.add("mentions", len(reports))
        tally.add("events", len(events))
        _write(connection, events, reports, decisions, settings.batch_size, tally)
        followed = follow_ups(events, mentions)
        links = [{"id": event.id, "followed_by": followed.get(event.id)} for event in events]
        tally.add("plans_linked", write_rows(connection, "link_plans", links, batch_size=settings.batch_size))
        tally.add("events_withdrawn", write(connection, "withdraw_events"))
    return tally


def _known_events(connection: Connection, reports: Iterable[Any]) -> dict[str, str]:
    """The event that each mention belonged to, or that its article's superseded mentions of the class did."""
    superseded: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in read(connection, "events_of_articles"):
        superseded[row.article_id, row.event_class].add(row.event_id)
    known = {}
    for report in reports:
        before = superseded[report.article_id, CLASS_OF[report.event_type]]
        if report.event_id:
            known[report.id] = report.event_id
        elif len(before) == 1:
            known[report.id] = min(before)
    return known


def _write(
    connection: Connection,
    events: Sequence[SanctionsEvent],
    reports: Mapping[str, Any],
    decisions: Decisions,
    batch_size: int,
    tally: Tally,
) -> None:
    statuses = decisions.statuses(events)
    rows = [
        event_row(event, [reports[mention_id] for mention_id in event.mention_ids], statuses.get(event.id))
        for event in events
    ]
    parties = [row for event in events for row in party_rows(event)]
    measures = [row for event in events for row in measure_rows(event)]
    sizes = [part_counts(event) for event in events]
    assigned = [{"id": mention_id, "event_id": event.id} for event in events for mention_id in event.mention_ids]
    tally.add("events_written", write_rows(connection, "upsert_events", rows, batch_size=batch_size))
    for name, part in (
        ("upsert_event_parties", parties),
        ("upsert_event_measures", measures),
        ("trim_event_parties", sizes),
        ("trim_event_measures", sizes),
        ("assign_mentions", assigned),
    ):
        tally.add("parts_written", write_rows(connection, name, part, batch_size=batch_size))
    tally.add("events_pending_review", sum(row["review_status"] == "pending" for row in rows))

"""Keeps one row per real-world act: resolves the mentions that something new touches and writes what differs."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.decisions import Verdict, with_changes
from include.pipeline.event_rows import REVIEW_BELOW, event_row, measure_rows, part_counts, party_rows
from include.pipeline.touched import Touched, read_touched
from include.records import CLASS_OF, EventType, Modality, Party, SanctionsEvent, Tally
from include.settings import Settings
from include.stages.resolve import RESOLVE_VERSION, Resolution, resolve_blocks
from include.stages.resolve_sequence import follow_ups

log = logging.getLogger("desk")
VERSION = f"{RESOLVE_VERSION}, review below {REVIEW_BELOW}"  # of all that rows depend on beside what was read


def resolve_events(settings: Settings, *, now: datetime) -> Tally:
    """How many mentions were resolved, into how many events, and how many rows changed."""
    tally = Tally()
    while not _resolve_touched(settings, tally, now=now):
        log.info("More is touched than is resolved at once. So far: %s", tally.as_text())
    return tally


def _resolve_touched(settings: Settings, tally: Tally, *, now: datetime) -> bool:
    """Whether nothing more is touched than was resolved now, in one transaction."""
    with transaction(settings.warehouse) as connection:
        read(connection, "lock_resolving")
        tally.add("mentions_switched", write(connection, "follow_article_versions"))
        touched = read_touched(connection, version=VERSION, now=now)
        if not touched.is_part:
            write(connection, "forget_changes", changes=list(touched.notes))
            if touched.is_whole:
                write(connection, "upsert_last_whole_resolving", version=VERSION, now=now)
        if not touched.reports and not touched.gone:
            return True
        known = _known_events(connection, touched.reports.values())
        resolution = resolve_blocks(
            touched.mentions.values(),
            stories=touched.stories,
            known=known,
            rulings=touched.decisions.rulings,
            bound=touched.decisions.groups(),
            taken=frozenset(row.id for row in read(connection, "events_in_use")),
        )
        tally.add("mentions", len(touched.reports))
        tally.add("events", len(resolution.events))
        verdicts = touched.decisions.verdicts_by_event(resolution.event_of)
        events = [with_changes(event, verdicts.get(event.id, ())) for event in resolution.events]
        last = {event_id: said[-1] for event_id, said in verdicts.items()}
        _write(connection, events, last, touched, settings.batch_size, tally)
        _remember(connection, resolution, touched, settings.batch_size)
        withdrawn = [row.id for row in read(connection, "withdraw_events")]
        tally.add("events_withdrawn", len(withdrawn))
        merged = _merged(withdrawn, known, resolution.event_of)
        tally.add("events_merged", write_rows(connection, "note_merged_events", merged))
        links = _links(connection)
        tally.add("plans_linked", write_rows(connection, "link_plans", links, batch_size=settings.batch_size))
        written = {event.id for event in resolution.events} | set(withdrawn) | {link["id"] for link in links}
        tally.add("versions_kept", _keep_versions(connection, sorted(written), settings.batch_size))
    return not touched.is_part


def _known_events(connection: Connection, reports: Iterable[Any]) -> dict[str, str]:
    """The event that each mention belonged to, or that its article's superseded mentions of the class did."""
    superseded: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in read(connection, "events_of_articles"):
        superseded[row.article_id, CLASS_OF[row.event_type]].add(row.event_id)
    known = {}
    for report in reports:
        before = superseded[report.article_id, CLASS_OF[report.event_type]]
        if report.event_id:
            known[report.id] = report.event_id
        elif len(before) == 1:
            known[report.id] = min(before)
    return known


def _merged(withdrawn: Iterable[str], before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, object]]:
    """Which act most reports of each withdrawn one went to; acts are given by mention id."""
    moved: dict[str, Counter[str]] = defaultdict(Counter)
    for mention_id, event_id in sorted(before.items()):
        moved[event_id][after[mention_id]] += 1
    return [{"id": each, "merged_into": moved[each].most_common(1)[0][0]} for each in withdrawn if each in moved]


def _write(
    connection: Connection,
    events: Sequence[SanctionsEvent],
    verdicts: Mapping[str, Verdict],
    touched: Touched,
    batch_size: int,
    tally: Tally,
) -> None:
    rows = [
        event_row(event, [touched.reports[mention_id] for mention_id in event.mention_ids], verdicts.get(event.id))
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


def _remember(connection: Connection, resolution: Resolution, touched: Touched, batch_size: int) -> None:
    """Notes what the next run can leave alone."""
    write(connection, "forget_resolved_mentions", ids=list(touched.gone))
    noted, moved = [], []
    for mention_id, block_id in resolution.block_of.items():
        row: dict[str, object] = {"mention_id": mention_id, "block_id": block_id}
        if mention_id in touched.fingerprints:
            noted.append(row | {"fingerprint": touched.fingerprints[mention_id], "keys": touched.keys(mention_id)})
        elif touched.reports[mention_id].block_id != block_id:
            moved.append(row)
    write_rows(connection, "upsert_resolved_mentions", noted, batch_size=batch_size)
    write_rows(connection, "move_resolved_mentions", moved, batch_size=batch_size)


def _keep_versions(connection: Connection, event_ids: Sequence[str], batch_size: int) -> int:
    """How many acts have a version more, after anything of theirs may have been written."""
    kept = 0
    # Not when the task began: it waited for its turn and worked, and readers still saw what was known before.
    (clock,) = read(connection, "clock")
    for start in range(0, len(event_ids), batch_size):
        ids = list(event_ids[start : start + batch_size])
        write(connection, "close_event_versions", ids=ids, now=clock.now)
        kept += write(connection, "open_event_versions", ids=ids, now=clock.now)
    return kept


def _links(connection: Connection) -> list[dict[str, Any]]:
    """Which act carried out a plan, of all standing events, where that is news."""
    rows = read(connection, "stages_of_acts")
    reported: dict[str, date] = {row.id: row.reported_on for row in rows}
    followed = follow_ups(map(_stage_from, rows), reported)
    return [
        {"id": row.id, "followed_by": followed.get(row.id)} for row in rows if row.followed_by != followed.get(row.id)
    ]


def _stage_from(row: Any) -> SanctionsEvent:
    """The event with what tells a plan and its deed."""
    imposers, targets = (
        tuple(Party(name=name, kind=kind, code=code) for name, kind, code in side or ())
        for side in (row.imposers, row.targets)
    )
    return SanctionsEvent(
        id=row.id,
        event_type=EventType(row.event_type),
        modality=Modality(row.modality),
        imposers=imposers,
        targets=targets,
        actors=(),
        instrument=row.instrument,
        measures=(),
        event_date=row.event_date,
        effective_date=None,
        confidence=1.0,
        mention_ids=(),
    )

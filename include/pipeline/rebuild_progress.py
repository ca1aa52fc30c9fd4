"""How far each source of a rebuild has been read: rows that move on with what was read, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.rebuild_plan import Plan, Rebuild, Source
from include.records import Tally
from include.settings import Settings


class OvertakenError(Exception):
    """Somebody else read this part of the source meanwhile: nothing of it is to be written again."""


@dataclass(slots=True)
class Step:
    """What one stretch of a source held."""

    found: int = 0
    entries_new: int = 0
    pages_new: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def unread_sources(
    settings: Settings, rebuild: Rebuild, source: Source, names: Iterable[str], now: datetime
) -> Iterator[tuple[str, int]]:
    """The names that are not read to their end, with the position to go on from."""
    wanted = list(dict.fromkeys(names))
    with transaction(settings.warehouse) as connection:
        add_sources(connection, rebuild, source, wanted, now)
        known = {row.name: row for row in read_sources(connection, rebuild, source)}
    return iter([(name, known[name].position) for name in wanted if not known[name].is_done])


def add_sources(connection: Connection, rebuild: Rebuild, source: Source, names: Iterable[str], now: datetime) -> None:
    """Names what is to be read; what is known keeps how far it got."""
    rows = [
        {"rebuild_id": rebuild.id, "source": source, "name": name, "updated_at": now} for name in sorted(set(names))
    ]
    write_rows(connection, "insert_rebuild_sources", rows)


def read_sources(connection: Connection, rebuild: Rebuild, source: Source | None = None) -> list[Any]:
    """The rows of a rebuild's sources."""
    rows = read(connection, "rebuild_sources", rebuild_id=rebuild.id)
    return [row for row in rows if source is None or row.source == source]


def advance(
    connection: Connection,
    rebuild: Rebuild,
    source: Source,
    name: str,
    step: Step,
    *,
    position: int,
    reached: int,
    now: datetime,
    is_done: bool = False,
    reason: str = "",
    detail: str = "",
) -> None:
    """Notes that a source was read from one position to another; OvertakenError when it is elsewhere by now."""
    moved = write(
        connection,
        "advance_rebuild_source",
        rebuild_id=rebuild.id,
        source=source,
        source_name=name,
        position=position,
        reached=reached,
        is_done=is_done,
        found=step.found,
        entries_new=step.entries_new,
        pages_new=step.pages_new,
        skipped=orjson.dumps({str(why): n for why, n in step.skipped.items() if n}).decode(),
        reason=reason,
        detail=detail[:300],
        now=now,
    )
    if not moved:
        raise OvertakenError(name)


@contextmanager
def unless_dry(connection: Connection, plan: Plan) -> Iterator[None]:
    """Undoes what the block wrote when the run is a dry one: what it would write is counted all the same."""
    with connection.cursor() as cursor:
        cursor.execute("savepoint before_writing")
        yield
        if plan.is_dry_run:
            cursor.execute("rollback to savepoint before_writing")


def count_step(tally: Tally, step: Step, source: Source) -> None:
    """Adds a stretch of a source to the counts of the task."""
    tally.add(f"{source}_found", step.found)
    tally.add(f"{source}_entries_new", step.entries_new)
    tally.add(f"{source}_pages_new", step.pages_new)
    for why, n in step.skipped.items():
        tally.add(f"{source}_skipped_{why}", n)

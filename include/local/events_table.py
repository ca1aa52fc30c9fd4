"""The events of the warehouse as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from include.edges.warehouse import read, transaction
from include.records import EventType, Modality

MOST = 40


def print_events(dsn: str, console: Console) -> int:
    """How many events the table shows, newest first."""
    with transaction(dsn) as connection:
        events = read(connection, "newest_events", most=MOST)
    if not events:
        return 0
    table = Table(title="Sanctions events in the warehouse", caption="; ".join(notes(events)))
    table.add_column("date", no_wrap=True)
    for name in ("imposer or actor", "action", "target", "instrument"):
        table.add_column(name, overflow="fold")
    table.add_column("measures", overflow="fold", min_width=len("financial_restriction"))
    table.add_column("reports", justify="right", no_wrap=True)
    for event in events:
        who, action = who_does_what(event)
        cells = (
            event.day if event.is_dated else f"({event.day})",
            who,
            action,
            ", ".join(event.targets),
            event.instrument or "",
            ", ".join(event.measures),
        )
        table.add_row(*map(escape, cells), str(event.report_count))
    console.print(table)
    return len(events)


def notes(events: Sequence[Any]) -> Iterator[str]:
    if not all(event.is_dated for event in events):
        yield "(day of the first report, where none states the act's)"
    if hidden := events[0].total - len(events):
        yield f"and {hidden} older ones"


def who_does_what(event: Any) -> tuple[str, str]:
    """Who acts and how; who condemns or violates sanctions is not who imposed them."""
    imposers = ", ".join(event.imposers)
    who, action = imposers, event.event_type
    if event.event_type in (EventType.CONDEMNED, EventType.VIOLATED):
        who = ", ".join(event.actors)
        action += f" sanctions of {imposers}" if imposers else " sanctions"
    return who, action if event.modality == Modality.ASSERTED else f"{action} ({event.modality})"

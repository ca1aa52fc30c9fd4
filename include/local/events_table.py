"""The events of the warehouse as a table for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from include.edges.warehouse import read, transaction

MOST = 40


def print_events(dsn: str, console: Console) -> int:
    """How many events the table shows, newest first."""
    with transaction(dsn) as connection:
        events = read(connection, "newest_events", most=MOST)
    if not events:
        return 0
    hidden = events[0].total - len(events)
    table = Table(title="Sanctions events in the warehouse", caption=f"and {hidden} older ones" if hidden else None)
    table.add_column("date", no_wrap=True)
    for name in ("imposer", "action", "target", "instrument"):
        table.add_column(name, overflow="fold")
    table.add_column("measures", overflow="fold", min_width=len("financial_restriction"))
    table.add_column("reports", justify="right", no_wrap=True)
    for event in events:
        action = event.event_type if event.modality == "asserted" else f"{event.event_type} ({event.modality})"
        cells = (
            event.event_date or "",
            ", ".join(event.imposers),
            action,
            ", ".join(event.targets),
            event.instrument or "",
            ", ".join(event.measures),
        )
        table.add_row(*map(escape, cells), str(event.report_count))
    console.print(table)
    return len(events)

"""The events of the warehouse as a table for a terminal."""

from __future__ import annotations

import psycopg2
from rich.console import Console
from rich.markup import escape
from rich.table import Table

QUERY = """
select event_date, imposers, event_type, modality, targets, instrument, measures, report_count
from mart.events
where not is_withdrawn
order by coalesce(event_date, first_published_on::text) desc, report_count desc
limit 40
"""


def print_events(dsn: str, console: Console) -> int:
    """How many events the table shows, newest first."""
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(QUERY)
            rows = cursor.fetchall()
    finally:
        connection.close()
    table = Table(title="Sanctions events in the warehouse")
    table.add_column("date", no_wrap=True)
    for name in ("imposer", "action", "target", "instrument", "measures"):
        table.add_column(name, overflow="fold")
    table.add_column("reports", justify="right", no_wrap=True)
    for event_date, imposers, event_type, modality, targets, instrument, measures, report_count in rows:
        action = event_type if modality == "asserted" else f"{event_type} ({modality})"
        cells = (
            event_date or "",
            ", ".join(imposers),
            action,
            ", ".join(targets),
            instrument or "",
            ", ".join(measures),
        )
        table.add_row(*map(escape, cells), str(report_count))
    console.print(table)
    return len(rows)

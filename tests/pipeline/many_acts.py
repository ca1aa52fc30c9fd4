"""Acts by the thousand, made by the server, and exports in a process of their own, whose memory can be measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from include.edges.warehouse import transaction, write
from tests.pipeline.planted import Planted

PROJECT = Path(__file__).resolve().parent.parent.parent
ACTS = """
insert into sanctions.events
(
    id, event_type, event_class, modality, instrument, event_date, confidence, review_status, article_count,
    story_count, first_seen_at, last_seen_at, first_published_on, first_publisher, extract_version, resolve_version
)
select
    md5('act' || n)::uuid, 'imposed', 'IMPOSE', 'asserted', repeat('Order ' || n || ' ', 150), '2031-05-06', 0.5,
    'accepted', 1, 1, now(), now(), '2031-05-06', 'The Courier', '1', '1'
from generate_series(1, %s) as n
"""
PARTIES = """
insert into sanctions.event_parties (event_id, role, position, name, kind, code)
select md5('act' || n)::uuid, side.role, 0, side.role || ' ' || n, 'organisation', 'BY'
from generate_series(1, %s) as n
cross join (values ('imposer'), ('target')) as side (role)
"""
MEASURES = """
insert into sanctions.event_measures (event_id, position, measure_type, objects)
select md5('act' || n)::uuid, 0, 'asset_freeze', array['ships', 'ports']
from generate_series(1, %s) as n
"""
# Prints what it took when done: rows, seconds, and the most memory that the process ever had.
PROGRAM = """
import json, re, sys, time
from pathlib import Path
from include.pipeline.export import Format, export_warehouse
from include.settings import settings
# Not getrusage's: that of a process begins at what its parent holds.
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
started, rows = time.monotonic(), []
export_warehouse(settings(), form=Format(sys.argv[1]), folder=Path(sys.argv[2]), advance=rows.append)
print(json.dumps({
    "rows": sum(rows), "seconds": time.monotonic() - started,
    "peak_megabytes": peak() / 1024,
}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What an export took."""

    rows: int
    seconds: float
    peak_megabytes: float


def plant_acts(dsn: str, count: int) -> None:
    """Acts with an imposer, a target and a measure each."""
    planted = Planted(dsn=dsn)
    for query in (ACTS, PARTIES, MEASURES):
        planted.run(query, count)
    ids = [row[0] for row in planted.run("select id::text from sanctions.events")]
    with transaction(dsn) as connection:
        write(connection, "open_event_versions", ids=ids, now=datetime(2031, 5, 7, tzinfo=UTC))


def export_apart(dsn: str, form: str, folder: Path) -> Export:
    """One export in a process of its own."""
    environment = os.environ | {"AIRFLOW_CONN_WAREHOUSE": dsn, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, form, str(folder)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Export(**json.loads(done.stdout))

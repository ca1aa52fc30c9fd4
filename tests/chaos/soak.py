"""`make soak`: the pipeline in a loop in one process, and what of it grows: memory, connections, files.

Airflow gives every task a process of its own, which takes its leaks with it; here nothing ends, so that leaks show.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import count
from pathlib import Path

import psutil
import psycopg2

from tests.chaos.rounds import NOW
from tests.chaos.rows import differences, rows_of, unreadable
from tests.chaos.scene import ARCHIVES, Scene, scene
from tests.chaos.tasks import STAGES, carry_out, shards_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a leak would raise."""

    minutes: float
    rounds: int
    memory_mb: float
    server_mb: float
    connections: int
    threads: int
    files: int
    temporary_files: int


HEAD = (
    "| minutes | rounds | memory of the tasks' process, MB | of the server, MB | its connections | threads | open files"
    " | temporary files |\n|---|---|---|---|---|---|---|---|"
)


def line(figures: Figures) -> str:
    cells = (f"{value:.1f}" if isinstance(value, float) else str(value) for value in astuple(figures))
    return f"| {' | '.join(cells)} |"


def figures(stand: Scene, *, began: float, rounds: int) -> Figures:
    ours, server = psutil.Process(), psutil.Process(stand.postgres.process.pid)
    connection = psycopg2.connect(stand.postgres.dsn("postgres", "postgres"))
    with connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where backend_type = 'client backend'")
        ((connections,),) = cursor.fetchall()
    connection.close()
    return Figures(
        minutes=(time.monotonic() - began) / 60,
        rounds=rounds,
        memory_mb=ours.memory_info().rss / 1e6,
        server_mb=sum(map(proportional_bytes, (server, *server.children()))) / 1e6,
        connections=connections - 1,  # but for this one
        threads=ours.num_threads(),
        files=ours.num_fds(),
        temporary_files=sum(1 for _ in (stand.folder / "tmp").iterdir()),
    )


def proportional_bytes(process: psutil.Process) -> int:
    """What the process holds, its part of what it shares; nothing when it ended meanwhile."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


def soak(seconds: float, *, every: float, pause: float) -> Iterator[Figures]:
    """Figures now and then, the first after a round that loads what is loaded once; every round's rows are compared."""
    began = time.monotonic()
    with scene(0) as stand:
        quiet, last = None, 0.0
        for rounds in count(1):
            stage = stand.stage_for(ARCHIVES[rounds % len(ARCHIVES)])
            for name in STAGES:
                for shard in shards_of(name):
                    carry_out(name, stage.settings, now=NOW, shard=shard)
            rows = rows_of(stage.dsn)
            told = differences(quiet or rows, rows) + unreadable(stage.settings, stage.dsn)
            assert not told, told[:5]
            quiet = quiet or rows
            stand.clear(stage)
            past = time.monotonic() - began
            if rounds == 2 or past - last >= every or past >= seconds:
                last = past
                yield figures(stand, began=began, rounds=rounds)
            if past >= seconds:
                return
            time.sleep(pause)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--every", type=float, default=5.0, help="minutes between two lines")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two rounds")
    parser.add_argument("--output", type=Path, help="file for the table (Markdown)")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lines = [HEAD]
    print(HEAD, flush=True)
    try:
        for each in soak(wanted.hours * 3600, every=wanted.every * 60, pause=wanted.pause):
            lines.append(line(each))
            print(lines[-1], flush=True)
    except KeyboardInterrupt:
        return 130
    finally:
        if wanted.output:
            wanted.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

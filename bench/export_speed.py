"""Speed, size and memory of exports: generated acts in a server of its own, each format in a process of its own.

python -m bench.export_speed [ACTS ...]      (default 10000 100000)
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import psycopg2

from include.edges.migrate import migrate
from include.local.postgres import start_postgres
from tests.pipeline.many_acts import export_apart, plant_acts


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = start_postgres(home / "postgres")
        try:
            print(f"{'acts':>8} {'format':8} {'rows/s':>8} {'seconds':>8} {'MB':>7} {'peak memory MB':>15}")
            for acts in sizes:
                database = f"acts_{acts}"
                server.create_database(database)
                migrate(server.dsn(database, "desk_owner"))
                loader = server.dsn(database, "desk_loader")
                plant_acts(loader, acts)
                analyse(server.dsn(database, "postgres"))
                for form in ("parquet", "csv", "jsonl", "ftm"):
                    target = home / f"{form}-{acts}"
                    run = export_apart(loader, form, target)
                    size = sum(file.stat().st_size for file in target.iterdir()) / 1e6
                    print(
                        f"{acts:8} {form:8} {run.rows / run.seconds:8.0f} {run.seconds:8.1f} {size:7.1f}"
                        f" {run.peak_megabytes:15.0f}",
                        flush=True,
                    )
        finally:
            server.stop()


def analyse(dsn: str) -> None:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    connection.close()


if __name__ == "__main__":
    os.environ.pop("AIRFLOW_CONN_WAREHOUSE", None)
    main([int(written) for written in sys.argv[1:]] or [10_000, 100_000])

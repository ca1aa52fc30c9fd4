"""`make cli` on the warehouse that runs, or that is given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


def cli(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "DESK"))}
    return subprocess.run(
        [sys.executable, "-m", "include.local.cli", *arguments],
        cwd=PROJECT, env=env | {"DESK_HOME": str(home), **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_warehouse_that_does_not_run_is_said_to_be(tmp_path):
    done = cli(tmp_path, "feedback", "list")
    assert done.returncode == 1
    assert "start it with `make run`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_given_warehouse_is_taken(tmp_path, warehouse):
    done = cli(tmp_path, "feedback", "list", AIRFLOW_CONN_WAREHOUSE=warehouse.loader)
    assert done.returncode == 0, done.stderr
    assert "decision" in done.stdout

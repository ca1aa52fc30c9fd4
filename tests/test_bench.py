"""The benchmark: contenders are measured in turns, whoever cannot be is named, and nothing is left of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bench import measuring
from bench.measuring import Contender, compete, ratio
from bench.report import write
from bench.stages import STAGES
from include.settings import PROJECT

HERE = "tests.test_bench"


def spinner(given):
    def work() -> str:
        end = time.process_time() + given["seconds"]
        while time.process_time() < end:
            pass
        return "done"

    return work


def grower(given):
    return lambda: len(bytearray(200_000_000))


def broken(given):
    def work() -> None:
        raise ValueError("this page is bad")

    return work


def missing(given):
    import a_program_of_others  # noqa: F401


def endless(given):
    return lambda: time.sleep(600)


def ended(given):
    return lambda: os._exit(1)


def play(*names: str, rounds: int = 1):
    return compete([Contender(name=name, make=f"{HERE}:{name}") for name in names], {"seconds": 0.2}, rounds=rounds)


def test_cpu_memory_and_answers_are_each_contenders_own():
    taken = play("spinner", "grower", rounds=2)
    assert len(taken["spinner"].cpu) == len(taken["grower"].wall) == 2
    assert all(0.17 < each < 0.5 for each in taken["spinner"].cpu)  # the kernel counts in hundredths of a second
    assert taken["spinner"].answers == "done"
    assert taken["grower"].megabytes > taken["spinner"].megabytes + 100
    assert ratio([1.0, 2.0, 1.0], [2.0, 6.0, 2.5]) == 2.5


def test_who_cannot_be_measured_is_named_and_the_others_are(monkeypatch):
    monkeypatch.setattr(measuring, "LONGEST", 4)
    taken = play("missing", "broken", "endless", "ended", "spinner")
    assert {name: each.skipped for name, each in taken.items()} == {
        "missing": "not installed: a_program_of_others",
        "broken": "ValueError: this page is bad",
        "endless": "did not end within 4 s",
        "ended": "its process ended",
        "spinner": "",
    }
    assert len(taken["spinner"].cpu) == 1
    assert psutil.Process().children() == [] or all(
        "spawn_main" not in " ".join(each.cmdline()) for each in psutil.Process().children()
    )


def bench(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench", *words, "--docs", str(folder / "docs")],
        cwd=PROJECT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_a_stage_is_measured_and_written_and_others_keep_their_figures(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    kept = {"name": "Sanctions Desk", "version": "", "skipped": "", "cpu_ms": 4.25, "wall_ms": 4.5, "ratio": 1.0,
            "wall_ratio": 1.0, "megabytes": 99.0}  # fmt: skip
    collecting = {"from": "pages of before", "rounds": 3, "rows": [kept], "on": "2026-01-02", "machine": "m"}
    write({"collecting": collecting}, tmp_path / "docs")
    done = bench(tmp_path, "extraction", "--rounds", "1")
    said, _ = done.communicate(timeout=300)
    assert done.returncode == 0, said
    page = (tmp_path / "docs" / "benchmarks.md").read_text()
    assert "pages of before" in page and "4.25" in page
    rows = json.loads((tmp_path / "docs" / "benchmarks.json").read_text())["extraction"]["rows"]
    assert [row["name"] for row in rows] == [each.name for each in STAGES["extraction"].contenders]
    assert all(row["cpu_ms"] > 0 for row in rows)
    assert rows[0]["score"] > rows[2]["score"] > 0  # the keyword coder's
    assert all(row["name"] in page for row in rows)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(number: signal.Signals):
    folder = Path(f"/tmp/desk-bench-test-{os.getpid()}-{int(number)}")
    folder.mkdir(mode=0o711)
    (folder / "docs").mkdir()
    running = bench(folder, "loading", "--rounds", "500")
    assert running.stdout
    assert running.stdout.readline().startswith("loading: ")
    time.sleep(3)  # amid turns
    running.send_signal(number)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 130, said
    deadline = time.monotonic() + 10  # multiprocessing's own helper ends when it finds that nobody is left
    while (left := running_in_session(running.pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
    (folder / "docs").rmdir()
    folder.rmdir()  # which it refuses when anything was left in it


def running_in_session(session: int) -> list[psutil.Process]:
    """Those that have ended and wait to be reaped are not running."""
    found = []
    for process in psutil.process_iter():
        with suppress(OSError, psutil.NoSuchProcess):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def test_an_unknown_stage_is_told():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "cleening"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no such stage: cleening" in done.stderr

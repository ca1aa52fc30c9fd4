"""The short run of the harness, with a fixed seed; that it would see what it looks for; that nothing is left of it."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from include.settings import PROJECT
from tests.chaos.rows import differences, only_the_end_is_torn, read_rows, rows_of
from tests.chaos.tasks import STAGES

RECORD = gzip.compress(b"WARC/1.1\r\n\r\n")


@pytest.fixture
def folder() -> Iterator[Path]:
    """For temporary files; not pytest's own folder, which the server's user cannot enter."""
    folder = Path(f"/tmp/desk-chaos-test-{os.getpid()}")
    folder.mkdir(mode=0o711)
    yield folder
    folder.rmdir()  # which it refuses when anything was left in it


def chaos(folder: Path, *words: str, module: str = "tests.chaos") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=PROJECT,
        env=os.environ | {"TMPDIR": str(folder), "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def leftovers(folder: Path, session: int) -> list[str]:
    """Processes of the run, and disks."""
    found = [line for line in Path("/proc/mounts").read_text().splitlines() if str(folder) in line]
    for process in psutil.process_iter():
        try:
            ours = os.getsid(process.pid) == session or str(folder) in " ".join(process.cmdline())
            if ours and process.status() != psutil.STATUS_ZOMBIE:  # an orphan's parent may take its time to notice
                found.append(str(process))
        except (OSError, psutil.Error):
            continue
    return found


def assert_nothing_is_left(folder: Path, session: int) -> None:
    deadline = time.monotonic() + 30
    while (found := leftovers(folder, session)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found == []
    assert list(folder.iterdir()) == []


def test_a_run_under_faults_gives_the_rows_of_a_quiet_one(folder: Path):
    with chaos(folder, "--seed", "7", "--faults", "20", "--in-a-stage", "3", "--kills", "0") as run:
        assert run.stdout
        said = run.stdout.read()
    if "cannot mount a small disk" in said:
        pytest.skip(said)
    assert run.returncode == 0, said
    report = re.search(r"Seed 7: (\d+) faults .* After (\d+) of them.* differ from the quiet run's: 0\.", said)
    assert report, said
    assert int(report[1]) >= 20
    assert int(report[2]) >= 8
    assert all(f"`{stage}`" in said for stage in STAGES)
    assert_nothing_is_left(folder, run.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(folder: Path, number: signal.Signals):
    with chaos(folder, "--kills", "0") as run:
        assert run.stdout
        if not (said := run.stdout.readline()).startswith("quiet run"):
            said += run.stdout.read()
            assert "cannot mount a small disk" in said, said
            pytest.skip(said)
        time.sleep(3)  # amid the first round
        assert len(leftovers(folder, run.pid)) > 3
        if number == signal.SIGINT:
            os.killpg(run.pid, number)  # as a terminal does
        else:
            run.send_signal(number)
        said = run.stdout.read()
    assert run.returncode == 130, said
    assert_nothing_is_left(folder, run.pid)


def test_a_lost_a_doubled_and_a_changed_row_are_seen(desk):
    _, addresses = desk
    quiet = rows_of(addresses.owner)
    assert differences(quiet, rows_of(addresses.owner)) == []
    for change in (
        "delete from sanctions.event_parties where ctid = (select min(ctid) from sanctions.event_parties)",
        "update sanctions.events set modality = 'possible' where ctid = (select min(ctid) from sanctions.events)",
        "insert into news.sketches select shingle, seen_at + interval '1 day', article_id from news.sketches limit 1",
    ):
        connection = psycopg2.connect(addresses.owner)
        with connection.cursor() as cursor:
            cursor.execute(change)
            assert cursor.rowcount == 1
            changed = read_rows(cursor)
        connection.rollback()
        connection.close()
        assert len(differences(quiet, changed)) in (1, 2), change


def test_only_the_last_record_of_a_file_may_be_torn():
    assert only_the_end_is_torn(RECORD * 3)
    assert only_the_end_is_torn(RECORD * 2 + RECORD[:9])
    assert not only_the_end_is_torn(RECORD[:-9] + RECORD)
    assert not only_the_end_is_torn(RECORD + b"rubbish")


def test_a_soak_shows_what_grows_and_leaves_nothing(folder: Path):
    with chaos(folder, "--hours", "0", module="tests.chaos.soak") as run:
        assert run.stdout
        said = run.stdout.read()
    if "cannot mount a small disk" in said:
        pytest.skip(said)
    assert run.returncode == 0, said
    head, _, figures = said.strip().splitlines()[-3:]
    assert head.count("|") == figures.count("|")
    assert_nothing_is_left(folder, run.pid)

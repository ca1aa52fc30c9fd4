"""The short run of the fuzzers: the same inputs each time, in a process whose memory is bounded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzzing import watch
from tests.fuzzing.targets import TARGETS

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_no_input_breaks_a_reader():
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzzing", "--examples"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == list(TARGETS)


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", ("socket", ("127.0.0.1", 80))),
        ("subprocess.Popen", ("sh", ["sh"], None, None)),
        ("open", ("/etc/passwd", "r", 0)),
        ("open", (str(PROJECT / "README.md"), "w", 0)),
        ("os.remove", (str(PROJECT / "README.md"), -1)),
    ],
)
def test_the_watch_sees_what_no_input_may_do(event: str, arguments: tuple):
    assert watch._misdeed(event, arguments, ("/tmp/mine",))


def test_the_watch_lets_a_library_read_its_own_files_and_a_folder_be_used():
    assert not watch._misdeed("open", (str(PROJECT / "include/catalog/feeds.yml"), "r", 0), ())
    assert not watch._misdeed("open", ("/tmp/mine/out", "w", 0), ("/tmp/mine",))

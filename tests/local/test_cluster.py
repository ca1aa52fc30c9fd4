"""`make cluster-test` in small: the compose file's services, a worker killed, the same rows, nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.local.compose_services import placed
from include.local.home import started_here
from include.local.machines import network
from include.local.newsstand import load_newsstand
from include.local.newsstand.invented import with_invented_pages
from include.local.postgres import reachable_place, running_server
from include.local.single_machine import differences
from include.records import Relation
from include.settings import PROJECT

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
PAGES = 200


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="desk-cluster-")).resolve()
    folder.chmod(0o711)
    yield folder
    if (folder / "cluster").exists():
        shutil.rmtree(reachable_place(folder / "cluster" / "postgres"), ignore_errors=True)
    shutil.rmtree(folder)


def cluster_test(home: Path, *, path: str = os.environ["PATH"]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "include.local.cluster", "--pages", str(PAGES), "--without-checks"],
        cwd=PROJECT, env=os.environ | {"DESK_HOME": str(home), "PATH": path}, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def assert_nothing_is_left(home: Path) -> None:
    folder = home / "cluster"
    assert started_here(folder) == []
    assert running_server(folder / "postgres") is None
    with network(folder) as made:
        tag = made.tag
    for words in (["ip", "netns", "list"], ["ip", "link", "show"]):
        if shutil.which("ip"):
            assert tag not in subprocess.run(words, capture_output=True, text=True, check=True).stdout


@needs_redis
def test_two_workers_one_killed_give_the_rows_of_one_process(home: Path):
    with cluster_test(home) as running:
        shown, _ = running.communicate()
    assert running.returncode == 0, shown
    assert "is killed with" in shown and "tasks of the killed worker were done by the other" in shown
    assert f"the same rows as in one process: {PAGES} articles" in shown
    assert {entry.name for entry in (home / "cluster").iterdir()} == {"run.pid", "logs"}
    assert_nothing_is_left(home)


@needs_redis
def test_ctrl_c_leaves_nothing(home: Path):
    with cluster_test(home) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "both databases are made" in line:
                time.sleep(2)  # amid the start of Airflow's processes
                os.killpg(running.pid, signal.SIGINT)
        running.wait()
    assert running.returncode != 0
    assert {entry.name for entry in (home / "cluster").iterdir()} == {"run.pid", "logs"}
    assert_nothing_is_left(home)


def test_without_redis_it_says_what_to_install(home: Path, tmp_path: Path):
    with cluster_test(home, path=str(tmp_path)) as running:
        shown, _ = running.communicate()
    assert running.returncode != 0
    assert "redis-server is missing: install it" in shown and "Traceback" not in shown


def test_values_are_put_in_their_places():
    addresses = {"postgres": "10.0.0.1:5000", "redis": "10.0.0.2:6379", "airflow-apiserver": "10.0.0.3:8080"}

    def put(value: str) -> str:
        return placed(value, Path("/m/w1"), addresses)

    assert put("db+postgresql://airflow:p@postgres/airflow") == "db+postgresql://airflow:p@10.0.0.1:5000/airflow"
    assert put("redis://:postgres@redis:6379/0") == "redis://:postgres@10.0.0.2:6379/0"
    assert put("http://airflow-apiserver:8080/execution/") == "http://10.0.0.3:8080/execution/"
    assert put("file:///var/lib/desk/archive") == "file:///m/w1/var/lib/desk/archive"
    assert put("/opt/desk/dags") == "/m/w1/opt/desk/dags"


def test_rows_that_only_one_side_has_are_told():
    one = {"articles": ["a", "b"], "stories": ["s"], "mentions": [], "events": []}
    assert differences(one, one) == {}
    assert differences(one, one | {"articles": ["a"], "events": ["e"]}) == {"articles": ["b"], "events": ["e"]}


def test_invented_pages_are_as_many_as_asked_and_the_same_every_time():
    stand = load_newsstand()
    more = with_invented_pages(stand, 2000)
    assert len(more.pages) == len(more.by_id) == 2000
    assert more.pages[: len(stand.pages)] == stand.pages
    assert with_invented_pages(stand, 2000).pages == more.pages
    assert with_invented_pages(stand, 10) is stand
    assert sum(page.relation is Relation.COPY for page in more.pages) > 400

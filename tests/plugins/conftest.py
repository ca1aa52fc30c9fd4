"""The desk's pages in this process, behind Airflow's own guard, over a warehouse that has seen the newsstand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from include.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent.parent
LogIn = Callable[[str], httpx.Client]


@pytest.fixture(scope="session")
def airflow_metadata() -> None:
    """Airflow's database in AIRFLOW_HOME, which tests/conftest.py has set: who may do what is looked up there too."""
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)


@pytest.fixture(scope="session")
def known_dags(airflow_metadata: None) -> None:
    """Our DAGs in Airflow's database, as its DAG processor would have put them there."""
    env = os.environ | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(PROJECT),
    }
    command = [sys.executable, "-m", "airflow", "dags", "reserialize"]
    done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a server on loopback that serves the app."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    (listening,) = server.servers[0].sockets
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def airflow_app(airflow_metadata: None) -> FastAPI:
    """Our app where Airflow mounts it, beside a route of Airflow's own kind."""
    from airflow.api_fastapi.app import create_auth_manager

    from plugins.desk.app import make_app

    root = FastAPI()
    root.state.auth_manager = create_auth_manager()
    root.add_api_route("/of-airflow", lambda: "here")
    root.mount("/desk", make_app())
    return root


@pytest.fixture(scope="session")
def served_pages(airflow_app: FastAPI) -> Iterator[str]:
    with served(airflow_app) as address:
        yield address


@pytest.fixture
def log_in(served_pages: str) -> Iterator[LogIn]:
    """Gives the client of somebody with a role of Airflow's: viewer, user, op or admin; nobody for the empty role."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    clients = []

    def client(role: str) -> httpx.Client:
        made = httpx.Client(base_url=served_pages, trust_env=False, timeout=30)
        clients.append(made)
        if role:
            user = SimpleAuthManagerUser(username=f"some_{role}", role=role)
            made.headers["Authorization"] = f"Bearer {get_auth_manager().generate_jwt(user)}"
        return made

    yield client
    for each in clients:
        each.close()


def audited() -> list[tuple[str, str, str, dict]]:
    """What Airflow's audit log says was done to backfills and feeds, newest first: event, who, DAG, and the rest."""
    from airflow.models.log import Log
    from airflow.utils.session import create_session
    from sqlalchemy import or_, select

    ours = or_(Log.event.endswith("_backfill"), Log.event.endswith("_feed"))
    with create_session() as session:
        rows = session.execute(select(Log.event, Log.owner, Log.dag_id, Log.extra).where(ours).order_by(Log.id.desc()))
        return [(event, owner, dag_id, json.loads(extra)) for event, owner, dag_id, extra in rows]


@pytest.fixture
def point_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Settings], None]]:
    """Makes the pages read another warehouse."""

    def point(settings: Settings) -> None:
        monkeypatch.setattr("plugins.desk.reading.settings", lambda: settings)

    yield point


@pytest.fixture
def viewer(desk, point_at, log_in: LogIn) -> httpx.Client:
    """Somebody who may look, at the warehouse of the newsstand."""
    settings, _ = desk
    point_at(settings)
    return log_in("viewer")


@pytest.fixture
def operator(desk, point_at, log_in: LogIn) -> httpx.Client:
    """Somebody who may act, at the warehouse of the newsstand."""
    settings, _ = desk
    point_at(settings)
    return log_in("op")

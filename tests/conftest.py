"""A real PostgreSQL for the tests that need one: started once, a fresh migrated warehouse for each test that asks."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from include.edges.migrate import migrate
from include.local.newsstand import serve
from include.local.postgres import PostgresServer, start_postgres
from include.settings import Settings
from tests.object_store import object_store

# Read when the archive first imports Airflow: its files are not for the home of whoever runs the tests, and processes
# that run tests side by side have one each.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="desk-airflow-")
atexit.register(shutil.rmtree, os.environ["AIRFLOW_HOME"], ignore_errors=True)
os.environ.setdefault("AIRFLOW__API_AUTH__JWT_SECRET", secrets.token_hex(32))

# A shell's background jobs ignore it, and so would the programs that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(os.environ.get("DESK_SHARED", Path(__file__).resolve().parent.parent.parent / "shared"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """Addresses of one migrated database, by role."""

    owner: str
    loader: str
    analyst: str


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project."""
    if not SHARED.is_dir():
        pytest.skip(f"no real data at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def object_store_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One local object store for all tests: a process attaches s3:// to one endpoint for good."""
    with object_store(tmp_path_factory.mktemp("s3"), "desk") as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def bucket(object_store_endpoint: str) -> Iterator[str]:
    """A bucket of a local object store, which pyarrow reaches by the variables of Amazon's own tools."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", object_store_endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield "s3://desk"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    # Not pytest's own folder: as root the server runs as `nobody`, who cannot enter that one.
    home = Path(tempfile.mkdtemp(prefix="desk-tests-"))
    home.chmod(0o711)
    server = start_postgres(home)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def migrated_template(postgres: PostgresServer) -> str:
    """Name of a database with the newest schema, copied for each test."""
    postgres.create_database("desk_template")
    migrate(postgres.dsn("desk_template", "desk_owner"))
    return "desk_template"


@pytest.fixture
def empty_database(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """Name of a new database without a schema."""
    name = f"empty_{abs(hash(request.node.nodeid)) % 10**12}"
    postgres.create_database(name)
    yield name
    drop(postgres, name)


@pytest.fixture
def warehouse(postgres: PostgresServer, migrated_template: str, request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    """A warehouse of the test's own."""
    name = f"desk_{abs(hash(request.node.nodeid)) % 10**12}"
    postgres.create_database(name, template=migrated_template)
    yield Warehouse(
        owner=postgres.dsn(name, "desk_owner"),
        loader=postgres.dsn(name, "desk_loader"),
        analyst=postgres.dsn(name, "desk_analyst"),
    )
    drop(postgres, name)


@pytest.fixture(scope="session")
def desk(
    postgres: PostgresServer, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Settings, Warehouse]]:
    """A warehouse that has seen one whole run over the newsstand."""
    from tests.newsstand_run import NOW, SHARDS, collect, extract  # imports Airflow, whose home is set above

    postgres.create_database("whole", template=migrated_template)
    addresses = Warehouse(**{role: postgres.dsn("whole", f"desk_{role}") for role in ("owner", "loader", "analyst")})
    with serve(0) as base_url:
        settings = Settings(
            home=tmp_path_factory.mktemp("desk"),
            feeds="newsstand",
            newsstand_url=base_url,
            allowed_addresses=base_url.removeprefix("http://"),
            shards=SHARDS,
            AIRFLOW_CONN_WAREHOUSE=addresses.loader,
        )
        collect(settings, NOW)
        extract(settings, NOW)
        yield settings, addresses
    drop(postgres, "whole")


def drop(postgres: PostgresServer, name: str) -> None:
    connection = psycopg2.connect(postgres.dsn("postgres", "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    connection.close()

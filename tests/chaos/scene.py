"""Everything a chaos run stands on, started for it and gone after it: server, newsstand, proxy, small disk, store."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2 import sql

from include.edges.migrate import migrate
from include.local.newsstand import serve
from include.local.postgres import PostgresServer, free_port, start_postgres, stop_leftover
from include.settings import Settings
from tests.chaos.proxy import Proxy, proxy
from tests.chaos.tasks import SHARDS
from tests.object_store import wait_for_port
from tests.small_disk import SmallDisk, small_disk

TEMPLATE = "chaos_template"
DISK_MEGABYTES = 32
ARCHIVES = ("disk", "store")


@dataclass(slots=True, kw_only=True)
class Scene:
    """The parts, and what the faults do to them."""

    folder: Path
    newsstand: str
    postgres: PostgresServer
    proxy: Proxy
    disk: SmallDisk
    store: str
    failing: Path  # while it exists, the store fails half of its calls
    log: Path
    environment: dict[str, str]
    stages: list[str] = field(default_factory=list)  # databases made, for another name each time

    def stage_for(self, archive: str) -> Stage:
        """A new warehouse and an empty archive."""
        name = f"chaos_{len(self.stages)}"
        self.stages.append(name)
        self.postgres.create_database(name, template=TEMPLATE)
        direct = self.postgres.dsn(name, "desk_loader")
        home = self.folder / "homes" / name
        urls = {"disk": f"file://{self.disk.place}/{name}", "store": f"s3://desk/{name}"}
        settings = Settings(
            home=home,
            feeds="newsstand",
            newsstand_url=self.newsstand,
            allowed_addresses=self.newsstand.removeprefix("http://"),
            archive_url=urls[archive],
            snapshot_url=f"file://{home}/snapshots",
            shards=SHARDS,
            batch_size=10,  # many transactions, so that many are cut
            AIRFLOW_CONN_WAREHOUSE=direct.replace(f":{self.postgres.port}/", f":{self.proxy.port}/"),
        )
        return Stage(name=name, dsn=direct, settings=settings)

    def clear(self, stage: Stage) -> None:
        """Drops a stage with all that lies on it; one amid which a run ends goes with the scene."""
        run(self.postgres, sql.SQL("drop database {} with (force)").format(sql.Identifier(stage.name)))
        for place in (self.disk.place / stage.name, self.folder / "s3" / "desk" / stage.name, stage.settings.home):
            shutil.rmtree(place, ignore_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A warehouse and its archive; the settings lead through the proxy, the address does not."""

    name: str
    dsn: str
    settings: Settings


def run(postgres: PostgresServer, command: sql.Composable) -> None:
    connection = psycopg2.connect(postgres.dsn("postgres", "postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(command)
    finally:
        connection.close()


@contextmanager
def scene(seed: int) -> Iterator[Scene]:
    """The parts, running until the block ends, however it ends."""
    # As root the server runs as `nobody`, who must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="desk-chaos-"))
    folder.chmod(0o711)
    try:
        with _parts(folder, seed) as parts:
            yield parts
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _parts(folder: Path, seed: int) -> Iterator[Scene]:
    for name in ("tmp", "airflow", "homes", "disk"):
        (folder / name).mkdir()
    failing = folder / "store-fails"
    with (
        small_disk(folder / "disk", megabytes=DISK_MEGABYTES) as disk,
        _flaky_store(folder / "s3", failing, seed) as store,
        _postgres(folder / "postgres") as postgres,
        proxy(postgres.port) as front,
        serve(0) as newsstand,
    ):
        environment = {
            "TMPDIR": str(folder / "tmp"),
            "AWS_ENDPOINT_URL": store,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        os.environ.update(environment)
        yield Scene(
            folder=folder,
            newsstand=newsstand,
            postgres=postgres,
            proxy=front,
            disk=disk,
            store=store,
            failing=failing,
            log=folder / "failures.tsv",
            environment=environment,
        )


@contextmanager
def _postgres(home: Path) -> Iterator[PostgresServer]:
    server = start_postgres(home)
    try:
        server.create_database(TEMPLATE)
        migrate(server.dsn(TEMPLATE, "desk_owner"))
        yield server
    finally:
        stop_leftover(home)  # faults may have put another process in its place


@contextmanager
def _flaky_store(folder: Path, failing: Path, seed: int) -> Iterator[str]:
    (folder / "desk").mkdir(parents=True)
    port = free_port()
    command = [sys.executable, "-m", "tests.chaos.flaky_store", str(folder), str(port), str(failing), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for_port(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()

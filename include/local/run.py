"""`make run`: a PostgreSQL, the demo newsstand and Airflow on this machine, up to the first events, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import psycopg2
from rich.console import Console
from rich.markup import escape

from include.edges.migrate import CannotMigrateError, migrate
from include.local import airflow_services
from include.local.airflow_services import Api
from include.local.desk import Desk
from include.local.events_table import print_events
from include.local.first_run import first_run
from include.local.home import LocalFailedError, end_sessions, home, only_one
from include.local.postgres import PostgresFailedError, PostgresServer, free_port, start_postgres, stop_leftover
from include.settings import PROJECT, settings

PORTS = {"PostgreSQL": 5439, "newsstand": 8079, "Airflow": 8080}


class StopRequested(Exception):  # noqa: N818 - not an error
    """Somebody asked us to stop."""


def main() -> int:
    # Piped into a file there is no width to fit; 140 columns hold the table without breaking words.
    console = Console(width=None if sys.stdout.isatty() else 140)
    try:
        sources = known_sources(os.environ.get("FEEDS", "newsstand"))
        folder = home()
        with only_one(folder), stop_signals():
            end_sessions(folder)  # of a run that was killed
            desk = Desk(folder=folder, console=console)
            try:
                serve(desk, sources)
            finally:
                ignore_signals()
                desk.stop()
    except (LocalFailedError, PostgresFailedError) as error:
        return failed(str(error))
    except OSError as error:
        return failed(f"{error}: free some space there, or set DESK_HOME to another folder.")
    except StopRequested:
        return 0
    return 0


def failed(message: str) -> int:
    """The exit status of a start that ended in this one sentence."""
    Console(stderr=True).print(f"[bold red]{escape(message)}[/]", soft_wrap=True)
    return 1


def known_sources(feeds: str) -> str:
    """The sources of feeds, parted by commas."""
    sources = [part.strip() for part in feeds.split(",")]
    if unknown := [source for source in sources if source not in ("live", "newsstand")]:
        raise LocalFailedError(f"FEEDS={feeds}: {unknown[0]!r} is not known; use newsstand, live or newsstand,live.")
    return ",".join(sources)


@contextmanager
def stop_signals() -> Iterator[None]:
    """Ctrl-C, `make stop` and a closed terminal all end the block by an exception."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise StopRequested

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """A second, impatient Ctrl-C must not leave half of the processes running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def serve(desk: Desk, sources: str) -> None:
    """Starts everything, shows the first events, and stays until a signal comes or a process ends."""
    with desk.doing("Starting PostgreSQL"):
        # A server that outlived its desk keeps its port; started anew it has today's binaries and settings.
        stop_leftover(desk.folder / "postgres")
        desk.postgres = start_postgres(desk.folder / "postgres", port=port_for(desk, "PostgreSQL"))
        warehouse, metadata_dsn = prepare_databases(desk.postgres)
    address = start_newsstand(desk) if "newsstand" in sources.split(",") else ""
    port = port_for(desk, "Airflow")
    user, password = airflow_services.write_passwords(desk.folder)
    desk_environment = {
        "DESK_HOME": str(desk.folder),
        "DESK_FEEDS": sources,
        "DESK_NEWSSTAND_URL": address,
        "DESK_ALLOWED_ADDRESSES": ",".join(
            filter(None, (address.removeprefix("http://"), settings().allowed_addresses))
        ),
        "AIRFLOW_CONN_WAREHOUSE": warehouse["loader"],
        "AIRFLOW_CONN_WAREHOUSE_OWNER": warehouse["owner"],
    }
    env = airflow_services.environment(desk.folder, metadata_dsn=metadata_dsn, port=port, desk=desk_environment)
    with desk.doing("Preparing Airflow's database"):
        airflow_services.migrate_metadata(env, log=desk.logs / "db-migrate.log")
    desk.children |= airflow_services.start_components(desk.folder, env)
    api = Api(base_url=f"http://127.0.0.1:{port}", user=user, password=password)
    first_run(desk, api)
    if not print_events(warehouse["analyst"], desk.console):
        desk.console.print(
            "No events yet: the feeds had none, or they have not answered. The next poll is within 15 minutes."
        )
    desk.console.print(
        f"\nAirflow: [bold]{api.base_url}[/]  user [bold]{user}[/]  password [bold]{password}[/]\n"
        "The warehouse: `make psql` in another terminal. Ctrl-C stops everything."
        + (f"\nThe demo newsstand: {address}" if address else ""),
        soft_wrap=True,
    )
    stay(desk)


def port_for(desk: Desk, what: str, *, usual: int | None = None) -> int:
    """The usual port, or a free one when somebody has it."""
    usual = usual or PORTS[what]
    if desk.claim(usual):
        return usual
    port = next(filter(desk.claim, iter(free_port, None)))
    desk.console.print(f"Port {usual} is taken: {what} uses {port}.")
    return port


def prepare_databases(server: PostgresServer) -> tuple[dict[str, str], str]:
    """Addresses of the migrated warehouse by role, and of Airflow's metadata."""
    server.create_database("airflow", owner="airflow")
    if given := settings().warehouse:
        owner, analyst = settings().warehouse_owner or given, settings().warehouse_analyst or given
        warehouse = {"owner": owner, "loader": given, "analyst": analyst}
    else:
        server.create_database("warehouse")
        warehouse = {role: server.dsn("warehouse", f"desk_{role}") for role in ("owner", "loader", "analyst")}
    try:
        migrate(warehouse["owner"])
    except CannotMigrateError as error:
        raise LocalFailedError(str(error)) from error
    except psycopg2.Error as error:
        where = "AIRFLOW_CONN_WAREHOUSE" if given else "the embedded PostgreSQL"
        raise LocalFailedError(
            f"The warehouse of {where} cannot be migrated ({' '.join(str(error).split())}): its owner must be able to"
            " connect and to make schemas and roles."
        ) from error
    return warehouse, server.dsn("airflow", "airflow")


def newsstand_port(desk: Desk) -> int:
    """The port of the run before where it is free: pages at another one would be other pages, and be read again."""
    kept = desk.folder / "newsstand-port"
    before = int(kept.read_text(encoding="utf-8")) if kept.exists() else None
    port = port_for(desk, "newsstand", usual=before)
    if before not in (None, port):
        desk.console.print("The newsstand's pages have new addresses now: the desk reads them as further reports.")
    kept.write_text(str(port), encoding="utf-8")
    return port


def start_newsstand(desk: Desk) -> str:
    """The address of the demo newsstand once it answers."""
    port = newsstand_port(desk)
    env = {**os.environ, "PYTHONPATH": str(PROJECT)}
    desk.children["newsstand"] = airflow_services.start(
        desk.folder, "newsstand", [sys.executable, "-m", "include.local.newsstand", "--port", str(port)], env
    )

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    desk.wait("The newsstand's start", answers, seconds=30)
    return f"http://127.0.0.1:{port}"


def stay(desk: Desk) -> None:
    """Never returns; raises when a process ends."""
    while True:
        desk.all_alive()
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())

"""The warehouse as the pages read it: read-only, few at a time, and no longer than a person waits."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer
from time import monotonic

import psycopg2
from psycopg2.extensions import make_dsn

from include.edges.warehouse import Connection, connect
from include.settings import SettingsError, settings

PLACES = 8  # pages that are made at once: of the warehouse's connections, and of the API server's forty threads
LONGEST_WAIT = 1  # seconds for a place
LONGEST_CONNECT = 3  # seconds
LONGEST_STATEMENT = "5s"
LONGEST_READ = 10  # seconds for all statements of a page
REST = 5  # seconds for which a warehouse that refused a connection is not asked again


class BusyError(Exception):
    """All places were taken for as long as a person waits."""


class DownError(Exception):
    """The warehouse refused a connection a moment ago."""


class OverdueError(Exception):
    """The statements of a page took too long together, or the warehouse fell silent."""


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection whose transaction may write nothing.

    Raises SettingsError, DownError, OverdueError, psycopg2.Error.
    """
    dsn = settings().warehouse
    if not dsn:
        raise SettingsError("No address of the warehouse is set (AIRFLOW_CONN_WAREHOUSE).")
    connection = _connected(dsn)
    try:
        with _hung_up_in_time(connection):
            connection.set_session(readonly=True)
            with connection.cursor() as cursor:
                cursor.execute("set statement_timeout = %s", (LONGEST_STATEMENT,))
            yield connection
    finally:
        connection.close()


def _connected(dsn: str) -> Connection:
    if monotonic() < _resting.get(dsn, 0):
        raise DownError
    try:
        return connect(make_dsn(dsn, connect_timeout=LONGEST_CONNECT))
    except psycopg2.OperationalError:
        _resting[dsn] = monotonic() + REST
        raise


_resting: dict[str, float] = {}  # until when, by address


@contextmanager
def _hung_up_in_time(connection: Connection) -> Iterator[None]:
    """Ends the connection from here when the time is over: a server that fell silent ends no statement."""
    wire = socket.socket(fileno=os.dup(connection.fileno()))  # our own, so that its number is nobody else's meanwhile
    is_late = Event()

    def hang_up() -> None:
        is_late.set()
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)

    watch = Timer(LONGEST_READ, hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        if is_late.is_set():
            raise OverdueError from error
        raise
    finally:
        watch.cancel()
        watch.join()
        wire.close()

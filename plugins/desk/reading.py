"""The warehouse as the pages read it: read-only, few connections, and no statement longer than a person waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from include.edges.warehouse import Connection, connect
from include.settings import SettingsError, settings

READERS = BoundedSemaphore(8)  # of the warehouse's connections, whatever the number of people
LONGEST_WAIT = 5  # seconds for one of them
LONGEST_STATEMENT = "5s"


class BusyError(Exception):
    """All connections of the pages were in use for as long as a person waits."""


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection whose transaction may write nothing. Raises BusyError, SettingsError, psycopg2.Error."""
    dsn = settings().warehouse
    if not dsn:
        raise SettingsError("No address of the warehouse is set (AIRFLOW_CONN_WAREHOUSE).")
    if not READERS.acquire(timeout=LONGEST_WAIT):
        raise BusyError
    try:
        connection = connect(dsn)
        try:
            connection.set_session(readonly=True)
            with connection.cursor() as cursor:
                cursor.execute("set statement_timeout = %s", (LONGEST_STATEMENT,))
            yield connection
        finally:
            connection.close()
    finally:
        READERS.release()

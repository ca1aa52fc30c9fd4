"""A warehouse that hangs, is slow or is down harms neither Airflow nor those who look at the desk's pages."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from include.settings import Settings
from plugins.desk import reading

ASKED_AT_ONCE = 60


class Silent:
    """A server that takes connections and says nothing."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.taken: list[socket.socket] = []

    @property
    def settings(self) -> Settings:
        return Settings(AIRFLOW_CONN_WAREHOUSE=f"postgresql://a:b@127.0.0.1:{self.listening.getsockname()[1]}/c")

    def take(self, seconds: float) -> int:
        """How many connections there are, when no further one came for so long."""
        self.listening.settimeout(seconds)
        try:
            while True:
                self.taken.append(self.listening.accept()[0])
        except TimeoutError:
            return len(self.taken)

    def close(self) -> None:
        self.listening.close()
        for each in self.taken:
            each.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


def test_airflow_answers_while_the_warehouse_says_nothing(log_in, point_at, silent, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_CONNECT", 60)
    monkeypatch.setattr(reading, "LONGEST_WAIT", 60)
    point_at(silent.settings)
    client = log_in("viewer")
    with ThreadPoolExecutor(ASKED_AT_ONCE) as people:
        asked = [people.submit(client.get, "/desk/stories", timeout=120) for _ in range(ASKED_AT_ONCE)]
        try:
            assert silent.take(2) == reading.PLACES
            assert client.get("/of-airflow", timeout=30).status_code == 200
            assert not any(each.done() for each in asked)
        finally:
            silent.close()
        assert {each.result().status_code for each in asked} == {503}


def test_who_finds_no_place_is_told_to_come_back(log_in, point_at, silent, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_CONNECT", 60)
    monkeypatch.setattr(reading, "LONGEST_WAIT", 0.1)
    point_at(silent.settings)
    client = log_in("viewer")
    with ThreadPoolExecutor(reading.PLACES) as people:
        asked = [people.submit(client.get, "/desk/stories", timeout=120) for _ in range(reading.PLACES)]
        try:
            assert silent.take(1) == reading.PLACES
            answer = client.get("/desk/stories")
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == str(reading.REST)
            assert "Too many people" in answer.text
        finally:
            silent.close()
        assert {each.result().status_code for each in asked} == {503}


def test_after_a_refusal_the_warehouse_is_left_alone_for_a_while(log_in, point_at, silent, monkeypatch):
    monkeypatch.setattr(reading, "REST", 3600)
    monkeypatch.setattr(reading, "LONGEST_CONNECT", 2)
    point_at(silent.settings)
    client = log_in("viewer")
    for _ in range(4):
        answer = client.get("/desk/stories")
        assert (answer.status_code, "does not answer" in answer.text) == (503, True)
    assert silent.take(0.2) == 1
    monkeypatch.setattr(reading, "_resting", {})
    assert client.get("/desk/stories").status_code == 503
    assert silent.take(0.2) == 2


def test_the_statements_of_a_page_have_one_deadline(desk, point_at, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_READ", 0.5)
    point_at(desk[0])
    began = 0
    with pytest.raises(reading.OverdueError), reading.reading() as connection, connection.cursor() as cursor:
        while began < 600:
            began += 1
            cursor.execute("select pg_sleep(0.1)")
    assert 1 <= began < 600


def test_a_statement_in_time_is_left_alone(desk, point_at, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_READ", 0.2)
    point_at(desk[0])
    for _ in range(20):
        with reading.reading() as connection, connection.cursor() as cursor:
            cursor.execute("select 1")
            assert cursor.fetchone() == (1,)
    time.sleep(0.4)  # no watch is left that would end somebody else's connection
    with (
        pytest.raises(psycopg2.errors.ReadOnlySqlTransaction),
        reading.reading() as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create temporary table t as select 1; delete from news.feeds")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (psycopg2.OperationalError, 503, "does not answer"),
        (psycopg2.InterfaceError, 503, "does not answer"),
        (psycopg2.errors.QueryCanceled, 504, "too long"),
        (reading.OverdueError, 504, "too long"),
        (psycopg2.errors.NumericValueOutOfRange, 422, "no such value"),
        (psycopg2.errors.UndefinedTable, 500, "could not be made"),
        (ZeroDivisionError, 500, "could not be made"),
    ],
)
def test_each_fault_has_its_own_words(viewer, monkeypatch, error, status, said):
    def fail(*_: object, **__: object) -> None:
        raise error("host=secret.example")

    monkeypatch.setattr("plugins.desk.stories.read", fail)
    answer = viewer.get("/desk/stories")
    assert (answer.status_code, said in answer.text) == (status, True)
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]

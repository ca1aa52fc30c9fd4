"""From rows of a real warehouse to messages: each outage once, each end once, and a dead warehouse too."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta

import psycopg2
import pytest

from include.edges.alert_channels import UndeliveredError
from include.edges.warehouse import as_json, read, transaction
from include.pipeline.watch_desk import DownSince, look_around, report, settle, tell_alerts
from include.records import Message, hash_id
from include.settings import Settings
from include.stages.alerts import Alert, AlertKind
from tests.pipeline.planted import NOON, Planted

MINUTE = timedelta(minutes=1)


@dataclass
class Ears:
    """A channel that keeps what it hears, and can be deaf."""

    name: str = "smtp"
    is_deaf: bool = False
    heard: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.is_deaf:
            raise UndeliveredError("nobody hears")
        self.heard.append(message)

    @property
    def subjects(self) -> list[str]:
        return [message.subject.removeprefix("Sanctions Desk: ") for message in self.heard]


@dataclass
class Notebook:
    """A memory that lasts as long as the test."""

    down: DownSince | None = None

    def read(self) -> DownSince | None:
        return self.down

    def write(self, down: DownSince | None) -> None:
        self.down = down


@dataclass
class Desk:
    """A watched warehouse."""

    settings: Settings
    planted: Planted
    ears: Ears = field(default_factory=Ears)
    memory: Notebook = field(default_factory=Notebook)

    def watch(self, minutes: int = 0, *more: Ears) -> dict[str, int]:
        now = NOON + minutes * MINUTE
        counts = look_around(self.settings, now=now).as_dict()
        self.tell(minutes, *more)
        return counts

    def tell(self, minutes: int = 0, *more: Ears) -> None:
        now = NOON + minutes * MINUTE
        tell_alerts(self.settings, now=now, channels=[self.ears, *more], memory=self.memory)


@pytest.fixture
def desk(warehouse) -> Desk:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    planted.run("update news.feeds set kind = 'wire', added_at = %s, state = 'ok'", NOON - timedelta(days=40))
    planted.run("update news.pages set fetched_at = %s", NOON - 5 * MINUTE)
    planted.run("insert into news.outcomes select 'clean', id, '1', false, '', '', %s from news.pages", NOON)
    planted.run(
        "insert into news.outcomes select 'extract', id, '1', false, '', '', %s from news.articles"
        " on conflict do nothing",
        NOON,
    )
    return Desk(settings=Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), planted=planted)


def test_nothing_is_told_of_a_desk_that_works(desk):
    assert desk.watch() == {}
    assert desk.ears.heard == []


def test_analysts_who_hold_the_warehouse_for_too_long_are_ended(desk, warehouse):
    with closing(psycopg2.connect(warehouse.analyst)) as holding, closing(psycopg2.connect(warehouse.analyst)) as idle:
        holding.cursor().execute("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0")
        assert desk.watch() == {}
        desk.settings = desk.settings.model_copy(update={"analyst_minutes": 0})
        assert desk.watch() == {"sessions_ended": 1}
        with pytest.raises(psycopg2.OperationalError):
            holding.cursor().execute("select 1")
        idle.cursor().execute("select 1")


def test_a_silence_is_told_once_and_so_is_its_end(desk):
    assert desk.watch(minutes=70) == {"open_no_new_pages": 1}
    desk.watch(minutes=80)
    assert desk.ears.subjects == ["No new pages"]
    desk.planted.run("update news.pages set fetched_at = %s", NOON + 85 * MINUTE)
    assert desk.watch(minutes=90) == {"alerts_closed": 1}
    desk.watch(minutes=100)
    assert desk.ears.subjects == ["No new pages", "Over: No new pages"]


def test_what_was_not_read_within_two_runs(desk):
    desk.planted.run("delete from news.outcomes where stage = 'clean'")
    desk.planted.run("update news.pages set fetched_at = %s", NOON - 61 * MINUTE)
    desk.planted.run("update news.feeds set kind = 'demo'")  # whose silence is none
    assert desk.watch() == {"open_extraction_behind": 1}
    assert "10:59 UTC" in desk.ears.heard[0].text


def test_a_group_whose_feeds_fail(desk):
    desk.planted.run(
        "update news.feeds set feed_group = 'wires', state = 'failing', reason = 'timed_out', failures = 2"
    )
    desk.planted.run(
        "insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind, state)"
        " values (gen_random_uuid(), 'https://a.example', '', '', 'GB', 'en', 'press', 'wire', 'ok')"
    )
    assert desk.watch() == {"open_feed_group_out": 1}
    assert desk.ears.subjects == ["Feeds of wires are out"]
    desk.planted.run("update news.feeds set failures = 1")  # the first failure is no outage
    assert desk.watch(minutes=10) == {"alerts_closed": 1}


def test_one_outage_is_one_message(desk):
    desk.planted.run("update news.feeds set state = 'failing', reason = 'dns_failure', failures = 3")
    desk.planted.run("update news.feeds set feed_group = url")
    assert desk.watch() == {"open_feeds_out": 1}
    assert desk.watch(minutes=60) == {"open_feeds_out": 1, "open_no_new_pages": 1}
    assert desk.ears.subjects == ["Every feed group is out"]
    desk.planted.run("update news.feeds set state = 'ok', failures = 0")
    desk.planted.run("update news.pages set fetched_at = %s", NOON + 65 * MINUTE)
    desk.watch(minutes=70)
    assert desk.ears.subjects == ["Every feed group is out", "Over: Every feed group is out"]


def test_what_comes_without_a_feed_does_not_hide_a_silence(desk):
    brought = {"id": hash_id("brought"), "url": "https://the-courier.example/found", "publication": "", "title": ""}
    rows = [brought | {"published_at": None, "first_seen_at": (NOON + 60 * MINUTE).isoformat()}]
    with transaction(desk.settings.warehouse) as connection:
        assert [row.is_new for row in read(connection, "insert_brought_entries", rows=as_json(rows))] == [True]
    desk.planted.run(  # a sitemap's page, and another look at each page
        "insert into news.pages select gen_random_uuid(), id, url, %s, 200, 'text/html', 'f01', 9, 'b.warc.gz', 0, 9"
        " from news.entries",
        NOON + 65 * MINUTE,
    )
    assert desk.watch(minutes=70) == {"open_no_new_pages": 1}
    with transaction(desk.settings.warehouse) as connection:
        (fresh,) = read(connection, "desk/freshness", now=NOON + 70 * MINUTE)
    assert fresh.page_age == 75 * MINUTE


def test_fewer_pages_than_usual(desk):
    assert desk.watch() == {}
    desk.planted.run(
        "insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
        " select md5(day || '/' || n)::uuid, feed_id, 'https://p.example/' || day || '/' || n, '', '', '', '',"
        " '2001-01-01' from (select * from news.entries limit 1) as entry, generate_series(1, 28) as day,"
        " generate_series(1, 40) as n"
    )
    desk.planted.run(
        "insert into news.pages (id, entry_id, url, fetched_at, status, content_type, body_sha256, body_bytes,"
        " warc_file, warc_offset, warc_length)"
        " select gen_random_uuid(), id, url,"
        " %s - split_part(url, '/', 4)::integer * interval '1 day' - interval '1 hour', 200, '', '', 9,"
        " 'a', 0, 9 from news.entries where url like 'https://p.example/%%'",
        NOON,
    )
    desk.planted.run(
        "insert into news.outcomes select 'clean', id, '1', false, '', '', %s from news.pages on conflict do nothing",
        NOON,
    )
    assert desk.watch() == {"open_volume_drop": 1}
    assert desk.ears.subjects == ["Fewer pages than usual"]


def test_a_failed_run_is_told_until_one_succeeds(desk):
    failed = Alert(kind=AlertKind.RUN_TROUBLE, subject="extract_sanctions", detail="The run a failed at clean_pages.")
    for _ in range(3):
        report(desk.settings, failed, now=NOON)
        desk.watch()
    assert desk.ears.subjects == ["extract_sanctions is in trouble"]
    assert settle(desk.settings, AlertKind.RUN_TROUBLE, "extract_sanctions", now=NOON + MINUTE)
    assert not settle(desk.settings, AlertKind.RUN_TROUBLE, "extract_sanctions", now=NOON + MINUTE)
    desk.watch(minutes=2)
    assert desk.ears.subjects[1:] == ["Over: extract_sanctions is in trouble"]


def test_the_failed_run_is_kept_with_its_alert(desk):
    for run_id in ("first", "second"):
        trouble = Alert(kind=AlertKind.RUN_TROUBLE, subject="keep_house", detail="It failed.", run_id=run_id)
        report(desk.settings, trouble, now=NOON)
    assert desk.planted.run("select subject, run_id from news.alerts") == [("keep_house", "second")]


def test_an_outage_that_goes_on_is_told_again_the_next_day(desk):
    report(desk.settings, Alert(kind=AlertKind.RUN_TROUBLE, subject="keep_house", detail=""), now=NOON)
    for hours in (0, 23, 25, 26, 49):
        desk.tell(hours * 60)
    assert desk.ears.subjects == ["keep_house is in trouble"] + ["Still: keep_house is in trouble"] * 2


def test_an_end_that_no_channel_took_for_days_is_told(desk):
    report(desk.settings, Alert(kind=AlertKind.RUN_TROUBLE, subject="keep_house", detail=""), now=NOON)
    desk.tell()
    assert settle(desk.settings, AlertKind.RUN_TROUBLE, "keep_house", now=NOON)
    desk.tell(5 * 24 * 60)
    desk.tell(5 * 24 * 60 + 10)
    assert desk.ears.subjects == ["keep_house is in trouble", "Over: keep_house is in trouble"]


def test_a_deaf_channel_stops_no_other_and_is_told_later(desk):
    deaf = Ears(name="webhook", is_deaf=True)
    report(desk.settings, Alert(kind=AlertKind.RUN_TROUBLE, subject="keep_house", detail=""), now=NOON)
    with pytest.raises(UndeliveredError, match="nobody hears"):
        desk.tell(0, deaf)
    assert desk.ears.subjects == ["keep_house is in trouble"]
    deaf.is_deaf = False
    desk.tell(10, deaf)
    assert deaf.subjects == desk.ears.subjects == ["keep_house is in trouble"]


def test_a_warehouse_that_is_down_is_told_once_and_kept_when_it_is_back(desk):
    well = desk.settings
    desk.settings = Settings(AIRFLOW_CONN_WAREHOUSE="postgresql://desk_loader:x@127.0.0.1:1/none")
    deaf = Ears(name="webhook", is_deaf=True)
    with pytest.raises(UndeliveredError):
        desk.tell(0, deaf)
    deaf.is_deaf = False
    desk.tell(10, deaf)
    desk.tell(20, deaf)
    assert desk.ears.subjects == deaf.subjects == ["The warehouse does not answer"]
    kept, desk.ears, desk.memory = (desk.ears, desk.memory), Ears(), replace(desk.memory)
    desk.tell(25 * 60)
    assert desk.ears.subjects == ["Still: The warehouse does not answer"]
    (desk.ears, desk.memory), desk.settings = kept, well
    # The run that it broke, and the silence after it, are no outages of their own.
    report(well, Alert(kind=AlertKind.RUN_TROUBLE, subject="collect_news", detail=""), now=NOON + 25 * MINUTE)
    desk.tell(30, deaf)
    assert desk.memory.down is None
    assert desk.ears.subjects == deaf.subjects == [
        "The warehouse does not answer",
        "Over: The warehouse does not answer",
    ]  # fmt: skip
    assert desk.planted.run("select kind, opened_at, closed_at from news.alerts where kind = 'warehouse_down'") == [
        ("warehouse_down", NOON, NOON + 30 * MINUTE)
    ]


def test_two_do_not_tell_at_once(desk):
    report(desk.settings, Alert(kind=AlertKind.RUN_TROUBLE, subject="keep_house", detail=""), now=NOON)

    class Slow(Ears):
        def send(self, message: Message) -> None:
            super().send(message)
            desk.tell()  # another process, while this one is at it

    desk.ears, slow = Ears(), Slow()
    tell_alerts(desk.settings, now=NOON, channels=[slow], memory=desk.memory)
    assert slow.subjects == ["keep_house is in trouble"]
    assert desk.ears.heard == []

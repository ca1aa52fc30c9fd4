"""Past days of the demo newsstand, forgotten and brought back from every source there is."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extras import RealDictCursor

from include.edges import warc_import
from include.local.newsstand import serve
from include.pipeline import import_warcs, rebuild_progress
from include.pipeline.bring_pages import bring_pages
from include.pipeline.clean_pages import clean_pages
from include.pipeline.extract_events import extract_events
from include.pipeline.fetch_pages import fetch_pages
from include.pipeline.group_stories import group_stories
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.rebuild import reopen_day, report_day
from include.pipeline.rebuild_plan import NIGHTLY, BadPlanError, Plan, Source, check_places, read_plan
from include.pipeline.resolve_events import resolve_events
from include.pipeline.review_answers import record_answer
from include.pipeline.sync_feeds import sync_feeds
from include.records import Stage, Window
from include.settings import Settings
from tests.warcs import Record, write_warc

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
DAY = Window(start=NOW.replace(hour=0), end=NOW.replace(hour=0) + timedelta(days=1))  # when they were fetched
YEARS = Window(start=datetime(2010, 1, 1, tzinfo=UTC), end=datetime(2026, 5, 1, tzinfo=UTC))  # when they were published
SHARDS = 1
REFERENCES = """
    select conrelid::regclass::text, attname from pg_constraint
    join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'f' and confrelid = %s::regclass and conrelid <> confrelid
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A warehouse and an archive that have seen the newsstand, to copy."""

    template: str
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A copy of them for one test."""

    settings: Settings
    owner: str

    def query(self, text: str, **parameters: object) -> list[dict]:
        connection = psycopg2.connect(self.owner, cursor_factory=RealDictCursor)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(text, parameters)
                return [dict(row) for row in cursor.fetchall()] if cursor.description else []
        finally:
            connection.close()

    def column(self, text: str, **parameters: object) -> list:
        return [next(iter(row.values())) for row in self.query(text, **parameters)]

    def forget(self, like: str, *, entries: bool) -> None:
        """Takes pages, and all that came of them, out of the warehouse; their announcements too where asked."""
        connection = psycopg2.connect(self.owner)
        with connection, connection.cursor() as cursor:
            cursor.execute("set constraints all deferred")
            gone = f"select id from news.entries where url like '%%{like}%%'"
            pages = f"select id from news.pages where entry_id in ({gone})"
            delete(cursor, "news.pages", pages)
            if entries:
                delete(cursor, "news.entries", gone)
        connection.close()

    def rebuild(self, plan: Plan, window: Window = DAY, now: datetime = LATER) -> dict[str, int]:
        """What rebuild_day does."""
        total = bring_pages(self.settings, window=window, plan=plan, now=now)
        if not plan.is_dry_run:
            total.counts.update(reopen_day(self.settings, window=window, now=now, stages=plan.stages).counts)
            self.work(now)
            total.counts.update(report_day(self.settings, window=window, plan=plan, now=now).counts)
        return total.as_dict()

    def work(self, now: datetime) -> None:
        clean_pages(self.settings, now=now, shard=0)
        group_stories(self.settings, now=now)
        extract_events(self.settings, now=now, shard=0)
        resolve_events(self.settings, now=now)

    def state(self) -> dict[str, list[dict]]:
        """What analysts see, by nothing that depends on when it was made."""
        return {
            "pages": self.query("select id, entry_id, url, status, body_sha256 from news.pages order by id"),
            "articles": self.query(
                "select a.id, url, publisher, a.title, text, is_current"
                " from news.articles as a join news.article_texts as t on a.id = article_id and text_at = t.seen_at"
                " order by a.id"
            ),
            "members": self.query("select article_id, relation from news.story_members order by article_id"),
            "events": self.query(
                "select event_type, event_date, article_count from sanctions.events where not is_withdrawn"
                " order by event_type, event_date, article_count"
            ),
        }


def delete(cursor, table: str, which: str) -> None:
    """Deletes rows, after those that refer to them."""
    cursor.execute(f"create temp table gone on commit drop as {which}")
    cursor.execute("select id from gone")
    ids = [row[0] for row in cursor.fetchall()]
    cursor.execute("drop table gone")
    cursor.execute(REFERENCES, (table,))
    for other, column in cursor.fetchall():
        if other in ("news.articles", "news.stories", "news.pages"):
            cursor.execute(f"select id from {other} where {column} = any(%s::uuid[])", (ids,))
            inner = [row[0] for row in cursor.fetchall()]
            delete(cursor, other, f"select id from {other} where id = any('{{{','.join(inner)}}}')")
        else:
            cursor.execute(f"delete from {other} where {column} = any(%s::uuid[])", (ids,))
    for other in ("news.outcomes", "news.fetches"):
        cursor.execute(f"delete from {other} where item_id = any(%s::uuid[])", (ids,))
    cursor.execute(f"delete from {table} where id = any(%s::uuid[])", (ids,))


@pytest.fixture(scope="module")
def base(postgres, migrated_template, tmp_path_factory) -> Iterator[Base]:
    postgres.create_database("rebuild_base", template=migrated_template)
    with serve(0) as address:
        settings = Settings(
            home=tmp_path_factory.mktemp("base"),
            feeds="newsstand",
            newsstand_url=address,
            allowed_addresses=address.removeprefix("http://"),
            shards=SHARDS,
            AIRFLOW_CONN_WAREHOUSE=postgres.dsn("rebuild_base", "desk_loader"),
        )
        sync_feeds(settings, now=NOW)
        poll_feeds(settings, now=NOW)
        fetch_pages(settings, now=NOW)
        Desk(settings=settings, owner="").work(NOW)
        yield Base(template="rebuild_base", settings=settings)


@pytest.fixture
def desk(base: Base, postgres, request, tmp_path: Path) -> Desk:
    name = f"rebuild_{abs(hash(request.node.nodeid)) % 10**12}"
    postgres.create_database(name, template=base.template)
    shutil.copytree(base.settings.home / "archive", tmp_path / "archive")
    dsn = postgres.dsn(name, "desk_loader")
    settings = base.settings.model_copy(update={"home": tmp_path, "warehouse": dsn, "backfill_places": str(tmp_path)})
    return Desk(settings=settings, owner=postgres.dsn(name, "desk_owner"))


def changes(desk: Desk, kind: str) -> dict[str, int]:
    rows = desk.query(
        "select change, count(*) as n from news.rebuild_changes where kind = %(kind)s group by change", kind=kind
    )
    return {row["change"]: row["n"] for row in rows}


def test_nothing_changes_when_nothing_is_missing(desk: Desk):
    before = desk.state()
    counts = desk.rebuild(Plan(sources=(Source.ARCHIVE, Source.SITEMAPS)))
    assert desk.state() == before
    assert counts["archive_found"] == counts["pages_reopened"] == len(before["pages"])
    assert not {name for name in counts if name.endswith(("_new", "_changed", "_gone"))}
    assert desk.query("select * from news.rebuild_changes") == []
    (rebuild,) = desk.query("select * from news.rebuilds")
    assert rebuild["finished_at"] == LATER
    assert desk.query("select * from news.rebuild_snapshots") == []


def test_the_archive_gives_back_what_the_warehouse_lost(desk: Desk):
    before = desk.state()
    rows = desk.query("select * from news.pages order by id")
    desk.forget("/meridian/", entries=False)
    lost = len(rows) - len(desk.state()["pages"])
    counts = desk.rebuild(Plan())
    assert lost > 10
    assert counts["archive_pages_new"] == counts["articles_new"] == lost
    assert desk.query("select * from news.pages order by id") == rows
    assert desk.state() == before
    assert changes(desk, "article") == {"new": lost}
    assert changes(desk, "event")


def test_what_a_person_split_stays_split_when_the_day_is_done_again(desk: Desk):
    held = "select article_id::text, event_id::text from sanctions.event_mentions where is_current order by 1, 2"
    act, mentions = desk.query(
        "select event_id::text, array_agg(id::text order by id) as mentions from sanctions.event_mentions"
        " where is_current group by event_id having count(distinct article_id) > 2"
        " order by count(*) desc, event_id limit 1"
    )[0].values()
    (question,) = desk.column(
        "insert into sanctions.questions (id, event_id, run_id, asked_at, expires_at, mention_ids)"
        " values (gen_random_uuid(), %(act)s, 'run', %(now)s, %(later)s, %(mentions)s::uuid[]) returning id::text",
        act=act, now=NOW, later=LATER, mentions=mentions,
    )  # fmt: skip
    said = {"choice": "Split", "form": {"split_off": "1"}, "user": "anna"}
    assert record_answer(desk.settings, now=LATER, question_id=question, **said).as_dict()["split"] == 1
    before = desk.query(held)
    (parted,) = desk.column("select event_id::text from sanctions.event_mentions where id = %(id)s", id=mentions[0])
    (rest,) = set(
        desk.column(
            "select event_id::text from sanctions.event_mentions where id = any(%(ids)s::uuid[])", ids=mentions[1:]
        )
    )
    assert parted != rest
    desk.rebuild(Plan(sources=(Source.ARCHIVE,)))
    assert desk.query(held) == before
    with psycopg2.connect(desk.owner) as connection, connection.cursor() as cursor:
        cursor.execute("update sanctions.event_mentions set extract_version = 'before'")
        cursor.execute("update news.outcomes set version = 'before' where stage = 'extract'")
    connection.close()
    desk.work(LATER + timedelta(hours=1))
    assert desk.query(held) == before


def test_even_announcements_come_back_from_the_archive(desk: Desk):
    before = desk.state()
    desk.forget("/harbour/", entries=True)  # a publisher is told by its feed's address
    desk.forget("/ledger/2022", entries=True)  # or by the entries that are left
    desk.rebuild(Plan())
    after = desk.state()
    assert after["pages"] == before["pages"]
    publishers = {(row["id"], row["publisher"]) for row in before["articles"]}
    # An entry's headline is lost with it, so that some articles now go by their pages' and have another id.
    assert {row["publisher"] for row in after["articles"]} == {publisher for _, publisher in publishers}
    assert len(after["articles"]) == len(before["articles"])


def crawl(desk: Desk, folder: Path, *, name: str = "CC-NEWS-20260601103000-00001.warc.gz") -> Path:
    """The pages of the archive in another crawler's file, between those of other days; the archive is emptied."""
    pages = desk.query(
        "select url, fetched_at as at, content_type, warc_file, warc_offset, warc_length from news.pages"
        " order by warc_file, warc_offset"
    )
    records = []
    for page in pages:
        with (desk.settings.home / "archive" / page["warc_file"]).open("rb") as stream:
            stream.seek(page["warc_offset"])
            (found,) = [r.reader.read() for r in warc_import.read_records(stream.read(page["warc_length"]))]
        records.append(
            Record(url=page["url"], at=page["at"], body=found, headers={"Content-Type": page["content_type"]})
        )
    other = replace(records[0], at=DAY.end)
    path = write_warc(folder / "2026" / "06" / name, [other, *records, other])
    shutil.rmtree(desk.settings.home / "archive")
    return path


def test_another_crawl_gives_back_the_day(desk: Desk, tmp_path: Path):
    before = desk.state()
    crawl(desk, tmp_path / "cc-news")
    desk.forget("/meridian/", entries=False)
    plan = Plan(sources=(Source.WARC,), warc_prefix=str(tmp_path / "cc-news"))
    counts = desk.rebuild(plan)
    assert counts["warc_found"] == len(before["pages"])
    assert counts["warc_skipped_outside_window"] == 2
    assert counts["warc_pages_new"] == counts["articles_new"] > 10
    assert desk.state() == before
    shutil.rmtree(tmp_path / "cc-news")  # what was brought lies in our own archive
    lost = len(before["pages"]) - counts["warc_pages_new"]
    assert counts["pages_missing_from_archive"] == 2 * lost  # as said when the day was reopened, and when reported
    assert desk.rebuild(Plan())["archive_found"] >= counts["warc_pages_new"]


def test_pages_of_unknown_sites_get_a_publisher(desk: Desk, tmp_path: Path):
    body = (
        b"<html><body><article>" + b"<p>The ferry to the island was late again on Monday, and nobody said why.</p>" * 9
    )
    records = [
        Record(url="https://www.island.example/ferry?utm_source=x", at=NOW, body=body),
        Record(url="http://localhost:99999/", at=NOW, body=body),
    ]
    write_warc(tmp_path / "w" / "a.warc.gz", records)
    counts = desk.rebuild(Plan(sources=(Source.WARC,), warc_prefix=str(tmp_path / "w")))
    assert (counts["warc_pages_new"], counts["warc_skipped_bad_url"]) == (1, 1)
    (article,) = desk.query("select * from news.articles where url like '%%island%%'")
    assert (article["url"], article["publisher"]) == ("https://www.island.example/ferry", "island.example")
    (site,) = desk.query("select * from news.feeds where kind = 'site'")
    assert site["state"] == "retired"
    assert sync_feeds(desk.settings, now=LATER).counts["feeds_disabled"] == 0


def test_sitemaps_bring_what_polling_missed(desk: Desk):
    before = desk.state()
    desk.forget("/ledger/", entries=True)
    missing = len(before["pages"]) - len(desk.state()["pages"])
    counts = desk.rebuild(NIGHTLY, window=YEARS)
    assert counts["sitemaps_read"] == 11  # an index, and ten of which one is packed
    assert counts["sitemaps_found"] == len(before["pages"])
    assert counts["sitemaps_entries_new"] == counts["pages_new"] == counts["articles_new"] == missing > 5
    after = desk.state()  # stories may part otherwise: the newcomers came last
    assert (after["pages"], after["articles"]) == (before["pages"], before["articles"])
    sources = desk.query("select * from news.rebuild_sources where entries_new > 0")
    assert [row["name"].rsplit("/", 2)[1:] for row in sources] == [["ledger", "news-sitemap.xml.gz"]]
    assert desk.rebuild(NIGHTLY, window=YEARS)["sitemaps_found"] == len(before["pages"])


def test_announced_pages_that_were_lost_are_fetched_again(desk: Desk):
    before = desk.state()
    desk.forget("/ledger/", entries=False)
    missing = len(before["pages"]) - len(desk.state()["pages"])
    counts = desk.rebuild(NIGHTLY, window=YEARS)
    assert counts["pages_fetched"] == counts["articles_new"] == missing
    assert "sitemaps_entries_new" not in counts
    assert desk.state()["pages"] == before["pages"]


def test_sitemaps_are_limited_to_the_window(desk: Desk):
    page = desk.query("select published_at from news.entries where url like '%%/ledger/%%' order by 1 limit 1")[0]
    start = page["published_at"].replace(hour=0, minute=0, second=0)
    desk.forget("/ledger/", entries=True)
    counts = desk.rebuild(NIGHTLY, window=Window(start=start, end=start + timedelta(days=1)))
    assert 1 <= counts["sitemaps_entries_new"] == counts["articles_new"] < 4
    skipped = desk.column("select skipped from news.rebuild_sources where name like '%%.gz'")
    assert skipped[0]["outside_window"] > 5


def test_a_sitemap_that_fails_is_a_row_with_a_reason(desk: Desk):
    home = desk.settings.newsstand_url
    good = f"{home}/ledger/news-sitemap.xml.gz"
    urls = (f"{home}/nowhere.xml", f"{home}/robots.txt", "http://169.254.169.254/s.xml", good)
    counts = desk.rebuild(Plan(sources=(Source.SITEMAPS,), stages=(), sitemaps=urls), window=YEARS)
    assert (counts["sitemaps_failed"], counts["sitemaps_read"]) == (3, 1)
    reasons = {row["name"]: row["reason"] for row in desk.query("select * from news.rebuild_sources")}
    assert reasons == {urls[0]: "http_status", urls[1]: "unexpected_type", urls[2]: "forbidden_address", good: ""}


def test_a_list_of_addresses(desk: Desk, tmp_path: Path):
    before = desk.state()
    entries = desk.query("select url, title, published_at from news.entries where url like '%%/coral/%%'")
    desk.forget("/coral/", entries=True)
    path = tmp_path / "urls.csv"
    lines = [f'{row["url"]},{row["published_at"].isoformat()},"{row["title"]}"' for row in entries]
    path.write_text(
        "\n".join(["\ufeffurl,published,title", *lines, "javascript:x,,", "https://a.example/,2030-01-01,X"])
    )
    counts = desk.rebuild(Plan(sources=(Source.CSV,), csv_path=str(path)), window=YEARS)
    assert counts["csv_entries_new"] == counts["articles_new"] == len(entries)
    assert (counts["csv_skipped_bad_url"], counts["csv_skipped_outside_window"]) == (1, 1)
    assert {row["url"] for row in desk.state()["articles"]} == {row["url"] for row in before["articles"]}


def test_a_list_without_addresses_is_refused(desk: Desk, tmp_path: Path):
    (tmp_path / "odd.csv").write_text("address\nhttps://a.example/\n")
    with pytest.raises(BadPlanError, match="no column named url"):
        desk.rebuild(Plan(sources=(Source.CSV,), csv_path=str(tmp_path / "odd.csv")))


def test_a_dry_run_counts_and_writes_nothing(desk: Desk, tmp_path: Path):
    crawl(desk, tmp_path / "cc-news")
    desk.forget("/meridian/", entries=True)
    before = desk.state() | {"entries": desk.query("select * from news.entries order by id")}
    plan = Plan(
        sources=(Source.ARCHIVE, Source.WARC, Source.SITEMAPS), warc_prefix=str(tmp_path / "cc-news"), is_dry_run=True
    )
    counts = desk.rebuild(plan)
    assert counts["warc_pages_new"] > 10
    assert counts["pages_to_reopen"] == len(before["pages"])
    assert desk.state() | {"entries": desk.query("select * from news.entries order by id")} == before
    assert not (desk.settings.home / "archive").exists()
    assert desk.column("select count(*) from news.rebuilds where finished_at is null") == [0]


def test_an_interrupted_import_goes_on_where_it_stopped(desk: Desk, tmp_path: Path, monkeypatch):
    before = desk.state()
    path = crawl(desk, tmp_path / "cc-news")
    desk.forget("/", entries=False)
    monkeypatch.setattr(import_warcs, "BATCH", 20)
    plan = Plan(sources=(Source.WARC,), warc_prefix=str(path))
    steps = iter(range(100))

    def torn(*args: object, **given: object) -> None:
        if next(steps) == 3:
            raise ConnectionError("the machine went away")
        rebuild_progress.advance(*args, **given)

    with monkeypatch.context() as patch, pytest.raises(ConnectionError):
        patch.setattr(import_warcs, "advance", torn)
        desk.rebuild(plan)
    (row,) = desk.query("select * from news.rebuild_sources")
    kept = len(desk.state()["pages"])
    assert 0 < kept == row["found"] < len(before["pages"])
    opened = []
    monkeypatch.setattr(
        import_warcs,
        "read_members",
        lambda stream, *, position: opened.append(position) or warc_import.read_members(stream, position=position),
    )
    counts = desk.rebuild(plan)
    assert opened == [row["position"]]
    assert counts["warc_found"] == len(before["pages"]) - kept
    assert counts["articles_new"] == len(before["pages"])  # of the whole rebuild, not of its second half
    assert desk.state()["articles"] == before["articles"]
    assert desk.column("select count(*) from news.rebuilds") == [1]


def test_two_overlapping_backfills_give_what_one_gives(desk: Desk, tmp_path: Path, monkeypatch):
    before = desk.state()
    crawl(desk, tmp_path / "cc-news")
    desk.forget("/", entries=False)
    monkeypatch.setattr(import_warcs, "BATCH", 15)
    plan = Plan(sources=(Source.WARC,), warc_prefix=str(tmp_path / "cc-news"))
    wider = Window(start=DAY.start - timedelta(days=1), end=DAY.end)
    failed: list[BaseException] = []

    def run(window: Window) -> None:
        try:
            desk.rebuild(plan, window=window)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(window,)) for window in (DAY, wider, DAY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert desk.state() == before
    assert desk.column("select count(*) from news.rebuilds where finished_at is null") == [0]
    pages = desk.column("select count(*) from news.pages")
    assert max(desk.column("select sum(pages_new) from news.rebuild_sources group by rebuild_id")) <= pages[0]


def test_params_make_plans():
    params = {
        "sources": ["warc", "archive", "warc"], "stages": ["extract"], "dry_run": True,
        "warc_prefix": " s3://commoncrawl/crawl-data/CC-NEWS/2026/03 ", "sitemaps": None, "csv_path": None,
    }  # fmt: skip
    assert read_plan(params) == Plan(
        sources=(Source.WARC, Source.ARCHIVE),
        stages=(Stage.EXTRACT,),
        is_dry_run=True,
        warc_prefix="s3://commoncrawl/crawl-data/CC-NEWS/2026/03",
    )
    with pytest.raises(BadPlanError, match="warc_prefix"):
        read_plan(params | {"warc_prefix": ""})
    with pytest.raises(BadPlanError, match="csv_path"):
        read_plan(params | {"sources": ["csv"]})
    for change, said in (
        ({"sitemaps": ["https://a.example/s.xml", "ftp://a.example/x"]}, r"begins with .*: ftp://a.example/x\.$"),
        ({"sitemaps": ["https://a.example/"] * 1001}, r"^These are 1,001 sitemaps; 1,000 at a time are the most\.$"),
        ({"sitemaps": ["https://a.example/" + "x" * 2000]}, r"^The address of a sitemap is longer than 2,000"),
        ({"warc_prefix": "x" * 2001}, r"^warc_prefix is longer than 2,000 characters\.$"),
        ({"warc_prefix": "", "sources": ["warc", "csv"]}, r"warc_prefix.*\. .*csv_path.*\.$"),
    ):
        with pytest.raises(BadPlanError, match=said):
            read_plan(params | change)


@pytest.mark.parametrize(
    "place",
    [
        "/etc/hostname",
        "{0}/allowed/../../outside.csv",
        "{0}/allowed/out/list.csv",
        "{0}/allowed-too/list.csv",
        "file:///etc/hostname",
        "file://{0}/allowed/../outside.csv",
        "local:///etc/hostname",
        "s3://open/lists-of-others/list.csv",
        "s3://open/lists/../secret.csv",
        "s3://connection@open/lists/list.csv",
        "s3://open@secret/lists/list.csv",
        "gs://open/lists/list.csv",
    ],
)
def test_files_outside_of_what_is_allowed_are_never_opened(base, tmp_path, place):
    (tmp_path / "allowed").mkdir()
    (tmp_path / "allowed" / "out").symlink_to(tmp_path)
    roots = f"{tmp_path}/allowed, s3://open/lists/, s3://keys@closed"
    settings = base.settings.model_copy(update={"backfill_places": roots})
    for plan in (
        Plan(sources=(Source.CSV,), csv_path=place.format(tmp_path)),
        Plan(sources=(Source.WARC,), warc_prefix=place.format(tmp_path)),
    ):
        with pytest.raises(BadPlanError, match="DESK_BACKFILL_PLACES"):
            bring_pages(settings, window=DAY, plan=plan, now=NOW)
    for allowed in (f"{tmp_path}/allowed/list.csv", "s3://open/lists/list.csv", "s3://keys@closed/list.csv"):
        check_places(Plan(csv_path=allowed), settings.backfill_roots)


def test_without_a_word_a_folder_of_its_own_and_the_archive_are_allowed(tmp_path):
    roots = Settings(home=tmp_path).backfill_roots
    for allowed in (f"{tmp_path}/backfill/list.csv", f"file://{tmp_path}/archive/pages", "s3://commoncrawl/crawl-data"):
        check_places(Plan(csv_path=allowed), roots)
    with pytest.raises(BadPlanError):
        check_places(Plan(csv_path=f"{tmp_path}/secrets.json"), roots)

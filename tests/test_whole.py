"""The whole pipeline over the demo newsstand: from feeds to events, and a second time without changing a row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from include.edges.archive import Archive
from include.pipeline.rebuild import reopen_day, report_day
from include.records import ArchiveRecord, Window
from tests.newsstand_run import NOW, collect, extract, query

# Everything that the pipeline keeps, but for the diary of requests and when a feed was asked last.
KEPT = {
    "entries": "select * from news.entries order by id",
    "pages": "select * from news.pages order by id",
    "articles": "select * from news.articles order by id",
    "article_texts": "select xmin::text, * from news.article_texts order by article_id",
    "stories": "select xmin::text, * from news.stories order by id",
    "story_members": "select xmin::text, * from news.story_members order by article_id",
    "sketches": "select * from news.sketches order by shingle, article_id",
    "events": "select xmin::text, * from sanctions.events order by id",
    "event_parties": "select xmin::text, * from sanctions.event_parties order by event_id, role, position",
    "event_measures": "select xmin::text, * from sanctions.event_measures order by event_id, position",
    "event_versions": "select xmin::text, * from sanctions.event_versions order by event_id, version",
    "event_mentions": "select * from sanctions.event_mentions order by id",
}


def snapshot(dsn: str, *, without: tuple[str, ...] = ()) -> dict[str, list[dict]]:
    return {
        name: [{key: value for key, value in row.items() if key not in without} for row in query(dsn, text)]
        for name, text in KEPT.items()
    }


def test_the_badly_kept_page_becomes_its_event(desk):
    """Exactly the act's imposer, target, instrument, measures and flows, in one row for all that tell of it."""
    _, addresses = desk
    (event,) = query(
        addresses.analyst,
        """
        select * from mart.events
        where event_class = 'IMPOSE' and 'KP' = any(target_codes) and 'UNSC' = any(imposer_codes) and not is_withdrawn
        """,
    )
    assert (event["imposer_codes"], event["target_codes"], event["targets"]) == (["UNSC"], ["KP"], ["North Korea"])
    assert (event["event_type"], event["modality"]) == ("expanded", "asserted")
    assert event["instrument"] == "UN Security Council Resolution 2371 (2017)"
    measures = {
        (row["measure_type"], row["flow"]): set(row["objects"])
        for row in query(
            addresses.analyst, "select * from sanctions.event_measures where event_id = %(id)s", id=event["event_id"]
        )
    }
    assert set(measures) == {("export_ban", "from_target"), ("labour_restriction", None), ("investment_ban", None)}
    assert measures["export_ban", "from_target"] == {"coal", "iron ore", "seafood", "lead"}
    assert {"new joint ventures", "new investment in the existing ones"} <= measures["investment_ban", None]
    page = query(
        addresses.owner,
        """
        select e.sentence, t.text, a.title from mart.event_evidence as e
        join sanctions.event_mentions as m on m.id = e.mention_id
        join news.articles as a on a.id = m.article_id
        join news.article_texts as t on t.article_id = a.id and t.seen_at = a.text_at
        where e.event_id = %(id)s and e.url like '%%/un-security-council-poised-to-hit-north-korea%%'
        """,
        id=event["event_id"],
    )
    assert any("approved by a unanimous vote" in row["sentence"] for row in page)
    assert all(row["sentence"] in " ".join(row["text"].split()) for row in page)


def test_every_event_leads_back_to_archived_bytes(desk):
    settings, addresses = desk
    rows = query(
        addresses.owner,
        """
        select distinct on (e.event_id) e.event_id, e.sentence, e.warc_file, e.warc_offset, e.warc_length,
            t.text, p.body_sha256, m.extract_version
        from mart.event_evidence as e
        join sanctions.event_mentions as m on m.id = e.mention_id
        join news.articles as a on a.id = m.article_id
        join news.article_texts as t on t.article_id = a.id and t.seen_at = a.text_at
        join news.pages as p on p.id = a.page_id
        """,
    )
    events = query(addresses.owner, "select id from sanctions.events where not is_withdrawn")
    assert {row["event_id"] for row in rows} == {event["id"] for event in events}
    assert len(rows) >= 15
    archive = Archive(settings.archive)
    for row in rows:
        assert row["sentence"] in " ".join(row["text"].split())
        assert row["extract_version"]
        record = ArchiveRecord(file=row["warc_file"], offset=row["warc_offset"], length=row["warc_length"])
        assert archive.read(record)


def test_a_second_run_changes_no_row(desk):
    settings, addresses = desk
    before = snapshot(addresses.owner)
    later = NOW + timedelta(days=2)
    collected = collect(settings, later)
    extract(settings, later)
    assert snapshot(addresses.owner) == before
    assert collected.counts["pages_new"] == 0


def test_rebuilding_a_day_at_the_same_versions_gives_the_same_rows(desk):
    settings, addresses = desk
    before = snapshot(addresses.owner)
    day = Window(start=NOW.replace(hour=0), end=NOW.replace(hour=0) + timedelta(days=1))
    reopened = reopen_day(settings, window=day, now=NOW + timedelta(days=3))
    assert reopened.counts["pages_reopened"] == len(before["pages"])
    extract(settings, NOW + timedelta(days=3))
    assert snapshot(addresses.owner) == before
    report = report_day(settings, window=day, now=NOW + timedelta(days=3)).counts
    assert report["articles"] > 0
    assert report["events"] > 0


def test_republished_stories_are_one(desk):
    _, addresses = desk
    sizes = query(addresses.owner, "select article_count, publisher_count from news.stories where article_count > 1")
    assert len(sizes) >= 6
    assert max(row["publisher_count"] for row in sizes) >= 2


def test_the_archive_is_standard_warc(desk):
    from warcio.archiveiterator import ArchiveIterator

    settings, _ = desk
    files = sorted((Path(settings.home) / "archive").rglob("*.warc.gz"))
    assert files
    for file in files:
        with file.open("rb") as stream:
            kinds = [
                record.rec_type
                for record in ArchiveIterator(stream, check_digests="raise")
                if record.content_stream().read() or True
            ]
        assert "response" in kinds

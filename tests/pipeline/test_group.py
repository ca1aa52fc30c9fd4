"""Stories in a real warehouse: in batches, from two workers or late, the same articles give the same rows."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from include.edges.warehouse import read, transaction
from include.pipeline import group_stories as grouping
from include.pipeline import templates
from include.pipeline.extract_events import document_from
from include.pipeline.freeze_statistics import PAGES_TO_LEARN, learn_templates, trim_sketches
from include.pipeline.group_stories import group_stories
from include.pipeline.postings import WarehousePostings
from include.pipeline.templates import WarehouseTemplates
from include.settings import Settings
from include.stages.stories import GROUP_VERSION
from include.stages.stories_postings import POSTINGS_READ
from tests.pipeline.planted import NOON, Planted
from tests.stages.test_stories import report, spun

NOW = datetime(2031, 5, 9, tzinfo=UTC)
ROWS = (
    "select m.article_id::text, m.story_id::text, m.relation, round(m.score::numeric, 6), s.canonical_article_id::text,"
    " s.canonical_reason, s.article_count, s.publisher_count from news.story_members as m"
    " join news.stories as s on s.id = m.story_id order by m.article_id"
)
PARTS = "select digest_article_id::text, part_article_id::text from news.digest_parts order by 1, 2"


@pytest.fixture
def settings(warehouse) -> Settings:
    return Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader, shards=2)


@pytest.fixture
def planted(warehouse) -> Planted:
    return Planted(dsn=warehouse.loader)


def newsroom() -> list[tuple[str, str, str, int]]:
    """Name, text, publisher and hour of articles: three stories, a page put together from two, and a stranger."""
    articles = [("alone", "\n\n".join(report(99)), "Hill Times", 5)]
    for seed in (1, 2, 3):
        told = report(seed)
        articles += [
            (f"{seed}-first", "\n\n".join(told), "Harbour Post", 0),
            (f"{seed}-copy", "\n\n".join(told), "Bay Star", 1),
            (f"{seed}-cut", "\n\n".join([*told[:6], "Read more"]), "Coast News", 2),
            (f"{seed}-spun", "\n\n".join(spun(told, seed)), "Hill Times", 3),
        ]
    both = [*report(1)[:5], *report(50)[:3], *report(2)[:5]]
    return [*articles, ("both", "\n\n".join(both), "Coast News", 4)]


def plant(planted: Planted, articles: list[tuple[str, str, str, int]]) -> None:
    for name, text, publisher, hour in articles:
        planted.article(name, text, publisher=publisher, hours=hour)
    planted.run("delete from news.outcomes where stage = 'group' and version = '1'")


@pytest.fixture
def one_run(planted: Planted, settings: Settings) -> list[tuple]:
    """The rows of one run over everything, after which the warehouse has no stories again."""
    plant(planted, newsroom())
    group_stories(settings, now=NOW)
    rows = planted.run(ROWS), planted.run(PARTS)
    forget(planted)
    return rows


def forget(planted: Planted) -> None:
    for table in ("story_changes", "digest_parts", "story_matches", "sketches"):
        planted.run(f"delete from news.{table}")
    planted.run("with m as (delete from news.story_members) delete from news.stories")
    planted.run("delete from news.outcomes where stage = 'group'")


def test_stories_and_digests(one_run):
    rows, parts = one_run
    sizes = sorted({row[1]: row[6] for row in rows}.values())
    assert sizes == [1, 1, 4, 4, 4]
    assert [row[2] for row in rows].count("digest") == 1
    assert len(parts) == 2
    assert {row[5] for row in rows} <= {"only_member", "holds_most_others", "first_seen"}


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_batches_of_any_size_give_the_rows_of_one_run(planted, settings, one_run, monkeypatch, batch):
    monkeypatch.setattr(grouping, "BATCH", batch)
    group_stories(settings, now=NOW)
    assert (planted.run(ROWS), planted.run(PARTS)) == one_run


def test_hourly_runs_in_any_order_give_the_rows_of_one_run(planted, settings, one_run):
    hours = list(range(6))
    random.Random(7).shuffle(hours)
    for hour in hours:
        hidden = NOON + timedelta(hours=hour)
        planted.run(
            "insert into news.outcomes select 'group', id, %s, false, '', '', now() from news.articles"
            " where seen_at <> %s on conflict do nothing",
            *(GROUP_VERSION, hidden),
        )
        group_stories(settings, now=NOW)
        planted.run(
            "delete from news.outcomes where stage = 'group' and item_id not in"
            " (select article_id from news.story_members)"
        )
    assert (planted.run(ROWS), planted.run(PARTS)) == one_run


def test_two_workers_at_once_give_the_rows_of_one(planted, settings, one_run, monkeypatch):
    monkeypatch.setattr(grouping, "BATCH", 2)
    with ThreadPoolExecutor(2) as pool:
        tallies = list(pool.map(lambda _: group_stories(settings, now=NOW), range(2)))
    assert sum(tally.counts["articles_placed"] for tally in tallies) == len(newsroom())
    assert (planted.run(ROWS), planted.run(PARTS)) == one_run


def test_doing_it_again_writes_no_row(planted, settings):
    plant(planted, newsroom())
    group_stories(settings, now=NOW)
    look = "select xmin::text, m.* from news.story_members as m order by article_id"
    before = planted.run(look)
    planted.run("delete from news.outcomes where stage = 'group'")
    group_stories(settings, now=NOW)
    assert planted.run(look) == before
    assert planted.run("select * from news.story_changes") == []


def test_a_late_article_that_ties_two_stories_is_in_the_diary(planted, settings):
    told = report(1, 30)
    ends = [("early", "\n\n".join(told[:12]), "Bay Star", 0), ("last", "\n\n".join(told[14:]), "Hill Times", 9)]
    plant(planted, ends)
    group_stories(settings, now=NOW)
    assert planted.run("select count(*) from news.stories") == [(2,)]
    plant(planted, [("between", "\n\n".join(told[3:26]), "Coast News", 4)])
    group_stories(settings, now=NOW)
    assert planted.run("select count(*) from news.stories") == [(1,)]
    changes = planted.run(
        "select kind, article_count, later_article_id is not null, score > 0.9 from news.story_changes"
    )
    assert changes == [("merged", 1, True, True)]


def test_furniture_learned_at_night_holds_for_what_is_seen_later(planted, settings):
    line = "Nobody covers the coast as we do, so tell your friends about it."
    pages = [(f"p{n}", "\n\n".join([*report(100 + n, 5), line]), "Post", n) for n in range(PAGES_TO_LEARN)]
    plant(planted, pages)
    tally = learn_templates(settings, now=NOON + timedelta(days=1))
    assert tally.as_dict() == {"publishers": 1, "templates_learned": 1}
    assert learn_templates(settings, now=NOON + timedelta(days=2)).as_dict() == {"publishers": 1}
    assert planted.run("select holds_from from news.templates") == [(NOON + timedelta(days=1),)]


def test_furniture_is_looked_for_once_before_a_publisher_is_grouped(planted, settings):
    """Nothing was found then; what is found at night holds for what is seen later only."""
    line = "Nobody covers the coast as we do, so tell your friends about it."
    plant(planted, [(f"p{n}", "\n\n".join(report(100 + n, 5)), "Post", n) for n in range(PAGES_TO_LEARN)])
    assert "templates_learned" not in group_stories(settings, now=NOW).as_dict()
    assert planted.run("select publisher from news.learned_publishers") == [("Post",)]
    plant(planted, [(f"q{n}", "\n\n".join([*report(200 + n, 5), line]), "Post", 30 + n) for n in range(5)])
    group_stories(settings, now=NOW)
    assert planted.run("select * from news.templates") == []
    assert learn_templates(settings, now=NOW).as_dict() == {"publishers": 1, "templates_learned": 1}
    assert planted.run("select holds_from from news.templates") == [(NOW,)]


def test_furniture_makes_only_the_next_bearers_look_again(planted, settings):
    line = "Nobody covers the coast as we do, so tell your friends about it."
    pages = [(f"p{n}", "\n\n".join([*report(100 + n, 3), line]), f"Outlet {n}", n) for n in range(POSTINGS_READ + 20)]
    plant(planted, pages)
    group_stories(settings, now=NOW)
    rows = planted.run("select id::text from news.articles order by seen_at")
    with transaction(settings.warehouse) as connection:
        postings = WarehousePostings(connection)
        later = {each.id for each in postings.later(postings.articles([rows[5][0]]))}
    assert later == {row[0] for row in rows[6 : 6 + POSTINGS_READ]}


def test_templates_of_a_batch_are_read_at_once(planted, settings, monkeypatch):
    plant(planted, newsroom())
    asked = []
    monkeypatch.setattr(templates, "read", lambda connection, name, **given: asked.append(given) or [])
    group_stories(settings, now=NOW)
    assert asked == [{"publishers": ["Bay Star", "Coast News", "Harbour Post", "Hill Times"]}]


def test_postings_of_old_copies_are_dropped_and_their_story_still_found(planted, settings):
    plant(planted, newsroom())
    group_stories(settings, now=NOW)
    assert trim_sketches(settings, now=NOW).as_dict() == {}
    assert trim_sketches(settings, now=NOW + timedelta(days=60)).counts["postings_dropped"] > 0
    plant(planted, [("reprint", "\n\n".join(report(1)), "Late Edition", 2000)])
    group_stories(settings, now=NOW)
    assert planted.run("select max(article_count) from news.stories") == [(5,)]


def test_furniture_is_not_read_as_news(planted, settings):
    notice = "The European Union imposed an asset freeze on three shipping firms of Belarus on Monday."
    articles = [(f"p{n}", "\n\n".join([*report(100 + n, 5), notice]), "Post", n) for n in range(PAGES_TO_LEARN)]
    plant(planted, articles)
    group_stories(settings, now=NOW)
    with transaction(settings.warehouse) as connection:
        templates = WarehouseTemplates(connection)
        row = read(connection, "articles_by_id", ids=[planted.run("select id::text from news.articles")[0][0]])[0]
        assert notice in row.text
        document = document_from(Extractable(row), templates)
    assert notice not in document.text
    assert len(document.text) == len(row.text)


class Extractable:
    """A row of articles_by_id with what extraction reads besides."""

    published_on = None

    def __init__(self, row) -> None:
        self.id, self.title, self.text = row.id, row.title, row.text
        self.publisher, self.seen_at = row.publisher, row.seen_at


def test_yields_by_publisher_and_day(planted, warehouse):
    plant(planted, newsroom()[:3])
    analyst = Planted(dsn=warehouse.analyst)
    columns = "publisher, pages, pages_pending, pages_dropped, articles, words, undated"
    assert analyst.run(f"select {columns} from mart.publisher_yields order by publisher") == [
        ("Bay Star", 1, 1, 0, 1, 9, 0),
        ("Harbour Post", 1, 1, 0, 1, 9, 0),
        ("Hill Times", 1, 1, 0, 1, 9, 0),
    ]

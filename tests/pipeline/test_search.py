"""Finding acts by the words of their sentences and articles, and by names that are spelt otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from include.edges.migrate import SCHEMA, LacksExtensionError, migrate
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.newsstand_run import query
from tests.pipeline.planted import LINES, NOON, SUPERSEDE, Planted


@pytest.fixture
def planted(warehouse) -> Planted:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    return planted


@pytest.fixture
def analyst(warehouse) -> Planted:
    return Planted(dsn=warehouse.analyst)


def test_words_of_the_sentences_find_the_act(desk):
    rows = query(desk[1].analyst, "select * from mart.search_evidence('seafood iron ore')")
    (event,) = {row["event_id"] for row in rows}
    act = query(desk[1].analyst, "select instrument from mart.events where event_id = %(id)s", id=event)
    assert act == [{"instrument": "UN Security Council Resolution 2371 (2017)"}]
    assert all("«seafood»" in row["headline"] for row in rows)
    assert [row["rank"] for row in rows] == sorted((row["rank"] for row in rows), reverse=True)
    assert all(row["url"] and row["publisher"] and row["rank"] > 0 for row in rows)


def test_words_of_the_text_find_the_article_and_its_acts(desk):
    rows = query(desk[1].analyst, """select * from mart.search_articles('"entity list" xinjiang')""")
    assert {row["publisher"] for row in rows} == {"Export Desk Notes"}
    assert "«Entity» «List»" in rows[0]["headline"]
    (act,) = query(desk[1].analyst, "select event_id from mart.events where instrument = 'Entity List'")
    assert rows[0]["event_ids"] == f"{{{act['event_id']}}}"


def test_other_forms_of_a_word_and_words_left_out(analyst, planted):
    def publishers(words: str) -> set[str]:
        return {row[0] for row in analyst.run("select publisher from mart.search_evidence(%s)", words)}

    assert publishers("shipping firm of Belarus") == {"The Courier"}  # listed as firms
    assert publishers("asset of firms") == {"Evening Post"}
    assert publishers("firms") == {"The Courier", "Evening Post"}
    assert publishers("firms -frozen") == {"The Courier"}
    assert publishers('"shipping three"') == set()
    assert len(analyst.run("select 1 from mart.search_evidence('firms', 1)")) == 1


@pytest.mark.parametrize("words", ["", "the of", "'", "a & | ! ) (", '"', "\\", "%", "-", "<b>", "ж" * 5000])
def test_no_words_are_an_error(analyst, planted, words):
    for search in ("search_evidence", "search_articles", "search_parties"):
        assert analyst.run(f"select * from mart.{search}(%s)", words) == []


def test_what_is_superseded_is_not_found(analyst, planted, warehouse):
    planted.run(SUPERSEDE, LINES["embargo"])
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    assert analyst.run("select * from mart.search_evidence('coal')") == []
    assert analyst.run("select * from mart.search_articles('coal')") == []
    assert analyst.run("select * from mart.search_parties('North Korea')") == []


@pytest.mark.parametrize("name", ["North Corea", "Noth Korea", "north korea", "Korea"])
def test_names_are_found_as_they_are_misspelt(analyst, planted, name):
    ((party, code, acts),) = analyst.run("select party, code, acts from mart.search_parties(%s)", name)
    assert (party, code, acts) == ("North Korea", "KP", 1)


@pytest.mark.parametrize("wanted", ["Erdogan", "Erdoğan", "ERDOĞAN", "Erdog\u0306an", "erdogan"])
@pytest.mark.parametrize("name", ["Erdoğan", "Erdogan"])
def test_names_are_found_with_or_without_their_accents(analyst, planted, name, wanted):
    planted.run("update sanctions.event_parties set name = %s where name = 'Belarus'", name)
    assert analyst.run("select party, likeness from mart.search_parties(%s)", wanted) == [(name, 1.0)]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Łódź", "Lodz"),
        ("Kılıçdaroğlu", "Kilicdaroglu"),
        ("Пётр", "Петр"),
        ("조선", "조선"),
        ("東京", "東京"),
        ("", ""),
    ],
)
def test_only_accents_go(planted, name, plain):
    assert planted.run("select sanctions.plain_name(%s)", name) == [(plain,)]


@pytest.mark.parametrize(("most", "rows"), [(-1, 0), (0, 0), (1, 1), (2**31 - 1, 2), (None, 2)])
def test_any_number_of_rows_may_be_asked_for(analyst, planted, most, rows):
    planted.run("update sanctions.event_parties set name = 'South Korea' where name = 'Belarus'")
    for search, words in (("evidence", "firms"), ("articles", "firms"), ("parties", "Korea")):
        assert len(analyst.run(f"select * from mart.search_{search}(%s, %s)", words, most)) == rows


def test_a_text_with_markup_is_marked_by_none_of_ours(analyst, planted):
    planted.mention(planted.article("markup", "Canada listed <b onclick=x> harbours."), "Canada listed harbours.")
    ((headline,),) = analyst.run("select headline from mart.search_articles('harbours')")
    assert "«harbours»" in headline and "<b>" not in headline


def test_a_part_of_a_long_name_is_enough(analyst, planted):
    rows = analyst.run("select party, roles, likeness from mart.search_parties('security council')")
    assert [row[:2] for row in rows] == [("United Nations Security Council", ["imposer"])]
    assert 0.5 < rows[0][2] < 1
    assert analyst.run("select likeness from mart.search_parties('Belarus')") == [(1.0,)]


def test_names_are_known_as_long_as_a_party_has_them(planted):
    def unlike() -> list[tuple]:
        names = "select distinct name from sanctions.event_parties"
        known = "select name from sanctions.party_names"
        return planted.run(f"({names} except {known}) union all ({known} except {names})")

    long = "Harbour Works and Sons " * 400
    assert planted.run("select 1 from sanctions.party_names") and unlike() == []
    planted.run("update sanctions.event_parties set name = %s where name = 'Belarus' returning 1", long)
    assert planted.run("select 1 from sanctions.party_names where name = %s", long) and unlike() == []
    planted.run("delete from sanctions.event_parties where role = 'target' returning 1")
    assert unlike() == []


def test_a_text_of_more_words_than_a_vector_holds_is_taken(planted, analyst):
    words = " ".join(f"harbour{number}" for number in range(150_000))
    with pytest.raises(psycopg2.errors.ProgramLimitExceeded):
        planted.run("select to_tsvector('english', %s)", words)
    planted.article("endless", words)
    assert len(analyst.run("select * from mart.search_articles('harbour7')")) == 1


COPIES = """
with copies as (
    insert into news.articles
    select (jsonb_populate_record(article, jsonb_build_object(
        'id', gen_random_uuid(), 'url_id', gen_random_uuid(), 'seen_at', article.seen_at + n * %s * interval '1 second'
    ))).*
    from news.articles as article cross join generate_series(1, %s) as n
    where article.id = %s
    returning id
)
insert into sanctions.event_mentions
select (jsonb_populate_record(mention, jsonb_build_object('id', gen_random_uuid(), 'article_id', copies.id))).*
from copies cross join sanctions.event_mentions as mention
where mention.id = %s
"""


@pytest.mark.parametrize(
    "of_the_word, newer, enough",
    [(3, 9, 4), (60, 9, 5), (60, 16_000, 1), (60, 16_000, 25)],
    ids=["few", "among the newest", "a little before", "long ago"],
)
def test_the_newest_reports_with_a_word_are_found_wherever_they_are(planted, of_the_word, newer, enough):
    article = planted.article("harbours", "Canada listed harbours.")
    listed = planted.mention(article, "Canada listed harbours.")
    planted.run(COPIES + " returning 1", -1, of_the_word - 1, article, listed)
    other = planted.article("ferries", "Canada listed ferries.", hours=1)
    planted.run(COPIES + " returning 1", 1, newer, other, planted.mention(other, "Canada listed ferries."))
    ((found,),) = planted.run(
        "select sanctions.mentions_with_words(websearch_to_tsquery('english', 'harbours'), %s)::text[]", enough
    )
    newest = planted.run(
        "select mention.id::text from sanctions.event_mentions as mention"
        " inner join news.articles as article on mention.article_id = article.id"
        " where mention.evidence::text like '%%harbours%%' order by article.seen_at desc, mention.id limit %s",
        enough,
    )
    assert found == [mention_id for (mention_id,) in newest]
    assert len(found) == min(of_the_word, enough)


def test_the_searches_use_their_indexes(planted):
    planted.run("analyze news.article_texts")
    queries = {
        "article_texts_default_to_tsvector_idx": "select article_id from news.article_texts where"
        " to_tsvector('english', title || ' ' || left(text, 200000)) @@ websearch_to_tsquery('english', 'coal')",
        "event_mentions_by_words": "select id from sanctions.event_mentions where is_current and"
        " to_tsvector('english', evidence) @@ websearch_to_tsquery('english', 'coal')",
        "party_names_by_likeness": "select * from sanctions.party_names"
        " where plain_name % 'corea' or 'corea' <% plain_name",
    }
    for index, text in queries.items():
        plan = planted.run(f"set local enable_seqscan = off; set local enable_indexscan = off; explain {text}")
        assert any(index in line for (line,) in plan), plan


@pytest.fixture
def before_search(postgres, empty_database, tmp_path: Path) -> str:
    """A warehouse from before there was a search, whose owner may not bring in extensions."""
    for file in SCHEMA.glob("*.sql"):
        if file.name < "0012":
            shutil.copy(file, tmp_path)
    owner = postgres.dsn(empty_database, "desk_owner")
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    as_superuser(postgres, empty_database, sql.SQL("alter database {} owner to postgres"))
    as_superuser(postgres, empty_database, sql.SQL("revoke create on database {} from public, desk_owner"))
    as_superuser(postgres, empty_database, sql.SQL("grant create on schema public to desk_owner"))
    return owner


def as_superuser(postgres, name: str, command: sql.SQL) -> None:
    connection = psycopg2.connect(postgres.dsn(name, "postgres"))
    with connection, connection.cursor() as cursor:
        cursor.execute(command.format(sql.Identifier(name)))
    connection.close()


def test_an_owner_that_may_not_is_told_the_cure_and_the_cure_helps(postgres, empty_database, before_search):
    owner = Planted(dsn=before_search)
    with pytest.raises(LacksExtensionError, match='superuser run "create extension pg_trgm schema public"'):
        migrate(before_search)
    assert owner.run("select max(name) from public.desk_migrations") == [("0011_event_versions",)]
    as_superuser(postgres, empty_database, sql.SQL("create extension pg_trgm schema public"))
    assert migrate(before_search)[0] == "0012_search"
    assert owner.run("select * from mart.search_parties('x')") == []


def test_an_extension_in_another_schema_is_told(postgres, empty_database, before_search):
    as_superuser(postgres, empty_database, sql.SQL("create schema elsewhere"))
    as_superuser(postgres, empty_database, sql.SQL("create extension pg_trgm schema elsewhere"))
    with pytest.raises(LacksExtensionError, match="alter extension pg_trgm set schema public"):
        migrate(before_search)

"""Every earlier version of the schema, with rows in it, comes up to the newest; a step that fails leaves it as it was.

Versions are found by listing the folder. A table that a newer version brought is filled by the types of its columns; it
needs a row in ROWS only where a constraint asks for more.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extras import Json

from include.edges.migrate import MARTS, SCHEMA, migrate
from include.pipeline.group_stories import group_stories
from include.pipeline.resolve_events import resolve_events
from include.records import hash_id
from include.settings import Settings
from tests.pipeline.planted import BELARUS, CANADA, LINES, NOON, Planted

FILES = sorted(SCHEMA.glob("*.sql"))
STEPS = [pytest.param(number, id=file.stem) for number, file in enumerate(FILES[:-1], start=1)]
FEED, ACT, PLAN, STORY, DECISION = (hash_id(name) for name in ("feed", "act", "plan", "story", "decision"))
FIRST, COPY = (hash_id(name) for name in ("first", "copy"))
AT = NOON.isoformat()
REPORT = {
    "extract_version": "1", "position": 0, "event_id": ACT, "event_type": "imposed", "modality": "asserted",
    "salience": "main", "imposers": [CANADA], "targets": [BELARUS], "actors": [], "confidence": 0.8,
    "measures": [{"type": "asset_freeze", "objects": ["three firms"], "flow": None}], "is_current": True,
    "evidence": [{"text": LINES["listing"], "start": 0, "end": len(LINES["listing"])}],
}  # fmt: skip
# In the order of their references. Columns that a version lacks are left out.
ROWS: dict[str, list[dict]] = {
    "news.feeds": [
        {"id": FEED, "url": "https://a.example/feed", "title": "News", "publisher": "The Courier", "country": "GB",
         "language": "en", "feed_group": "demo", "kind": "demo", "state": "ok", "etag": '"1"'},
    ],
    "news.entries": [
        {"id": each, "feed_id": FEED, "url": f"https://a.example/{each}", "guid": each, "title": "Title",
         "first_seen_at": AT}
        for each in (FIRST, COPY)
    ],
    "news.fetches": [
        {"kind": "page", "item_id": FIRST, "url": f"https://a.example/{FIRST}", "fetched_at": AT, "status": 200},
        {"kind": "feed", "item_id": FEED, "url": "https://a.example/feed", "fetched_at": AT, "reason": "timeout"},
    ],
    "news.pages": [
        {"id": each, "entry_id": each, "url": f"https://a.example/{each}", "fetched_at": AT, "status": 200,
         "content_type": "text/html", "warc_file": "a.warc.gz", "warc_length": 9}
        for each in (FIRST, COPY)
    ],
    "news.articles": [
        {"id": each, "url_id": each, "page_id": each, "url": f"https://a.example/{each}", "publisher": "The Courier",
         "title": "Belarus listed", "text": LINES["listing"], "published_at": AT, "published_source": "feed",
         "language": "en", "word_count": 9, "seen_at": AT, "text_at": AT, "is_current": True,
         "clean_version": "1"}
        for each in (FIRST, COPY)
    ],
    "news.article_texts": [
        {"article_id": each, "seen_at": AT, "title": "Belarus listed", "text": LINES["listing"]}
        for each in (FIRST, COPY)
    ],
    "news.stories": [
        {"id": STORY, "canonical_article_id": FIRST, "title": "Belarus listed", "article_count": 2,
         "publisher_count": 1, "first_seen_at": AT, "last_seen_at": AT, "group_version": "1"},
    ],
    "news.story_members": [
        {"article_id": FIRST, "story_id": STORY, "relation": "canonical", "score": 1, "group_version": "1"},
        {"article_id": COPY, "story_id": STORY, "relation": "copy", "score": 0.9, "group_version": "1"},
    ],
    "news.story_matches": [{"later_article_id": COPY, "earlier_article_id": FIRST, "score": 0.9}],
    "news.sketches": [{"shingle": -7, "seen_at": AT, "article_id": FIRST}],
    "news.templates": [{"publisher": "The Courier", "paragraph": 7, "learned_at": AT}],
    "news.outcomes": [
        {"stage": stage, "item_id": each, "version": "1", "is_rejected": False, "done_at": AT}
        for stage in ("fetch", "clean", "group", "extract")
        for each in (FIRST, COPY)
    ],
    "news.digest_parts": [{"digest_article_id": COPY, "part_article_id": FIRST}],
    "news.story_changes": [{"kind": "merged", "changed_at": AT, "from_story_id": COPY, "into_story_id": STORY}],
    "news.rebuilds": [{"starts_at": AT, "ends_at": "2031-05-07T12:00Z", "plan": {}, "started_at": AT}],
    "news.rebuild_sources": [{"rebuild_id": 1, "source": "csv", "name": "a.csv"}],
    "news.rebuild_entries": [{"rebuild_id": 1, "entry_id": FIRST}],
    "news.rebuild_snapshots": [{"rebuild_id": 1, "kind": "article", "item_id": FIRST}],
    "news.rebuild_changes": [{"rebuild_id": 1, "kind": "article", "item_id": FIRST, "change": "new"}],
    "sanctions.events": [
        {"id": ACT, "event_type": "imposed", "event_class": "IMPOSE", "modality": "asserted", "confidence": 0.8,
         "event_date": "2031-05-06", "review_status": "accepted", "article_count": 2, "story_count": 1,
         "first_seen_at": AT, "last_seen_at": AT, "first_publisher": "The Courier", "extract_version": "1",
         "resolve_version": "1"},
        {"id": PLAN, "event_type": "threatened", "event_class": "PLAN", "modality": "planned", "confidence": 0.4,
         "review_status": "pending", "first_seen_at": AT, "last_seen_at": AT, "first_publisher": "The Courier",
         "is_withdrawn": True},
    ],
    "sanctions.event_parties": [
        {"event_id": ACT, "role": "imposer", "position": 0, "name": "Canada", "kind": "country", "code": "CA"},
        {"event_id": ACT, "role": "target", "position": 0, "name": "Belarus", "kind": "country", "code": "BY"},
    ],
    "sanctions.event_measures": [
        {"event_id": ACT, "position": 0, "measure_type": "asset_freeze", "objects": ["three firms"]},
    ],
    "sanctions.event_mentions": [
        REPORT | {"id": hash_id("mention", each), "article_id": each} for each in (FIRST, COPY)
    ],
    "sanctions.copies_read": [{"article_id": COPY, "canonical_article_id": FIRST, "is_inherited": False}],
    "sanctions.decisions": [{"id": DECISION, "kind": "accept", "decided_at": AT, "decided_by": "An analyst"}],
    "sanctions.decision_reports": [
        {"decision_id": DECISION, "side": "left", "article_id": FIRST, "event_class": "IMPOSE", "start_offset": 0,
         "end_offset": 50},
    ],
    "sanctions.event_versions": [
        {"event_id": ACT, "version": 1, "valid_from": AT, "change": "new", "event_type": "imposed"},
        {"event_id": PLAN, "version": 1, "valid_from": AT, "change": "withdrawn", "event_type": "threatened"},
    ],
    "news.feed_actions": [{"feed_id": FEED, "action": "pause", "acted_at": AT, "acted_by": "An operator"}],
    "sanctions.questions": [
        {"event_id": ACT, "run_id": "run", "asked_at": AT, "expires_at": "2031-05-07T12:00Z"},
    ],
}  # fmt: skip
TABLES = """
select format('%s.%s', relnamespace::regnamespace, relname)
from pg_class
where relnamespace::regnamespace::text in ('news', 'sanctions') and relkind in ('r', 'p') and not relispartition
order by oid
"""
# Each column that must be given: its name, a value for its type, and where an existing one is found if it has to exist.
NEEDED = """
select
    attname,
    case
        when typcategory = 'A' or atttypid = 'jsonb'::regtype then '[]'
        when typcategory = 'N' then '1'
        when typcategory = 'B' then 'false'
        when typcategory = 'D' then to_jsonb(timestamptz '2031-05-06T12:00Z')
        when typcategory = 'T' then '"1 hour"'
        when atttypid = 'uuid'::regtype then to_jsonb(md5('any')::uuid)
        else '""'
    end,
    (
        select format('select to_jsonb(%%I) from %%s limit 1', target.attname, confrelid::regclass)
        from pg_constraint
        inner join pg_attribute as target on target.attrelid = confrelid and target.attnum = confkey[1]
        where contype = 'f' and conrelid = attribute.attrelid and conkey = array[attribute.attnum]
        limit 1
    )
from pg_attribute as attribute
inner join pg_type as type on atttypid = type.oid
where attrelid = %s::regclass and attnum > 0 and attnotnull and not atthasdef and attidentity = ''
"""
# What anybody may do, and with what the marts are made.
RIGHTS = """
select relnamespace::regnamespace || '.' || relname, relkind::text, relacl::text
from pg_class where relnamespace::regnamespace::text in ('news', 'sanctions', 'mart') and relkind not in ('i', 'I')
    and (not relispartition or relname ~ 'default$') -- which months have partitions depends on the rows
union all
select attrelid::regclass::text, attname, attacl::text from pg_attribute where attacl is not null and attrelid > 16384
union all
select oid::regprocedure::text, prosecdef::text, proacl::text
from pg_proc where pronamespace::regnamespace::text in ('news', 'sanctions', 'mart')
union all
select nspname, '', nspacl::text from pg_namespace where nspname in ('news', 'sanctions', 'mart')
order by 1, 2
"""
MART_VIEWS = "select relname from pg_class where relnamespace = 'mart'::regnamespace and relkind = 'v' order by 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """A warehouse of an earlier version, with rows, and the marts of today that it can have."""

    owner: Planted
    schema: Path
    marts: Path

    def names(self) -> tuple[str, ...]:
        return tuple(file.stem for file in sorted(self.schema.glob("*.sql")))

    def state(self) -> dict[str, object]:
        """All that a session can see of it."""
        run = self.owner.run
        marts = {name: run(f"select to_jsonb(v) from mart.{name} as v order by v::text") for (name,) in run(MART_VIEWS)}
        history = run("select name, sha256, applied_at from public.desk_migrations order by name")
        definitions = run("select viewname, definition from pg_views where schemaname in ('mart', 'sanctions')")
        return rows_of(self.owner) | marts | {"": (history, sorted(definitions), run(RIGHTS))}


@pytest.fixture
def old(request: pytest.FixtureRequest, postgres, empty_database: str, tmp_path: Path) -> Old:
    owner = Planted(dsn=postgres.dsn(empty_database, "desk_owner"))
    schema, marts = tmp_path / "schema", tmp_path / "marts"
    for folder in (schema, marts):
        folder.mkdir()
    for file in FILES[: request.param]:
        shutil.copy(file, schema)
    migrate(owner.dsn, schema=schema, marts=marts)
    plant(owner.dsn)
    for file in sorted(MARTS.glob("*.sql")):
        shutil.copy(file, marts)
        try:
            migrate(owner.dsn, schema=schema, marts=marts)
        except psycopg2.ProgrammingError:  # it reads what a later version has
            (marts / file.name).unlink()
    migrate(owner.dsn, schema=schema, marts=marts)
    return Old(owner=owner, schema=schema, marts=marts)


def plant(dsn: str) -> None:
    """At least one row in each table."""
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        for table in (*(t for t in ROWS if t in tables), *(t for t in tables if t not in ROWS)):
            cursor.execute(NEEDED, (table,))
            needed = {}
            for name, value, existing in cursor.fetchall():
                if existing:
                    cursor.execute(existing)
                    ((value,),) = cursor.fetchall()
                needed[name] = value
            for row in ROWS.get(table, [{}]):
                insert(cursor, table, needed | row)
    connection.close()


def insert(cursor, table: str, row: dict) -> None:
    cursor.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attname = any(%s)",
        (table, list(row)),
    )
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
    target = sql.Identifier(*table.split("."))
    if not columns.seq:
        cursor.execute(sql.SQL("insert into {} default values").format(target))
        return
    command = sql.SQL("insert into {0} ({1}) select {1} from jsonb_populate_record(null::{0}, %s)")
    cursor.execute(command.format(target, columns), (Json(row),))


def rows_of(owner: Planted) -> dict[str, list[dict]]:
    """The rows of each table."""
    return {
        table: [row for (row,) in owner.run(f"select to_jsonb(t) from {table} as t order by t::text")]
        for (table,) in owner.run(TABLES)
    }


def lost(before: dict[str, list[dict]], after: dict[str, list[dict]]) -> list[tuple[str, dict]]:
    """The rows that are not there with all their values.

    What was in a column that its table has no more may stand in another table's column of that name.
    """
    anywhere = {(name, str(value)) for rows in after.values() for row in rows for name, value in row.items()}

    def is_kept(table: str, row: dict) -> bool:
        found = after.get(table, [])
        moved = row.keys() - found[0].keys() if found else row.keys()
        stayed = {name: value for name, value in row.items() if name not in moved}
        return (not stayed or any(stayed.items() <= each.items() for each in found)) and all(
            (name, str(row[name])) in anywhere for name in moved
        )

    return [(table, row) for table, rows in before.items() for row in rows if not is_kept(table, row)]


def test_a_lost_row_value_or_table_would_be_told():
    rows = [{"id": 1, "name": "A", "tags": ["x"]}, {"id": 2, "name": "B", "tags": []}]
    assert lost({"a": rows}, {"a": rows, "b": []}) == []
    assert lost({"a": rows}, {"a": rows[:1]}) == [("a", rows[1])]
    assert lost({"a": rows}, {"a": [rows[0], rows[1] | {"tags": ["x"]}]}) == [("a", rows[1])]
    assert len(lost({"a": rows}, {})) == 2
    split = {"a": [{"id": 1, "tags": ["x"]}, {"id": 2, "tags": []}], "b": [{"a_id": 1, "name": "A"}]}
    assert lost({"a": rows}, split) == [("a", rows[1])]


@pytest.mark.parametrize("old", STEPS, indirect=True)
def test_rows_of_each_version_come_up_to_the_newest(old: Old, postgres, warehouse):
    before = rows_of(old.owner)
    assert [table for table, rows in before.items() if not rows] == []
    applied = migrate(old.owner.dsn)
    assert (*old.names(), *applied) == tuple(file.stem for file in FILES)
    assert lost(before, rows_of(old.owner)) == []
    fresh = Planted(dsn=warehouse.owner)
    assert old.owner.run(RIGHTS) == fresh.run(RIGHTS)

    database = old.owner.dsn.rpartition("/")[2]
    analyst, loader = (Planted(dsn=postgres.dsn(database, role)) for role in ("desk_analyst", "desk_loader"))
    answers = {name: analyst.run(f"select * from mart.{name}") for (name,) in old.owner.run(MART_VIEWS)}
    assert answers.keys() == {file.stem for file in MARTS.glob("*.sql")}
    acts = {row["id"] for row in before.get("sanctions.events", [])}
    versions = "select event_id::text from sanctions.event_versions where valid_to is null"
    assert {act for (act,) in analyst.run(versions)} == acts
    assert len(answers["events"]) == len(acts)

    settings = Settings(AIRFLOW_CONN_WAREHOUSE=loader.dsn)
    runs = []
    for _ in range(2):
        done = group_stories(settings, now=NOON).as_dict() | resolve_events(settings, now=NOON).as_dict()
        runs.append((done, rows_of(old.owner)))
    (first, settled), (_, again) = runs
    assert settled == again
    assert first.get("articles_placed", 0) == len(before.get("news.articles", []))
    assert first.get("mentions", 0) == len(before.get("sanctions.event_mentions", []))
    assert {row["id"] for row in settled["sanctions.events"]} >= acts
    if "sanctions.event_mentions" in before:
        assert analyst.run("select count(*) from mart.event_evidence") == [(2,)]


def failing(text: str, place: str) -> str:
    """A migration with a statement that fails when its turn comes: before half of the others, or after all."""
    starts = [match.start() for match in re.finditer(r"^(?:alter|comment|create|insert|revoke|update)\b", text, re.M)]
    at = starts[len(starts) // 2] if place == "half-way" else len(text)
    return f"{text[:at]}\nselect no_such_function();\n{text[at:]}"


@pytest.mark.parametrize("place", ["half-way", "at its end"])
@pytest.mark.parametrize("old", STEPS, indirect=True)
def test_a_step_that_fails_leaves_the_version_as_it_was(old: Old, place: str, tmp_path: Path):
    before = old.state()
    step = len(old.names())
    schema = Path(shutil.copytree(SCHEMA, tmp_path / "failing"))
    for file in FILES[step + 1 :]:
        (schema / file.name).unlink()
    file = schema / FILES[step].name
    file.write_text(failing(file.read_text(encoding="utf-8"), place), encoding="utf-8")
    with pytest.raises(psycopg2.errors.UndefinedFunction, match="no_such_function"):
        migrate(old.owner.dsn, schema=schema)
    assert old.state() == before
    assert migrate(old.owner.dsn, schema=old.schema, marts=old.marts) == ()  # the old checkout goes on
    assert old.state() == before
    assert migrate(old.owner.dsn) == tuple(file.stem for file in FILES[step:])


@pytest.mark.parametrize("old", STEPS[:1], indirect=True)
def test_a_late_step_that_fails_undoes_those_before_it(old: Old, tmp_path: Path):
    before = old.state()
    schema = Path(shutil.copytree(SCHEMA, tmp_path / "failing"))
    (schema / "9999_mine.sql").write_text("select no_such_function()")
    with pytest.raises(psycopg2.errors.UndefinedFunction):
        migrate(old.owner.dsn, schema=schema)
    assert old.state() == before

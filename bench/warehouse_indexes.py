"""Which indexes the project's own statements use, as EXPLAIN has it at the size of the warehouse asked."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2

from include.edges.warehouse import SQL
from include.pipeline.fetch_pages import FETCH_VERSION
from include.pipeline.resolve_events import VERSION as RESOLVED_AS
from include.stages.clean import CLEAN_VERSION
from include.stages.events import EXTRACT_VERSION
from include.stages.stories import GROUP_VERSION

NOT_PLANNED = {  # they read no table
    "analyze_database", "bound_analyst", "bring_search", "guard_database", "guard_server", "lock_grouping", "lock_resolving",
}  # fmt: skip
NOW = datetime.now(UTC)
SOME = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(50)]
VALUES = {
    **dict.fromkeys(
        ("ids", "article_ids", "block_ids", "event_ids", "page_ids", "mention_ids", "copy_ids", "kept_ids",
         "being_placed"), SOME),
    **dict.fromkeys(("rows", "skipped", "plan"), "[]"),
    **dict.fromkeys(("now", "until", "learned_at", "before"), NOW),
    "start": NOW - timedelta(days=1), "since": NOW - timedelta(days=30), "before": NOW - timedelta(days=900),
    "version": "", "fetch_version": FETCH_VERSION, "shard": 0, "shards": 4, "batch_size": 1000, "most": 50, "pages": 20,
    "busy_hosts": [], "keys": list(range(0, 500_000, 1000)), "rebuild_id": 5, "publisher": "Outlet 5",
    "publishers": ["Outlet 5", "Outlet 6"], "hosts": ["outlet-5.example"], "kinds": ["newsroom"], "stages": ["clean"],
    "names": ["events"], "codes": ["RU"], "source": "archive", "source_name": "", "reason": "", "detail": "",
    "reached": 0, "position": 0, "found": 0, "entries_new": 0, "pages_new": 0, "is_done": True, "bearers": 200,
    "candidates": 40,
}  # fmt: skip
MAINTENANCE = {
    "wait": "5s", "parted": "fetches", "starts_at": NOW - timedelta(days=900), "ends_at": NOW - timedelta(days=870),
    "months_ahead": 3, "file": "texts/some.parquet", "readers": True, "extract_version": EXTRACT_VERSION,
    "group_version": GROUP_VERSION, "feed_id": SOME[0], "action": "pause", "acted_by": "somebody", "note": "",
    **dict.fromkeys(("id", "event_id"), SOME[0]), **dict.fromkeys(("closed_at", "opened_at", "expires_at"), NOW),
    **dict.fromkeys(("closed_by", "decided_by", "revoked_by"), "somebody"), "kind": "right", "outcome": "answered",
    "changes": "{}", "subject": "", "told_to": [], "channel": "log", "run_id": "scheduled",
    "state": "ok", "failures": 0, "is_enabled": True, "next_poll_at": NOW, "paused_at": None,
    "first": NOW.date(),
}  # fmt: skip
# What somebody asks the desk's pages for; a list is asked in each of the ways of SEARCHES.
ASKED = {
    **dict.fromkeys(("event_id", "story_id", "feed_id", "page_id"), SOME[0]), "ids": SOME[:2], "article_ids": SOME[:2],
    "story_ids": SOME, "now": NOW, "day": NOW.date(), "start": NOW - timedelta(days=1), "until": NOW.date(),
    "since": NOW.date() - timedelta(days=30), "week": NOW - timedelta(days=7), "first": NOW.date() - timedelta(days=365),
    "last": NOW.date(), "before": NOW, "rebuild_id": 5, "max_rows": 50, "page_size": 50, "most_told": 100,
    "least_publishers": 1, "withdrawn": False, "starts": [NOW - timedelta(days=9)], "most_counted": 1000, "feed_group": None,
    "most_of_publisher": 2000, "weeks": 8, "max_publishers": 1000,
    **dict.fromkeys(("words", "target", "imposer", "event_type", "measure", "modality", "least", "most", "review",
                     "publisher", "after_day", "after_id", "after_seen", "after", "state"), None),
}  # fmt: skip
SEARCHES = {
    "events_found": ({}, {"target": "RU"}, {"imposer": "US"}, {"measure": "export_ban"}, {"words": "seafood"},
                     {"review": "pending"}),
    "stories_found": ({}, {"publisher": "Outlet 5"}, {"words": "seafood"}, {"least_publishers": 5}),
}  # fmt: skip
OTHERWISE = {  # same name, other type; or a name that only the desk's pages have else
    "close_alerts": {"keys": ["volume:"]}, "mark_alerts_told": {"ids": [1]},
    "count_days": {"first": "2026-01-01", "last": "2026-01-31"},
    "end_long_sessions": {"minutes": 10}, "migration_holders": {"lock": 1},
    "pages_of_a_day": {"day": "2026-01-01"}, "delete_recent_counts": {"first": "2026-01-01"},
}  # fmt: skip
VERSIONS = {
    "pending_pages": CLEAN_VERSION, "pending_articles": GROUP_VERSION, "articles_to_group": GROUP_VERSION,
    "articles_to_extract": EXTRACT_VERSION, "touched_mentions": RESOLVED_AS,
}  # fmt: skip
# Functions that statements call hide their plans from EXPLAIN, and are run instead.
CALLS = {
    "news.feed_of_address": "select news.feed_of_address('https://outlet-5.example/news/5', 'Outlet 5')",
    "news.pages_of_day": "select news.pages_of_day(now() - interval '9 days', now() - interval '8 days')",
    "news.state_of_day": "select * from news.state_of_day(now() - interval '9 days', now() - interval '8 days')",
}
# Partitions have indexes of their own, which count as their table's.
INDEXES = """
select
    class.relname as name,
    relation.relnamespace::regnamespace || '.' || relation.relname as table_name,
    exists (select from pg_constraint as key where key.conindid = index.indexrelid) as is_key,
    index.indisunique as is_unique,
    case class.relkind
        when 'i' then pg_relation_size(index.indexrelid)
        else (select sum(pg_relation_size(each.relid)) from pg_partition_tree(index.indexrelid) as each)
    end as bytes,
    (select array_agg(each.relid::regclass::text) from pg_partition_tree(index.indexrelid) as each) as parts
from pg_index as index
inner join pg_class as class on index.indexrelid = class.oid
inner join pg_class as relation on index.indrelid = relation.oid
where relation.relnamespace::regnamespace::text in ('news', 'sanctions') and not class.relispartition
order by 2, 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index and who uses it."""

    name: str
    table: str
    is_key: bool  # it keeps rows unique, which is use enough
    size: int
    users: tuple[str, ...]  # statements and questions


def statements() -> Iterator[tuple[str, str, dict[str, object]]]:
    """Name, text and values of each statement of the pipeline and of the desk's pages that has a plan."""
    for file in sorted([*SQL.glob("*.sql"), *SQL.glob("checks/*.sql"), *SQL.glob("desk/*.sql")]):
        name, text = file.relative_to(SQL).with_suffix("").as_posix(), file.read_text(encoding="utf-8")
        if file.parent.name == "desk":
            for search in SEARCHES.get(file.stem, ({},)):
                yield name, text, ASKED | search
        elif file.stem not in NOT_PLANNED:
            yield name, text, VALUES | MAINTENANCE | {"version": VERSIONS.get(name, "")} | OTHERWISE.get(name, {})


def indexes_used(dsn: str, questions: dict[str, str]) -> list[Index]:
    """Every index of the warehouse with the statements whose plans have it; `dsn` is a superuser's.

    Statements are only explained. Questions are run, so that the plans of the functions they call are told too.
    """
    users = defaultdict(set)
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            for name, text, values in statements():
                cursor.execute("explain (format json) " + text, values)
                for index in named_indexes(cursor.fetchone()[0]):
                    users[index].add(name)
            connection.rollback()
            cursor.execute("load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_format = json;"
                           " set auto_explain.log_nested_statements = on; set auto_explain.log_level = notice;"
                           " set client_min_messages = notice")  # fmt: skip
            for name, text in (CALLS | questions).items():
                connection.notices = []
                cursor.execute(text)
                for notice in connection.notices:
                    if plan := re.search(r"plan:\s*(\{.*\})", notice, re.DOTALL):
                        for index in named_indexes(json.loads(plan[1], strict=False)):
                            users[index].add(name)
            connection.rollback()
            cursor.execute(INDEXES)
            return [
                Index(
                    name=name, table=table, is_key=is_key or is_unique, size=int(size),
                    users=tuple(sorted({user for part in parts or [name] for user in users[part.rpartition(".")[2]]})),
                )
                for name, table, is_key, is_unique, size, parts in cursor.fetchall()
            ]  # fmt: skip
    finally:
        connection.close()


def named_indexes(plan: object) -> Iterator[str]:
    """The names of indexes anywhere in a plan."""
    match plan:
        case dict():
            for key, value in plan.items():
                if key == "Index Name":
                    yield str(value)
                elif key == "Conflict Arbiter Indexes":
                    yield from value
                else:
                    yield from named_indexes(value)
        case list():
            for each in plan:
                yield from named_indexes(each)


def question_texts(folder: Path) -> dict[str, str]:
    """The documented questions, by name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}

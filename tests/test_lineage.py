"""The tables of a run are read off its statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.edges.warehouse import SQL, statement
from include.lineage import tables_of


@pytest.mark.parametrize(
    ("name", "read", "written"),
    [
        ("pending_pages", {"news.pages", "news.entries", "news.feeds", "news.outcomes"}, set()),
        ("upsert_outcomes", set(), {"news.outcomes"}),
        ("lock_grouping", set(), set()),
    ],
)
def test_tables_of_a_statement(name, read, written):
    found = tables_of([statement(name)])
    assert (found.read, found.written) == (read, written)


def test_words_of_comments_and_functions_are_no_tables():
    found = tables_of(["-- from news.pages\nselect * from mart.search_articles('a') join news.feeds using (id)"])
    assert found.read == {"news.feeds"}


def test_a_table_that_rows_leave_is_written():
    assert tables_of(["delete from news.sketches using news.articles"]).written == {"news.sketches"}


def statements() -> list[Path]:
    return sorted(SQL.glob("*.sql"))


@pytest.mark.parametrize("file", statements(), ids=lambda file: file.stem)
def test_every_statement_that_writes_is_seen_to(file):
    text = file.read_text(encoding="utf-8")
    writes = any(line.strip().startswith(("insert into", "update ", "delete from")) for line in text.splitlines())
    assert bool(tables_of([text]).written) == writes

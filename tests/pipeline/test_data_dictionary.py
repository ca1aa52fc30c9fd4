"""The data dictionary says what the warehouse's COMMENTs say, and the page in docs is not stale."""

from __future__ import annotations

import re

from typer.testing import CliRunner

from include.cli import app
from include.edges.migrate import MARTS
from include.local.dictionary import PAGE
from include.pipeline.data_dictionary import data_dictionary
from include.settings import settings
from tests.pipeline.planted import Planted


def test_the_page_is_not_stale(warehouse):
    assert PAGE.read_text(encoding="utf-8") == data_dictionary(warehouse.owner), "run `make dictionary`"


def test_a_new_column_and_a_new_reference_are_on_it(warehouse):
    owner = Planted(dsn=warehouse.owner)
    owner.run("alter table sanctions.decisions add column plan_id uuid references sanctions.events (id)")
    owner.run("comment on column sanctions.decisions.plan_id is 'This | that'")
    text = data_dictionary(warehouse.owner)
    assert "| `plan_id` | uuid | yes | This \\| that |" in text
    assert '    events |o--o{ decisions : "plan_id"' in text.splitlines()


def test_everything_is_on_it_and_in_the_picture(warehouse):
    text = PAGE.read_text(encoding="utf-8")
    for file in MARTS.glob("*.sql"):
        assert f"\n### mart.{file.stem}\n" in text
    tables = Planted(dsn=warehouse.owner).run(
        "select relnamespace::regnamespace || '.' || relname, relname from pg_class"
        " where relnamespace::regnamespace::text in ('news', 'sanctions') and relkind in ('r', 'p')"
        " and not relispartition"
    )
    assert len(tables) > 20
    drawn = set(re.findall(r"^    (\w+) \{$", text, re.MULTILINE))
    assert drawn == {short for _, short in tables}
    assert all(f"\n### {name}\n" in text for name, _ in tables)
    assert '    articles ||--o| story_members : "article_id"' in text.splitlines()
    assert '    articles ||--o{ event_mentions : "article_id"' in text.splitlines()


def test_an_analyst_gets_it_by_the_command_line(warehouse, monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.analyst)
    settings.cache_clear()
    done = CliRunner().invoke(app, ["dictionary", "-o", str(tmp_path / "page.md")])
    settings.cache_clear()
    assert done.exit_code == 0, done.output
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")

"""The `feeds` commands, on a catalog of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include import settings as settings_module
from include.catalog.feeds import FEEDS_FILE, load_feeds
from include.feeds_cli import app
from include.settings import Settings
from tests.hostile import Hostile, hostile_server, response

OPML = """<opml version="2.0"><body><outline text="wires"><outline text="New" xmlUrl="https://new.example/rss"/></outline>
<outline text="Bad" xmlUrl="javascript:alert(1)"/></body></opml>"""
RSS = """<rss version="2.0"><channel><title>P</title><item><title>A</title><link>https://paper.example/a</link>
<pubDate>Mon, 02 Mar 2026 07:30:00 GMT</pubDate></item></channel></rss>"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return Path(shutil.copy(FEEDS_FILE, tmp_path / "feeds.yml"))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    with hostile_server() as server:
        monkeypatch.setattr(settings_module, "settings", lambda: Settings(allowed_addresses=server.place))
        yield server


def run(*arguments: object, status: int = 0):
    result = CliRunner(env={"COLUMNS": "300"}).invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result


def test_import_adds_what_is_new_and_names_what_is_bad(catalog: Path, tmp_path: Path):
    opml = tmp_path / "list.opml"
    opml.write_text(OPML)
    before = len(load_feeds(catalog))
    assert "javascript:alert(1)" in run("import", opml, "--catalog", catalog, status=1).output
    assert len(load_feeds(catalog)) == before + 1
    text = catalog.read_text()
    run("import", opml, "--catalog", catalog, status=1)
    assert catalog.read_text() == text


def test_import_of_something_else_is_a_usage_error(catalog: Path, tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("<html></html>")
    assert "not an OPML file" in run("import", page, "--catalog", catalog, status=2).output


def test_export_then_import_changes_nothing(catalog: Path, tmp_path: Path):
    opml = tmp_path / "list.opml"
    run("export", opml, "--catalog", catalog)
    text = catalog.read_text()
    assert "0 feeds added" in run("import", opml, "--catalog", catalog).output
    assert catalog.read_text() == text
    assert "<opml" in run("export", "-", "--catalog", catalog).stdout


def test_check_tells_of_each_feed_and_stamps_the_good_ones(site: Hostile, tmp_path: Path):
    site.answers["/good"] = site.answers["/same"] = response(RSS.encode(), Content_Type="application/rss+xml")
    site.answers["/page"] = response(b"<html><body>moved</body></html>", Content_Type="text/html")
    catalog = tmp_path / "feeds.yml"
    catalog.write_text(
        "mine:\n"
        + "".join(
            f"  - url: {site.url(path)}\n    title: {path[1:]}\n    publisher: P\n    country: GB\n"
            "    language: en\n    kind: newsroom\n    checked_on:\n"
            for path in ("/good", "/same", "/page", "/gone")
        )
    )
    output = run("check", "--catalog", catalog, status=1).output
    for said in ("2026-03-02", "not_a_feed", "http_status", "same as", "2 of 4"):
        assert said in " ".join(output.split()), output
    today = f"{datetime.now(UTC).date()}"
    assert catalog.read_text().count(today) == 2


def test_discover_finds_what_a_page_links(site: Hostile, tmp_path: Path):
    catalog = tmp_path / "feeds.yml"
    catalog.write_text("")
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        '<link rel="alternate" type="application/rss+xml" title="All" href="/all.rss">'
        '<link rel="alternate" type="application/atom+xml" href="/gone.atom">'
        '<link rel="alternate" type="text/html" hreflang="fr" href="/fr">'
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">'
    )
    site.answers["/"] = response(f"<html><head>{head}</head></html>".encode(), Content_Type="text/html")
    site.answers["/all.rss"] = site.answers["/comments/feed"] = response(RSS.encode())
    output = run("discover", site.url("/"), "--add", "--catalog", catalog).output
    assert site.url("/all.rss") in output
    assert [feed.url for feed in load_feeds(catalog)] == [site.url("/all.rss")]  # the other has the same entries
    assert "/feed/" not in site.paths()


def test_discover_tries_the_usual_places_and_takes_a_feed_for_itself(site: Hostile):
    site.answers["/"] = response(b"<html><body>no links</body></html>", Content_Type="text/html")
    site.answers["/rss.xml"] = response(RSS.encode())
    assert site.url("/rss.xml") in run("discover", site.url("/")).output
    assert site.url("/rss.xml") in run("discover", site.url("/rss.xml")).output


def test_discover_says_when_there_is_nothing(site: Hostile):
    site.answers["/"] = response(b"", Content_Type="text/html")
    assert "no feed found" in run("discover", site.url("/"), status=1).output
    assert "http_status" in run("discover", site.url("/missing"), status=1).output

"""Every hostile text at every place, over every page: shown as written, and the page's structure stays its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest

from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from plugins.desk.app import make_app
from tests.conftest import Warehouse, drop
from tests.pipeline.planted import NOON, Planted
from tests.plugins.xss import ONLY_A_LINK, PLACES, TEXTS, rounds

FOLLOWED = re.compile(r'"/desk/((?:events|stories|feeds|pages)/[0-9a-f-]{36}(?:\?[^"#]*)?)[#"]')
LISTS = ("", "events", "stories", "feeds", "coverage", "coverage/2026-03-04")
LINKS = ("href", "src", "action", "formaction", "data-world", "data-echarts")
SAFE_LINK = re.compile(r"/(?!/)|#|https?://")
# Files; numbers and days of Airflow's; what is not there.
ROUTES_WITHOUT_TEXTS = {"/static/{name:path}", "/coverage/replays/{replay_id}", "/{path:path}"}


class Page(HTMLParser):
    """A page's elements with the names of their attributes, and every text and value that stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in LINKS]
        self.words += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", ()))

    @property
    def said(self) -> str:
        return "\n".join(self.words).replace("_", " ")


@pytest.fixture(scope="module")
def planted(postgres, migrated_template: str) -> Iterator[tuple[Planted, Settings]]:
    """A warehouse of the module's own, with acts, stories, a decision and a rebuild; its owner plants the rows."""
    postgres.create_database("xss", template=migrated_template)
    dsn = {role: postgres.dsn("xss", f"desk_{role}") for role in ("owner", "loader", "analyst")}
    rows = Planted(dsn=Warehouse(**dsn).owner)
    rows.three_reports()
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=dsn["loader"])
    rows.run(
        "insert into news.stories (id, canonical_article_id, title, article_count, publisher_count, first_seen_at,"
        " last_seen_at, group_version) select id, id, title, 1, 1, seen_at, seen_at, '1' from news.articles"
    )
    rows.run(
        "insert into news.story_members (story_id, article_id, relation, score, group_version)"
        " select id, id, 'canonical', 1, '1' from news.articles"
    )
    resolve_events(settings, now=NOON)
    rows.run(
        "insert into sanctions.decisions (id, kind, decided_at, decided_by) values"
        " (gen_random_uuid(), 'accept', now(), 'somebody')"
    )
    rows.run(
        "insert into sanctions.decision_reports (decision_id, side, article_id, event_class, start_offset, end_offset)"
        " select d.id, 'left', m.article_id, 'IMPOSE', 0, 5"
        " from sanctions.decisions as d, sanctions.event_mentions as m"
    )
    [(rebuild,)] = rows.run(
        "insert into news.rebuilds (starts_at, ends_at, plan, started_at, finished_at) values"
        ' (\'2026-03-04\', \'2026-03-05\', \'{"sources": ["warc"], "stages": ["clean"]}\', now(), now()) returning id'
    )
    rows.run("insert into news.rebuild_changes values (%s, 'article', gen_random_uuid(), 'gone', 'x')", rebuild)
    yield rows, settings
    drop(postgres, "xss")


def plant(rows: Planted, settings: Settings, text: str, *, at: int) -> dict[str, str]:
    """Puts the text, with the number of the place, at every place; what stands there by place."""
    texts = {place: f"{text}~{number}~" for number, place in enumerate(PLACES)}
    rows.run("delete from sanctions.event_versions")  # an act's page has a line for each
    rows.run("delete from news.fetches")
    rows.run("delete from news.feed_actions")
    rows.run("delete from news.rebuild_sources")
    for place, statement in PLACES.items():
        rows.run(statement, texts[place])
    resolve_events(settings, now=NOON + timedelta(minutes=at))
    return texts


def walk(client: httpx.Client, check: Callable[[str, httpx.Response], None]) -> dict[str, Page]:
    """Every page that leads from the lists, each once."""
    todo, pages = [f"/desk/{page}" for page in LISTS], dict[str, Page]()
    while todo:
        if (address := todo.pop()) in pages:
            continue
        answer = client.get(address)
        check(address, answer)
        pages[address] = Page(answer.text)
        todo += [f"/desk/{found.replace('&amp;', '&')}" for found in FOLLOWED.findall(answer.text)]
    return pages


def check_headers(address: str, answer: httpx.Response) -> None:
    assert answer.status_code == 200, (address, answer.status_code, answer.text[:2000])
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def shape(pages: dict[str, Page]) -> dict[str, list]:
    """Elements and attributes by kind of page: ids of acts follow their texts, so addresses change."""
    found: dict[str, list] = {}
    for address, page in pages.items():
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", address)
        found.setdefault(kind, []).append(page.elements)
    return {kind: sorted(each) for kind, each in found.items()}


@pytest.fixture(scope="module")
def harmless(planted) -> dict[str, list]:
    """Filled by the first test: how the pages look with a text that nobody could mind."""
    return {}


@pytest.mark.parametrize("number", range(len(rounds())))
def test_a_hostile_text_stays_a_text(planted, harmless, point_at, log_in, number: int):
    rows, settings = planted
    point_at(settings)
    client = log_in("viewer")
    if not harmless:
        plant(rows, settings, "harmless", at=1)
        harmless |= shape(walk(client, check_headers))
    texts = plant(rows, settings, rounds()[number], at=2 + number)
    pages = walk(client, check_headers)
    assert shape(pages) == harmless
    for address, page in pages.items():
        assert [each for each in page.links if not SAFE_LINK.match(each)] == [], address
    said = "\n".join(page.said for page in pages.values())
    missing = {place for place, planted_text in texts.items() if planted_text.replace("_", " ") not in said}
    assert missing == ONLY_A_LINK


@pytest.mark.parametrize("page", ["events", "stories", "events/%s", "coverage/%s", "nowhere/%s"])
def test_a_hostile_question_is_repeated_as_a_text(planted, point_at, log_in, page: str):
    point_at(planted[1])
    client = log_in("viewer")

    def answer(text: str) -> Page:
        if "%s" in page:
            return Page(client.get(f"/desk/{page % quote(text, safe='')}").text)
        return Page(client.get(f"/desk/{page}", params={"words": text, "since": "2199-01-01"}).text)

    expected = answer("harmless").elements
    assert expected
    texts = list(TEXTS.values())
    for at in range(0, len(texts), 3):
        text = " ".join(texts[at : at + 3])  # words of a search have a greatest length
        assert answer(text).elements == expected, text


def test_every_route_with_texts_is_walked(planted, harmless, point_at, log_in):
    rows, settings = planted
    point_at(settings)
    plant(rows, settings, "harmless", at=100)
    walked = {address.partition("?")[0] for address in walk(log_in("viewer"), check_headers)}
    for route in make_app().routes:
        pattern = re.sub(r"{[^}]+}", "[^/]+", "/desk" + route.path)
        if "GET" in route.methods and route.path not in ROUTES_WITHOUT_TEXTS:
            assert any(re.fullmatch(pattern, address) for address in walked), route.path

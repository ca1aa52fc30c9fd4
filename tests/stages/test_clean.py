from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import trafilatura

from include.edges.bounded import BoundedWorker
from include.records import Article, RawPage, Reason, Rejected
from include.stages.clean import clean_page
from include.stages.clean_facts import read_facts
from include.stages.clean_furniture import PageText, is_furniture, is_stock_line

NOW = datetime(2024, 5, 2, 12, tzinfo=UTC)
SENTENCES = (
    "The harbour council voted on Tuesday to close the old lighthouse road to lorries until the autumn.",
    "Drivers must now take the ring road, which adds about ten minutes to the trip from the ferry terminal.",
    "Shopkeepers in the upper town said that they had asked for the change for more than three years.",
    "The council expects the repairs to cost four million crowns and to end before the first frost.",
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def raw(
    content: str, head: str = "<title>Road to lighthouse closed | Harbour Post</title>", **fields: object
) -> RawPage:
    page = RawPage(
        id="page-1",
        url="https://harbour.example/news/road",
        publisher="Harbour Post",
        fetched_at=NOW,
        content_type="text/html",
        body=f"<html lang='en'><head>{head}</head><body><article>{content}</article></body></html>".encode(),
        body_sha256="",
    )
    return replace(page, **fields)  # type: ignore[arg-type]


def json_ld(date: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{date}"}}</script>'


def cleaned(page: RawPage) -> Article:
    article = clean_page(page, now=NOW)
    assert isinstance(article, Article), article
    return article


def test_paragraphs_are_parted_by_a_blank_line() -> None:
    assert cleaned(raw(BODY)).text == "\n\n".join(SENTENCES)


@pytest.mark.parametrize(
    "furniture",
    [
        "<h1>Road to lighthouse closed</h1>",
        "<h1>Road to lighthouse closed</h1><h2>Road to lighthouse closed</h2><p>2 May 2024</p>",
    ],
)
def test_headline_printed_in_the_body_is_removed(furniture: str) -> None:
    assert cleaned(raw(furniture + BODY)).text == "\n\n".join(SENTENCES)


@pytest.mark.parametrize(
    "line",
    [
        "Like this:",
        "Share this with your friends",
        "Subscribe to our newsletter for the day's top stories",
        "Related: Ferry fares rise again",
        "READ MORE: Ferry fares rise again",
        "Advertisement",
        "Follow us on Facebook and Twitter",
        "© 2024 Harbour Post. All rights reserved.",
        '<a href="/ferry">Ferry fares to rise by a tenth after quiet winter</a>',
    ],
)
def test_furniture_between_paragraphs_is_removed(line: str) -> None:
    page = raw(BODY.replace("</p><p>Shop", f"</p><p>{line}</p><p>Shop"))
    assert cleaned(page).text == "\n\n".join(SENTENCES)


@pytest.mark.parametrize(
    "sentence",
    [
        "Related costs will be paid by the region, the council said, and none of them by the town itself.",
        "Share prices of the ferry company fell by two per cent after the vote was made known on Tuesday night.",
        "Follow-up work on the bridge is planned for the next year, when the budget of the council allows it.",
        "By Thursday the barriers had been set up, and the first lorries were turned back at the roundabout.",
    ],
)
def test_sentences_that_begin_like_furniture_stay(sentence: str) -> None:
    assert sentence in cleaned(raw(f"{BODY}<p>{sentence}</p>{BODY}")).text


def test_closing_block_of_teasers_is_removed() -> None:
    teasers = "<h3>Most read</h3><ul><li>Ferry fares rise</li><li>Museum opens late</li></ul>"
    assert cleaned(raw(BODY + teasers)).text == "\n\n".join(SENTENCES)


def test_body_cut_into_like_containers_comes_back_whole() -> None:
    half = "".join(f"<p>{s} {s[::-1]}</p>" for s in SENTENCES[:2])
    other = "".join(f"<p>{s}</p>" for s in SENTENCES[2:])
    page = raw(f"<div class='body-part'>{half}</div><aside>Advert</aside><div class='body-part'>{other}</div>")
    assert all(sentence in cleaned(page).text for sentence in SENTENCES)


def test_feed_is_trusted_before_the_page() -> None:
    head = '<meta property="og:title" content="Page title"><meta name="author" content="A. Page">'
    date = datetime(2024, 5, 1, 8, tzinfo=timezone(timedelta(hours=2)))
    article = cleaned(raw(BODY, head, entry_title="Feed title", entry_byline="B. Feed", entry_published_at=date))
    assert (article.title, article.byline, article.published_at) == ("Feed title", "B. Feed", date)
    assert article.published_source == "feed"
    assert article.published_at is not None
    assert article.published_at.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (json_ld("2024-04-30T10:00+02:00"), "json-ld"),
        ('<meta property="article:published_time" content="2024-04-30T10:00:00+02:00">', "meta"),
        (json_ld("2031-01-01") + '<meta name="date" content="2024-04-30T10:00:00+02:00">', "meta"),
    ],
)
def test_date_comes_from_the_first_claim_that_is_not_in_the_future(head: str, expected: str) -> None:
    article = cleaned(raw(BODY, head))
    assert article.published_source == expected
    assert article.published_at == datetime(2024, 4, 30, 8, tzinfo=UTC)


def test_date_of_the_url_and_of_the_lead() -> None:
    assert cleaned(raw(BODY, url="https://harbour.example/2024/04/30/road")).published_source == "url"
    written = cleaned(raw("<p>Published 30 April 2024</p>" + BODY))
    assert (written.published_at, written.published_source) == (datetime(2024, 4, 30, tzinfo=UTC), "text")


def test_no_date_is_no_date() -> None:
    article = cleaned(raw(BODY, entry_published_at=NOW + timedelta(days=1)))
    assert (article.published_at, article.published_source) == (None, "")


def test_site_name_leaves_the_title_when_another_claim_lacks_it() -> None:
    assert cleaned(raw("<h1>Road to lighthouse closed</h1>" + BODY)).title == "Road to lighthouse closed"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Rat der Stadt hat am Dienstag beschlossen, die Straße für Lastwagen zu sperren. " * 3, "de"),
        ("Le conseil du port a voté mardi la fermeture de la vieille route du phare aux camions. " * 3, "fr"),
        ("Совет порта во вторник решил закрыть старую дорогу к маяку до осени. " * 3, "ru"),
        (" ".join(SENTENCES), "en"),
    ],
)  # fmt: skip
def test_language_is_read_from_the_words(text: str, language: str) -> None:
    assert cleaned(raw(f"<p>{text}</p>", "<title>x</title>")).language == language


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY_PAGE),
        (b"  \n ", Reason.EMPTY_PAGE),
        (b"\x00\x01\x02\x03", Reason.UNREADABLE_HTML),
        (b"<html><body></body></html>", Reason.NO_BODY),
        (b"<html><body><article><p>Page not found.</p></article></body></html>", Reason.TOO_SHORT),
    ],
)
def test_unusable_pages_are_rejected_with_a_reason(body: bytes, reason: Reason) -> None:
    result = clean_page(raw("", body=body), now=NOW)
    assert isinstance(result, Rejected)
    assert (result.reason, result.item_id) == (reason, "page-1")


def test_nul_bytes_and_lone_surrogates_never_leave() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Road \\ud800closed\\u0000 now"}</script>'
    )
    article = cleaned(raw(BODY.replace("lorries", "lor\x00ries"), head))
    for value in (article.title, article.text, article.byline):
        value.encode("utf-8")
        assert "\x00" not in value


def test_declared_charset_is_used_when_the_bytes_are_not_utf8() -> None:
    body = f"<html><body><article><p>Señor Nuñez spoke. {SENTENCES[0]}</p></article></body></html>".encode("latin-1")
    assert "Señor Nuñez" in cleaned(raw("", body=body, content_type="text/html; charset=ISO-8859-1")).text


def test_deep_nesting_is_survived() -> None:
    result = clean_page(raw("<div>" * 20_000 + BODY + "</div>" * 20_000), now=NOW)
    assert isinstance(result, Article | Rejected)


def test_same_page_gives_the_same_article() -> None:
    assert clean_page(raw(BODY), now=NOW) == clean_page(raw(BODY), now=NOW)


def test_modified_date_stands_apart_and_the_fetch_time_is_no_date() -> None:
    work = '{"@type":"NewsArticle","datePublished":"2024-04-30T10:00+02:00","dateModified":"2024-05-01T09:00+02:00"}'
    article = cleaned(raw(BODY, f'<script type="application/ld+json">{work}</script>'))
    assert (article.published_at, article.modified_at) == (
        datetime(2024, 4, 30, 8, tzinfo=UTC),
        datetime(2024, 5, 1, 7, tzinfo=UTC),
    )
    made_for_us = cleaned(raw(BODY, f'<meta name="date" content="{NOW.isoformat()}">'))
    assert (made_for_us.published_at, made_for_us.published_source) == (None, "")


def test_a_page_cleaned_years_later_is_dated_as_at_first() -> None:
    page = raw(BODY, json_ld("2024-05-03T10:00+00:00"))
    late = clean_page(page, now=NOW + timedelta(days=700))
    assert late == clean_page(page, now=NOW)


def test_time_zone_that_the_feed_lost_is_the_page_s() -> None:
    article = cleaned(
        raw(BODY, json_ld("2024-04-30T10:00+02:00"), entry_published_at=datetime(2024, 4, 30, 8, tzinfo=UTC))
    )
    assert article.published_source == "feed"
    assert article.published_at is not None
    assert article.published_at.utcoffset() == timedelta(hours=2)


def test_section_and_publisher_are_read_off_the_page() -> None:
    head = '<meta property="article:section" content="Harbour"><meta property="og:site_name" content="The Post">'
    article = cleaned(raw(BODY, head, publisher=""))
    assert (article.section, article.publisher) == ("Harbour", "The Post")


@pytest.mark.parametrize(
    ("before", "after", "byline", "expected"),
    [
        ("PORT TOWN, May 2 (Reuters) - ", "", "", ("Reuters", "dateline")),
        ("PORT TOWN (AP) — ", "", "", ("AP", "dateline")),
        ("", "", "Jane Doe, Associated Press", ("AP", "byline")),
        ("", "<p>AFP contributed to this report.</p>", "", ("AFP", "contributed")),
        ("", "<p>Source: Xinhua</p>", "", ("Xinhua", "source")),
        ("The driver (ap) - ", "", "Pa Smith", ("", "")),
        ("", "", "Jane Doe", ("", "")),
    ],
)
def test_agency_is_named_with_the_place_of_its_credit(before: str, after: str, byline: str, expected: tuple) -> None:
    article = cleaned(raw(BODY.replace("<p>", f"<p>{before}", 1) + after, entry_byline=byline))
    assert (article.wire, article.wire_source) == expected


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Harbour vote: live updates", "live"),
        ("Live: the harbour votes", "live"),
        ("Monday briefing: harbour, ferry, lighthouse", "digest"),
        ("World news in brief", "digest"),
        ("Ferry to carry live cattle again", "article"),
        ("Council gives a brief answer", "article"),
        ("Five things to know about the new ferry", "article"),
    ],
)
def test_form_is_told_by_the_title(title: str, form: str) -> None:
    assert cleaned(raw(BODY, entry_title=title)).form == form


def test_lines_with_times_of_day_make_a_live_blog_and_linked_headings_a_digest() -> None:
    entries = "".join(f"<p>1{n}:05 GMT The council heard speaker number {n}. {SENTENCES[n % 4]}</p>" for n in range(6))
    assert cleaned(raw(entries)).form == "live"
    heads = "".join(
        f"<h2><a href='/{n}'>Report number {n} of today</a></h2><p>{SENTENCES[n % 4]}</p>" for n in range(5)
    )
    assert cleaned(raw(heads)).form == "digest"


@pytest.mark.parametrize(
    ("content", "head", "expected"),
    [
        (BODY, "", False),
        (BODY.replace("first frost.</p>", "first ...</p>"), "", True),
        (BODY + "<div>Subscribe to continue reading this article.</div>", "", True),
        (BODY * 5 + "<div>Subscribe to continue reading this article.</div>", "", False),
        (BODY, '{"@type":"NewsArticle","isAccessibleForFree":false}', True),
        (BODY, '{"@type":"NewsArticle","wordCount":900}', True),
        (BODY, '{"@type":"NewsArticle","wordCount":80}', False),
    ],
)
def test_texts_that_break_off_are_marked(content: str, head: str, expected: bool) -> None:
    page = raw(content, f'<title>x</title><script type="application/ld+json">{head}</script>')
    assert cleaned(page).is_truncated is expected


@pytest.mark.parametrize("line", ["Like this:", "FOLLOW US on Twitter", "—", "The minister spoke.", "Advertisement"])
def test_stock_line_is_furniture_of_a_page_of_which_nothing_is_known(line: str) -> None:
    assert is_stock_line(line) == is_furniture(line, PageText()) == (line != "The minister spoke.")


LONG = 500_000
COSTLY = {
    "title of separators": f"<title>{'a - ' * (LONG // 4)}</title>",
    "heading of separators": f"<h1>{'a - ' * (LONG // 4)}</h1>",
    "byline without an end": f"<p>by {'a' * 5000}!</p>",
    "line of punctuation": f"<p>{'!' * LONG}x</p>",
    "address without an end": f"<p>http://{'!' * LONG} x x</p>",
    "json-ld of spaces": f'<script type="application/ld+json">Article{" " * LONG}x</script>',
    "body of short lines": '<script type="application/ld+json">{"@type":"Article","articleBody":"%s"}</script>'
    % ("a\\n" * (LONG // 3)),
    "body of teasers": '<script type="application/ld+json">{"@type":"Article","articleBody":"%s"}</script>'
    % ("Most read\\n" * (LONG // 11)),
}


@pytest.fixture(scope="module")
def worker() -> Iterator[BoundedWorker]:
    worker = BoundedWorker(seconds=20.0)
    yield worker
    worker.close()


@pytest.mark.parametrize("name", COSTLY)
def test_cost_does_not_grow_with_the_square_of_a_text(name: str, worker: BoundedWorker) -> None:
    assert isinstance(worker.call(clean_page, raw(BODY + COSTLY[name]), now=NOW), Article | Rejected)


@pytest.mark.parametrize("around", [("<![CDATA[", "]]>"), ("//<![CDATA[\n", "\n//]]>"), (" // <![CDATA[", "// ]]> ")])
def test_json_ld_in_cdata_is_read(around: tuple[str, str]) -> None:
    json = '{"@type": "NewsArticle", "headline": "The quay", "description": "a // ]]> b"}'
    html = f'<script type="application/ld+json">{around[0]}{json}{around[1]}</script>'
    assert read_facts(trafilatura.load_html(f"<html><head>{html}</head><body><p>x</p></body></html>")).titles == (
        "The quay",
    )

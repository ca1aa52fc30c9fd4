"""From the raw bytes of a page to an article: body, title, byline, date and language, or the reason why not."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import trafilatura
from lxml.html import HtmlElement

from include.records import Article, RawPage, Reason, Rejected, Stage, hash_id
from include.stages.clean_body import body_lines, page_text, split_title
from include.stages.clean_dates import dates_in_lead, dates_in_url, published_at
from include.stages.clean_facts import PageFacts, read_facts
from include.stages.clean_furniture import strip_furniture
from include.stages.clean_language import language_of

CLEAN_VERSION = "1"  # raising it cleans every page again

MIN_WORDS = 12  # a teaser of one sentence can report an act; less is a caption or an error page
BODY_SHARE = 0.5  # below this share of the JSON-LD body, extraction missed most of the article
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def clean_page(page: RawPage, *, now: datetime) -> Article | Rejected:
    """The article on a page, dated no later than `now`, or why there is none."""
    if not page.body.strip():
        return _rejected(page, Reason.EMPTY_PAGE)
    try:
        tree = trafilatura.load_html(decode(page.body, page.content_type))
        if tree is None:
            return _rejected(page, Reason.UNREADABLE_HTML)
        facts = read_facts(tree)
        lines, lead = _article_lines(tree, facts, page.entry_title)
    # Strangers' markup breaks parsers in ways that no list of exceptions covers; the page is bad, not the run.
    except Exception as error:
        return _rejected(page, Reason.UNREADABLE_HTML, f"{type(error).__name__}: {error}")
    if not lines:
        return _rejected(page, Reason.NO_BODY)
    text = "\n\n".join(lines)
    if len(text.split()) < MIN_WORDS and len(text) < 8 * MIN_WORDS:  # scripts without spaces count letters
        return _rejected(page, Reason.TOO_SHORT, f"{len(text)} characters")
    return _article(page, facts, text, lead, now)


def decode(body: bytes, content_type: str) -> str | bytes:
    """The page as text when the server's charset fits it, else the bytes for the parser to guess."""
    declared = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    for encoding in ("utf-8", declared[1] if declared else ""):  # servers say latin-1 of UTF-8 more than the reverse
        try:
            return body.decode(codecs.lookup(encoding).name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return body


def _article_lines(tree: HtmlElement, facts: PageFacts, entry_title: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The body's lines, and the raw lines that open it (datelines stand there)."""
    page = page_text(tree, (entry_title, *facts.titles))
    raw = body_lines(tree)
    stated = tuple(line for part in html.unescape(facts.body).split("\n") if (line := " ".join(part.split())))
    if "<p" not in facts.body and sum(map(len, raw)) < BODY_SHARE * sum(map(len, stated)):
        raw = stated
    return tuple(map(printable, strip_furniture(raw, page))), raw[:6]


def _article(page: RawPage, facts: PageFacts, text: str, lead: Sequence[str], now: datetime) -> Article:
    moment, source = published_at(_date_claims(page, facts, lead), now)
    title = printable(page.entry_title or headline(facts))
    url = page.url or facts.url
    return Article(
        id=hash_id(url, title, text),
        page_id=page.id,
        url=url,
        publisher=page.publisher,
        title=title,
        byline=printable(page.entry_byline or next(iter(facts.bylines), "")),
        published_at=moment,
        published_source=source,
        language=language_of(text, facts.language),
        text=text,
        seen_at=page.fetched_at,
    )


def headline(facts: PageFacts) -> str:
    """The page's best title without the site's name, which other claims don't repeat."""
    if not facts.titles:
        return ""
    best = html.unescape(facts.titles[0])
    stem = split_title(best)
    return stem if stem != best and any(html.unescape(title) == stem for title in facts.titles[1:]) else best


def printable(text: str) -> str:
    """The text without control characters and lone surrogates, which neither PostgreSQL nor UTF-8 can hold."""
    return UNPRINTABLE.sub("", text)


def _date_claims(page: RawPage, facts: PageFacts, lead: Sequence[str]) -> Iterator[tuple[str, datetime | str]]:
    if page.entry_published_at is not None:
        yield "feed", page.entry_published_at
    yield from (("json-ld", value) for value in facts.json_ld_dates)
    yield from (("meta", value) for value in facts.meta_dates)
    yield from (("url", value) for value in dates_in_url(page.url or facts.url))
    yield from (("text", value) for value in dates_in_lead(lead))


def _rejected(page: RawPage, reason: Reason, detail: str = "") -> Rejected:
    return Rejected(stage=Stage.CLEAN, reason=reason, item_id=page.id, detail=printable(detail)[:200])

"""From the raw bytes of a page to an article: body, title, byline, date and language, or the reason why not."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import trafilatura
from lxml.html import HtmlElement

from include.records import Article, RawPage, Reason, Rejected, Stage, hash_id
from include.stages.clean_body import body_lines, page_text, split_title
from include.stages.clean_dates import dates_in_lead, dates_in_url, modified_at, published_at
from include.stages.clean_facts import PageFacts, read_facts
from include.stages.clean_form import SHORT, breaks_off, count_stamped, form_of
from include.stages.clean_furniture import fold, is_prose, strip_furniture
from include.stages.clean_language import language_of
from include.stages.clean_wire import wire_credit

CLEAN_VERSION = "2"  # raising it cleans every page again

MIN_WORDS = 12  # a teaser of one sentence can report an act; less is a caption or an error page
BODY_SHARE = 0.5  # below this share of the JSON-LD body, extraction missed most of the article
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What was read of a page's article."""

    lines: tuple[str, ...]  # of the article
    raw: tuple[str, ...]  # as extracted: datelines, bylines and credits stand in what is then left out
    linked: int  # headings in it that lead elsewhere
    notices: str  # all that a page with a short article says, where a paywall shows


def clean_page(page: RawPage, *, now: datetime) -> Article | Rejected:
    """The article on a page, dated no later than `now`, or why there is none."""
    if not page.body.strip():
        return _rejected(page, Reason.EMPTY_PAGE)
    try:
        tree = trafilatura.load_html(decode(page.body, page.content_type))
        if tree is None:
            return _rejected(page, Reason.UNREADABLE_HTML)
        facts = read_facts(tree)
        body = _read_body(tree, facts, page.entry_title)
    # Strangers' markup breaks parsers in ways that no list of exceptions covers; the page is bad, not the run.
    except Exception as error:
        return _rejected(page, Reason.UNREADABLE_HTML, f"{type(error).__name__}: {error}")
    if not body.lines:
        return _rejected(page, Reason.NO_BODY)
    text = "\n\n".join(body.lines)
    if len(text.split()) < MIN_WORDS and len(text) < 8 * MIN_WORDS:  # scripts without spaces count letters
        return _rejected(page, Reason.TOO_SHORT, f"{len(text)} characters")
    return _article(page, facts, body, now)


def decode(body: bytes, content_type: str) -> str | bytes:
    """The page as text when the server's charset fits it, else the bytes for the parser to guess."""
    declared = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    for encoding in ("utf-8", declared[1] if declared else ""):  # servers say latin-1 of UTF-8 more than the reverse
        try:
            return body.decode(codecs.lookup(encoding).name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return body


def _read_body(tree: HtmlElement, facts: PageFacts, entry_title: str) -> Body:
    page = page_text(tree, (entry_title, *facts.titles))
    raw = body_lines(tree)
    stated = tuple(line for part in html.unescape(facts.body).split("\n") if (line := " ".join(part.split())))
    if "<p" not in facts.body and sum(map(len, raw)) < BODY_SHARE * sum(map(len, stated)):
        raw = stated
    lines = tuple(map(printable, strip_furniture(raw, page)))
    short = sum(line.count(" ") + 1 for line in lines) < SHORT
    return Body(
        lines=lines,
        raw=raw,
        linked=sum(fold(line) in page.headings & page.links and is_prose(after) for line, after in pairwise(raw)),
        notices=" ".join(tree.text_content().split()) if short else "",
    )


def _article(page: RawPage, facts: PageFacts, body: Body, now: datetime) -> Article:
    latest = min(now, page.fetched_at)  # so that a page cleaned again years later is dated as it was at first
    moment, source = published_at(_date_claims(page, facts, body.raw[:6]), latest, page.fetched_at)
    title = printable(page.entry_title or headline(facts))
    text = "\n\n".join(body.lines)
    url = page.url or facts.url
    byline = printable(page.entry_byline or next(iter(facts.bylines), ""))
    wire, wire_source = wire_credit(body.raw, byline)
    return Article(
        id=hash_id(url, title, text),
        page_id=page.id,
        url=url,
        publisher=page.publisher or printable(facts.site),
        title=title,
        byline=byline,
        published_at=moment,
        published_source=source,
        language=language_of(text, facts.language),
        text=text,
        seen_at=page.fetched_at,
        modified_at=modified_at(facts.modified_dates, moment, latest, page.fetched_at),
        section=printable(facts.section)[:100],
        wire=wire,
        wire_source=wire_source,
        form=form_of(title=title, url=url, types=facts.types, stamped=count_stamped(body.raw), linked=body.linked),
        is_truncated=breaks_off(text, body.notices, is_free=facts.is_free, stated_words=facts.stated_words),
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

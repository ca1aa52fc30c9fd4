"""What a page says about itself: title, byline, dates, language and address, read from its head and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

MAX_TITLE = 1000  # characters; the cost of finding a title's parts grows with their square
ARTICLE_TYPE = re.compile(r"(Article|BlogPosting|Report|LiveBlogPosting)$")

TITLE_META = ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline")
BYLINE_META = ("author", "article:author", "dc.creator", "dcterms.creator", "byl", "parsely-author", "sailthru.author")
DATE_META = (
    "article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate", "publish-date", "date",
    "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "parsely-pub-date", "sailthru.date",
    "article.published", "published_time_telegram", "cxenseparse:recs:publishtime", "originalpublicationdate",
)  # fmt: skip
MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
SECTION_META = ("article:section", "og:section", "section", "articlesection", "parsely-section", "dc.subject.section")
LANGUAGE_META = ("og:locale", "content-language", "language", "dc.language", "inlanguage")
SUMMARY_META = ("description", "og:description", "twitter:description")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the page's markup claims; every value is as written there."""

    titles: tuple[str, ...] = ()  # best first
    bylines: tuple[str, ...] = ()
    json_ld_dates: tuple[str, ...] = ()
    meta_dates: tuple[str, ...] = ()
    modified_dates: tuple[str, ...] = ()
    summaries: tuple[str, ...] = ()
    section: str = ""
    site: str = ""  # the publisher's name
    types: tuple[str, ...] = ()  # of the JSON-LD works
    is_free: bool = True
    stated_words: int = 0  # of the whole article
    language: str = ""
    url: str = ""
    body: str = ""  # JSON-LD articleBody


def read_facts(tree: HtmlElement) -> PageFacts:
    """The claims of one parsed page."""
    meta = _meta_values(tree)
    works = tuple(_json_ld_articles(tree))
    headings = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    title_tag = tree.findtext(".//title") or ""
    return PageFacts(
        titles=_distinct(
            [
                title[:MAX_TITLE]
                for title in (
                    *_strings(works, "headline"),
                    *(meta.get(name, "") for name in TITLE_META),
                    *headings,
                    title_tag,
                )
            ]
        ),
        bylines=_distinct([*(name for work in works for name in _names(work.get("author"))), *_meta_bylines(meta)]),
        json_ld_dates=_distinct([*_strings(works, "datePublished"), *_strings(works, "dateCreated")]),
        meta_dates=_distinct([*(meta.get(name, "") for name in DATE_META), *_time_tags(tree)]),
        modified_dates=_distinct([*_strings(works, "dateModified"), *(meta.get(name, "") for name in MODIFIED_META)]),
        summaries=_distinct([*(meta.get(name, "") for name in SUMMARY_META), *_strings(works, "description")]),
        section=_first([*_section_names(works), *(meta.get(name, "") for name in SECTION_META)]),
        site=_first(
            [*(name for work in works for name in _names(work.get("publisher"))), meta.get("og:site_name", "")]
        ),
        types=_distinct([name for work in works for name in _types(work)]),
        is_free=not any(str(work.get("isAccessibleForFree")).lower() == "false" for work in works),
        stated_words=max((_count(work.get("wordCount")) for work in works), default=0),
        language=tree.get("lang") or tree.get("xml:lang") or next(filter(None, map(meta.get, LANGUAGE_META)), "") or "",
        url=_canonical_url(tree, meta),
        body=max(_strings(works, "articleBody"), key=len, default=""),
    )


def _meta_values(tree: HtmlElement) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content and content.strip():
            values.setdefault(name.lower(), content.strip())
    return values


def _meta_bylines(meta: dict[str, str]) -> Iterator[str]:
    for name in BYLINE_META:
        value = meta.get(name, "")
        if not value.startswith("http"):  # article:author is often the address of a profile
            yield re.sub(r"^by\s+", "", value, flags=re.IGNORECASE)


def _time_tags(tree: HtmlElement) -> Iterator[str]:
    """Values of <time> elements marked as the publication date."""
    for element in tree.iter("time"):
        marks = f"{element.get('itemprop', '')} {element.get('class', '')}".lower()
        if element.get("datetime") and ("pubdate" in element.attrib or "publish" in marks or "entry-date" in marks):
            yield element.get("datetime")


def _canonical_url(tree: HtmlElement, meta: dict[str, str]) -> str:
    links = (link.get("href", "") for link in tree.iter("link") if link.get("rel", "").lower() == "canonical")
    return next((url for url in (*links, meta.get("og:url", "")) if url.startswith(("http://", "https://"))), "")


def _json_ld_articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        text = script.text or ""
        if "Article" in text or "Posting" in text or "Report" in text:
            yield from _articles_of(_lenient_json(text))


def _lenient_json(text: str) -> Any:
    """The JSON value of a script; raw line breaks and CDATA marks inside it are common and forgiven."""
    try:
        return json.loads(_without_cdata(text).strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _without_cdata(text: str) -> str:
    """The text without <![CDATA[ and ]]> around it, which may stand behind // for a comment."""
    before, opening, rest = text.partition("<![CDATA[")
    if opening and before.strip() in ("", "//"):
        text = rest
    rest, closing, after = text.rpartition("]]>")
    return rest.rstrip().removesuffix("//") if closing and not after.strip() else text


def _articles_of(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value:
            yield from _articles_of(item, depth + 1)
    elif isinstance(value, dict):
        if any(map(ARTICLE_TYPE.search, _types(value))):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _articles_of(value.get(key), depth + 1)


def _types(work: dict[str, Any]) -> list[str]:
    types = work.get("@type")
    return [name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)]


def _section_names(works: tuple[dict[str, Any], ...]) -> Iterator[str]:
    for work in works:
        section = work.get("articleSection")
        yield from (name for name in (section if isinstance(section, list) else [section]) if isinstance(name, str))


def _count(value: Any) -> int:
    """A number as written in JSON-LD, 0 when it is none."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 7 else 0


def _first(values: list[str]) -> str:
    return next(iter(_distinct(values)), "")


def _strings(works: tuple[dict[str, Any], ...], key: str) -> list[str]:
    return [value for work in works if isinstance(value := work.get(key), str)]


def _names(author: Any) -> Iterator[str]:
    """Names out of the shapes that JSON-LD authors take: a string, an object, or a list of them."""
    if isinstance(author, str):
        yield author
    elif isinstance(author, dict):
        yield from _names(author.get("name"))
    elif isinstance(author, list):
        yield ", ".join(name for item in author for name in _names(item))


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded for value in values if (folded := " ".join(value.split()))))

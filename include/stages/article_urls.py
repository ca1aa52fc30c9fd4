"""Which article an address leads to, in whatever dress it comes: AMP and mobile twins, redirects, canonical links."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from include.records import hash_id
from include.urls import normalise_url

HOST_DRESS = re.compile(r"https?://(?:(?:www\d?|m|mobile|amp|wap)\.(?=[^/.]+\.))*")
AMP_CACHE = re.compile(r"https?://(?:(?:www\.)?google\.[a-z.]+/amp|[^/]+\.cdn\.ampproject\.org/[cv])/(s/)?(?=[^/]+\.)")
AMP_PATH = re.compile(r"(?<=[/.])amp/|/amp$|\.amp(?=\.html?$|$)")
AMP_QUERY = re.compile(r"[?&](?:amp=(?:1|true)?|outputType=amp)(?=&|$)")
WORD = re.compile(r"[a-z]{3,}|\d{4,}")
SLUG = re.compile(r"\d{4,}|\w+(?:[-_]\w+){2,}|[0-9a-f]{12,}")
GATE = re.compile(r"consent|login|signin|subscribe|captcha|privacy|geoblock|error|not-?found", re.IGNORECASE)
HREF = re.compile(rb"""\bhref\s*=\s*(["']?)([^"'\s>]+)\1""", re.IGNORECASE)
HEAD = 200_000  # bytes of a page in which its head ends; publishers inline whole stylesheets
TAG = 3_000
LIKENESS = 0.5  # of the words of two slugs


def article_id(url: str) -> str:
    """The id of the entry at an address: one for all its dresses."""
    return hash_id(article_key(url))


def article_key(url: str) -> str:
    """What the dresses of one article's address have in common."""
    if "amp" in url:
        url = AMP_CACHE.sub("https://", url)
        scheme, _, rest = url.partition("://")
        url = f"{scheme}://{AMP_QUERY.sub('', AMP_PATH.sub('', rest))}"
    dress = HOST_DRESS.match(url)
    return "https://" + (url[dress.end() :] if dress else url).rstrip("/")


def article_url(asked: str, final: str, canonical: Iterable[str] = ()) -> str:
    """The address that an article goes by: the one its page names, or was found at, when it is of the same article.

    Sites redirect what is gone to their front page and name that canonical too: without a check thousands of
    articles would become versions of one.
    """
    found = normalise_url(final) or asked
    here = found if found == asked or _is_article(found) else asked
    for claim in canonical:
        named = normalise_url(claim, base=final)
        if named and _is_same(named, here):
            return named
    return here


def _is_article(url: str) -> bool:
    """True when an address that was redirected to names something, rather than a front page or a gate before it."""
    parts = urlsplit(url)
    place = f"{parts.hostname}{parts.path}"
    return not GATE.search(place) and bool(SLUG.search(f"{parts.path}?{parts.query}"))


def _is_same(named: str, here: str) -> bool:
    """True when two addresses of one site name the same article."""
    if article_key(named) == article_key(here):
        return True
    ours, theirs = urlsplit(article_key(here)), urlsplit(article_key(named))
    if ours.hostname != theirs.hostname or GATE.search(theirs.path):
        return False
    words, others = _words(ours.path + ours.query), _words(theirs.path + theirs.query)
    if {word for word in words & others if word.isdigit() and len(word) > 5}:
        return True
    return bool(words and others) and len(words & others) >= LIKENESS * max(len(words), len(others))


def _words(path: str) -> set[str]:
    return set(WORD.findall(path.lower()))


def canonical_urls(body: bytes) -> tuple[str, ...]:
    """The addresses that a page names its own, unchecked."""
    found = []
    at = body.find(b"canonical", 0, HEAD)
    while at >= 0:
        start, end = body.rfind(b"<", max(0, at - TAG), at), body.find(b">", at, at + TAG)
        tag = body[start:end] if start >= 0 and end >= 0 else b""
        if tag[:5].lower() == b"<link" and (href := HREF.search(tag)) is not None:
            found.append(html.unescape(href[2].decode("utf-8", "replace")).strip())
        at = body.find(b"canonical", at + 9, HEAD)
    return tuple(found[:3])

"""Plain text of the HTML scraps that feeds put into titles and summaries."""

from __future__ import annotations

import html
import re

UNSEEN_START = re.compile(r"<(?:script|style|iframe|noscript|!--)", re.I)
UNSEEN = re.compile(r"<(script|style|iframe|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
INLINE_TAG = re.compile(r"</?(?:[abiqsu]|abbr|bdi|cite|code|em|font|mark|small|span|strong|sub|sup)\b[^<>]*>", re.I)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>|<\?[^<>]*>")
CUT_TAG = re.compile(r"</?[a-zA-Z][^<>]*\Z")  # where the feed cut its own HTML
MAX_LENGTH = 50_000  # of HTML looked at; a summary longer than that is the article, which is fetched anyway
ROUNDS = 3  # "&amp;lt;b&amp;gt;" was escaped by two programs, one after the other


def plain_text(markup: str) -> str:
    """The text of a scrap of HTML, white space folded; what looks like a tag after unescaping is taken for one."""
    text = markup[:MAX_LENGTH] if len(markup) > MAX_LENGTH else markup
    if "<" not in text and "&" not in text:
        return folded(text)
    for _ in range(ROUNDS):
        if "<" in text:
            text = _without_tags(text)
        if "&" not in text:
            break
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    return " ".join((_without_tags(text) if "<" in text else text).split())


def folded(text: str) -> str:
    """The text with each run of white space as one space; looking whether there is any is cheaper than splitting."""
    if "  " in text or not text.isprintable():  # line breaks, tabs and every space but " " are not printable
        return " ".join(text.split())
    return text.strip()


def _without_tags(text: str) -> str:
    if UNSEEN_START.search(text):
        text = UNSEEN.sub(" ", text)
    text = TAG.sub(" ", INLINE_TAG.sub("", text))
    return CUT_TAG.sub("", text) if "<" in text else text

"""Plain text of the HTML scraps that feeds put into titles and summaries."""

from __future__ import annotations

import html
import re

UNSEEN = re.compile(r"<(script|style|iframe|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
INLINE_TAG = re.compile(r"</?(?:a|abbr|b|bdi|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>", re.I)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>|<\?[^<>]*>")
CUT_TAG = re.compile(r"</?[a-zA-Z][^<>]*\Z")  # where the feed cut its own HTML
MAX_LENGTH = 50_000  # of HTML looked at; a summary longer than that is the article, which is fetched anyway
ROUNDS = 3  # "&amp;lt;b&amp;gt;" was escaped by two programs, one after the other


def plain_text(markup: str) -> str:
    """The text of a scrap of HTML, white space folded; what looks like a tag after unescaping is taken for one."""
    text = markup[:MAX_LENGTH]
    for _ in range(ROUNDS):
        stripped = html.unescape(_without_tags(text))
        if stripped == text:
            break
        text = stripped
    return " ".join(_without_tags(text).split())


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    text = INLINE_TAG.sub("", UNSEEN.sub(" ", text))
    return CUT_TAG.sub("", TAG.sub(" ", text))

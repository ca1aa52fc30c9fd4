"""Texts of strangers with some places marked, and two of them side by side: escaped piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from markupsafe import Markup, escape

LONGEST = 100_000  # characters of a text that is shown
MOST_WORDS = 2_500  # of each of two texts that are compared, since the time grows with their product
TOKEN = re.compile(r"\s+|[^\s]+")


def mark(text: str, places: Iterable[tuple[int, int]]) -> Markup:
    """The text with [start, end) of each place marked; places may overlap, or lie outside."""
    out, at = Markup(), 0
    shown = text[:LONGEST]
    for start, end in sorted(places):
        first, last = max(start, at), min(end, len(shown))
        if first < last:
            out += escape(shown[at:first]) + Markup("<mark>") + escape(shown[first:last]) + Markup("</mark>")
            at = last
    return out + escape(shown[at:]) + (Markup("…") if len(text) > LONGEST else Markup())


def compare(earlier: str, later: str) -> Markup:
    """The later text as it came from the earlier one: words that went are struck out, words that came are marked."""
    old, new = _tokens(earlier), _tokens(later)
    out = Markup()
    struck, marked = Markup("<del>{}</del>"), Markup("<ins>{}</ins>")
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            out += escape("".join(new[c:d]))
            continue
        for element, part in ((struck, old[a:b]), (marked, new[c:d])):
            if part:
                out += element.format("".join(part))
    return out


def is_cut(*texts: str) -> bool:
    """Whether a text is longer than what is compared."""
    return any(len(TOKEN.findall(text)) > 2 * MOST_WORDS for text in texts)


def _tokens(text: str) -> Sequence[str]:
    return TOKEN.findall(text)[: 2 * MOST_WORDS]

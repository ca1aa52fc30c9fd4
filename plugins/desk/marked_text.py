"""Texts of strangers with some places marked, and two of them side by side: escaped piece by piece."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from markupsafe import Markup, escape

LONGEST = 100_000  # characters of a text that is shown
MOST_WORDS = 2_500  # of each of two texts that are compared
MOST_CHANGES = 400  # sentences, or words of a passage: what is further apart is marked whole
WORD = re.compile(r"\s*\S+")  # with the space before it
SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")


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
    """The later text as it came from the earlier one: words that went are struck out, words that came are marked.

    Sentences are matched first, then the words of passages that changed; space does not count.
    """
    out = Markup()
    for is_kept, went, came in _passages(_sentences(earlier), _sentences(later)):
        for is_same, struck, marked in [(True, went, came)] if is_kept else _passages(_words(went), _words(came)):
            out += escape("".join(marked)) if is_same else _change("".join(struck), "".join(marked))
    return out


def is_cut(*texts: str) -> bool:
    """Whether a text is longer than what is compared."""
    return any(len(text) > LONGEST or len(text.split()) > MOST_WORDS for text in texts)


def matching_blocks(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Where both have the same (start in each, length), by a shortest way from one to the other; none if that is long.

    Myers, An O(ND) Difference Algorithm and Its Variations (1986): N is bounded by MOST_WORDS, D by MOST_CHANGES, so
    no pair of texts takes long.
    """
    reach: dict[int, tuple[int, Any]] = {1: (0, None)}  # by diagonal: how far into `old`, and the blocks on the way
    for changes in range(MOST_CHANGES + 1):
        for diagonal in range(-changes, changes + 1, 2):
            if diagonal == -changes or (diagonal != changes and reach[diagonal - 1][0] < reach[diagonal + 1][0]):
                start, blocks = reach[diagonal + 1]
            else:
                start, blocks = reach[diagonal - 1][0] + 1, reach[diagonal - 1][1]
            at = start
            while at < len(old) and at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            reach[diagonal] = at, (blocks, (start, start - diagonal, at - start)) if at > start else blocks
            if at >= len(old) and at - diagonal >= len(new):
                return _in_order(reach[diagonal][1])
    return []


def _in_order(blocks: Any) -> list[tuple[int, int, int]]:
    found = []
    while blocks:
        blocks, last = blocks
        found.append(last)
    return found[::-1]


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Both from beginning to end, in parts: whether they are the same, and what each has."""
    a, b = 0, 0
    blocks = matching_blocks(*([" ".join(each.split()) for each in side] for side in (old, new)))
    for start, place, length in [*blocks, (len(old), len(new), 0)]:
        if a < start or b < place:
            yield False, old[a:start], new[b:place]
        a, b = start + length, place + length
        yield True, old[start:a], new[place:b]


def _change(went: str, came: str) -> Markup:
    """The space before what came stands outside, so that the later text can be read without what went."""
    if not went or not came:
        return Markup("<del>{}</del>").format(went) if went else Markup("<ins>{}</ins>").format(came)
    word = came.lstrip()
    return Markup("{}<del>{}</del><ins>{}</ins>").format(came[: -len(word)], went.lstrip(), word)


def _sentences(text: str) -> list[str]:
    """The first words of the text by sentence or line, each with the space before it."""
    sentences = [""]
    for word in WORD.findall(text[:LONGEST].rstrip())[:MOST_WORDS]:
        if "\n" in word:
            sentences.append("")
        sentences[-1] += word
        if SENTENCE_END.search(word):
            sentences.append("")
    return [each for each in sentences if each]


def _words(sentences: Iterable[str]) -> list[str]:
    return [word for each in sentences for word in WORD.findall(each)]

"""Sentences of an article, with their place in it; line breaks, datelines and abbreviations as newspapers have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 1200  # characters of one sentence that are read; a list without full stops goes on for pages
PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*|\n[ \t]{2,}|(?<=[.!?\"”’'])[ \t]*\n")
BOUNDARY = re.compile(r"[.!?…][\"”’')\]]{0,2}\s+(?=[\"“‘'(\[]?[A-Z0-9])|[。！？]\s*")
ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“.])(?:[A-Z]|Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Col|Lt|Capt|Sgt|St|Jr|Sr|Inc|"
    r"Corp|Co|Ltd|No|Nos|vs|Vs|"
    r"Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|Prof|Rev|Hon|Amb|Sec|Adm|Maj|Cmdr|Ind|Calif|Fla|"
    r"Tex|Pa|Ariz|Mass|Tenn|Ky|Va|"
    r"mln|dlrs|approx|etc|e\.g|i\.e|a\.m|p\.m|D-[A-Z][a-z]*|R-[A-Z][a-z]*)\.$"
)
ACRONYM = re.compile(r"(?:[A-Z]\.){2,}$")
OPENER = re.compile(
    r"[\"“‘'(]?(?:The|A|An|But|And|It|In|On|He|She|They|We|This|That|These|Those|There|If|As|At|"
    r"For|With|After|Its|His|Her|"
    r"Their|However|Meanwhile|While|When|Under|Also|Earlier|Mr|Some|Other|Last|According|Both|Not|No|Since|So|I|You)\b"
)
SPACE = re.compile(r"\s+")
DATELINE = re.compile(
    r"^(?:[^a-z]{0,3}(?:[A-Z][\w.'’-]+\s){0,3}?[A-Z][A-Z .,'’/]{2,40}(?:,\s?[A-Z][\w. ]{2,20})?\s*(?:\d{4}-\d\d-\d\d|"
    r"\([^)]{2,24}\)\s*[-–—]+|[-–—]{1,2}\s)"
    r"|(?:AP|AFP|Reuters|UPI|BBC)\s*[-–—]+|"
    r"[A-Z][\w .,'’]{2,30}(?:,\s[\w. ]{2,20})?\s*\((?:Reuters|AP|AFP|UPI|CNN|Xinhua|"
    r"IANS)[^)]{0,12}\)\s*[-–—]*)\s*"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with white space folded; text[start:end] of the article is where it stands. The title has index -1."""

    index: int
    text: str
    start: int
    end: int
    body: int  # where the sentence proper begins, after a dateline

    @property
    def proper(self) -> str:
        """The sentence without its dateline: what is parsed; places in it count from its own beginning."""
        return self.text[self.body :]


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of an article in order."""
    return tuple(_numbered(text))


def title_sentence(title: str) -> Sentence:
    """The headline, read like a sentence; headlines in capitals are brought down first."""
    folded = SPACE.sub(" ", title).strip()[:LONGEST]
    return Sentence(-1, folded, 0, 0, 0)


def _numbered(text: str) -> Iterator[Sentence]:
    index = 0
    for start, end in _spans(text):
        folded = SPACE.sub(" ", text[start : min(end, start + 2 * LONGEST)]).strip()
        if len(folded) > LONGEST:
            folded = folded[:LONGEST].rsplit(" ", 1)[0]
        if folded:
            dateline = DATELINE.match(folded[:120])
            yield Sentence(index, folded, start, end, dateline.end() if dateline else 0)
            index += 1


def _spans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for gap in PARAGRAPH.finditer(text):
        yield from _within(text, at, gap.start())
        at = gap.end()
    yield from _within(text, at, len(text))


def _within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of one paragraph."""
    at = start
    for match in BOUNDARY.finditer(text, start, end):
        if _ends_sentence(text, match.start(), match.end()):
            yield from _trimmed(text, at, match.end())
            at = match.end()
    yield from _trimmed(text, at, end)


def _ends_sentence(text: str, stop: int, following: int) -> bool:
    if text[stop] in "。！？":
        return True
    before = text[max(0, stop - 12) : stop + 1]
    if text[stop] != "." or text[stop + 1 : stop + 2] in "\"”’')":
        return True
    if ACRONYM.search(before):
        return bool(OPENER.match(text, following))
    return not ABBREVIATION.search(before)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if stripped := piece.strip():
        yield start + left, start + left + len(stripped)

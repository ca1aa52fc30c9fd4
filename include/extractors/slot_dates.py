"""The day of an act, from an expression in its sentences and the day of publication."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.records import Modality

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = "january february march april may june july august september october november december".split()
MONTH = r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
FULL = re.compile(rf"\b{MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>(?:19|20)\d\d))?\b")
FULL_DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {MONTH}(?:,? (?P<year>(?:19|20)\d\d))?\b")
ISO = re.compile(r"\b((?:19|20)\d\d-\d\d-\d\d)\b")
WEEKDAY = re.compile(r"\b(?P<next>next |this coming )?(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b", re.IGNORECASE)
RELATIVE = re.compile(r"\b(?P<word>today|yesterday|tomorrow|(?P<n>two|three|four|five|\d) days (?:ago|earlier|after|later))\b", re.IGNORECASE)
MONTH_ONLY = re.compile(rf"\b(?:by|in|at|until) (?:the )?(?:end of |late |early |mid-)?{MONTH}\b(?! \d)")
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5}


def find_date(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with the day nearest to its triggers; the first sentence that gives one wins."""
    published = reading.document.published_on
    places = {c.sentence: c.start for c in reversed(draft.clues)}
    told = sorted((c for c in draft.clues if c.sentence >= 0), key=lambda c: (c.is_past, not c.is_core, c.guessed, c.sentence))
    for index in dict.fromkeys([*(c.sentence for c in told[:4]), *draft.evidence_sentences]):
        sentence = reading.sentences[index]
        if day := resolve_date(sentence.text, places.get(index, 0), published, draft.modality is Modality.PLANNED):
            return replace(draft, event_date=day)
    return draft


def resolve_date(text: str, near: int, published: date | None, is_planned: bool) -> str | None:
    """The date that the expression nearest to a place in the text means, as YYYY-MM-DD or YYYY-MM."""
    if is_planned and published and (match := MONTH_ONLY.search(text)):
        return f"{published.year}-{_month_number(match['month']):02d}"
    found = [*_explicit(text, published), *_by_weekday(text, published, is_planned), *_relative(text, published)]
    if found:
        return min(found, key=lambda item: abs(item[0] - near))[1]
    return None


def _explicit(text: str, published: date | None) -> list[tuple[int, str]]:
    found = []
    for pattern in (FULL, FULL_DAY_FIRST):
        for match in pattern.finditer(text):
            year = int(match["year"]) if match["year"] else published.year if published else 0
            month, day = _month_number(match["month"]), int(match["day"])
            if year and 1 <= day <= monthrange(year, month)[1]:
                found.append((match.start(), date(year, month, day).isoformat()))
    return found


def _month_number(word: str) -> int:
    return next(i for i, name in enumerate(MONTHS, 1) if name.startswith(word.rstrip(".").lower()[:3]))


def _by_weekday(text: str, published: date | None, is_planned: bool) -> list[tuple[int, str]]:
    if published is None:
        return []
    found = []
    for match in WEEKDAY.finditer(text):
        number = WEEKDAYS.index(match["weekday"].lower())
        forward = bool(match["next"]) or is_planned and bool(re.search(r"\bwill\b", text[: match.start()]))
        step = (number - published.weekday()) % 7 if forward else -((published.weekday() - number) % 7)
        found.append((match.start(), (published + timedelta(days=step)).isoformat()))
    return found


def _relative(text: str, published: date | None) -> list[tuple[int, str]]:
    if published is None:
        return []
    found = []
    for match in RELATIVE.finditer(text):
        word = match["word"].lower()
        if match["n"]:
            days = -NUMBERS.get(match["n"].lower(), int(match["n"]) if match["n"].isdigit() else 1)
        else:
            days = {"today": 0, "yesterday": -1, "tomorrow": 1}[word]
        found.append((match.start(), (published + timedelta(days=days)).isoformat()))
    return found

"""The day of an act, from an expression in its sentences and the day of publication."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from include.catalog import Catalog
from include.extractors.clues import Clue
from include.extractors.drafts import Draft, keys
from include.extractors.reading import Reading
from include.records import Modality, Salience

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTH = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|"
    r"Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
FULL = re.compile(rf"\b{MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>(?:19|20)\d\d))?\b")
FULL_DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {MONTH}(?:,? (?P<year>(?:19|20)\d\d))?\b")
ISO = re.compile(r"\b((?:19|20)\d\d-\d\d-\d\d)\b")
WEEKDAY = re.compile(
    r"\b(?P<next>next |this coming )?(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b",
    re.IGNORECASE,
)
RELATIVE = re.compile(
    r"\b(?P<word>today|yesterday|tomorrow|(?P<n>two|three|four|five|\d) days ago)\b",
    re.IGNORECASE,
)
MONTH_ONLY = re.compile(rf"\b(?:by|in|at|until) (?:the )?(?:end of |late |early |mid-)?{MONTH}\b(?! \d)")
SAID = re.compile(r"\b(?:said|says|told|announced|confirmed|statement|reported)(?:\W+\w+){0,2}\W*$", re.IGNORECASE)
LEAD = 4
NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
AFTER = re.compile(rf"\b(?P<n>{'|'.join(NUMBERS)}|\d) days? after\b", re.IGNORECASE)
# What stands before a day on which something ends, or began long ago: `runs until 31 May`.
BOUND = re.compile(
    r"\b(?:until|till|through|since|expir\w+(?: on)?|(?:runs?|holds?|lasts?) to|"
    r"the end of)\s+(?:the )?$",
    re.IGNORECASE,
)
# What stands before the day from which the act binds: `takes effect on Monday`, `as of July 1`.
BINDING = re.compile(
    r"\b(?:as (?:of|from)|effective(?: as of| from| on)?|(?:takes?|taking|took|into) effect(?: on| from)?|"
    r"(?:comes?|came|coming|enters?|entered|goes|went) into (?:force|effect)(?: on| from)?|appl(?:y|ies) from|"
    r"binding from|(?:starts?|begins?|starting|beginning|kicks? in)(?: on| from)?|"
    r"from the date of publication,)\s+(?:late |early )?$",
    re.IGNORECASE,
)
WILL = re.compile(
    r"\b(?:will|(?:is|are|was|were) (?:set|due|expected|scheduled|slated|poised) to|(?:plans?|prepar\w+) to)\b",
    re.IGNORECASE,
)
THEN_WILL = re.compile(r"^\W+(?:\w+\W+)?will\b", re.IGNORECASE)  # "the Treasury on Tuesday will announce"
COMING = re.compile(
    r"\b(?:takes? effect|(?:comes?|enters?|goes) into (?:force|effect)|starts?|begins?)(?: on| from)?\s+$"
)
AT_ONCE = re.compile(r"\beffective (?:this (?:morning|afternoon|evening)|tonight)\b", re.IGNORECASE)


def find_date(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with its day, and with the day from which it binds when that is told too."""
    return replace(draft, event_date=_event_date(draft, reading), effective_date=_effective_date(draft, reading))


def _event_date(draft: Draft, reading: Reading) -> str | None:
    """The day that the sentence gives which tells the act best, else the next one that ties a day to it."""
    published, is_planned = reading.document.published_on, draft.modality is Modality.PLANNED
    told = [c for c in draft.clues if c.sentence >= 0]
    for rank, clue in enumerate(sorted(told, key=lambda c: (c.is_past, not c.is_core, c.guessed, c.sentence))[:4]):
        text = reading.sentences[clue.sentence].proper
        if (counted := _days_before(text, clue.start, published)) is not None:
            return counted
        found = dates_in(text, published, is_planned)
        tied = [item for item in found if _is_tied(reading, clue, item[0])] or (found if rank == 0 else [])
        if tied:
            return min(tied, key=lambda item: abs(item[0] - clue.start))[1]
    for index in draft.evidence_sentences:
        if index not in draft.sentences and (found := dates_in(reading.sentences[index].proper, published, is_planned)):
            return found[0][1]
    return _from_lead(draft, reading, published, is_planned)


def _from_lead(draft: Draft, reading: Reading, published: date | None, is_planned: bool) -> str | None:
    """For the point of the article: the day that its first sentences give for what one of the sides does."""
    if draft.salience is not Salience.MAIN and min(draft.sentences, default=LEAD) >= LEAD:
        return None
    for sides in (keys(draft.imposers), keys(draft.actors) | keys(draft.targets)):
        for sentence in reading.sentences[:LEAD]:
            named = keys(m.party for m in reading.mentions[sentence.index])
            if named & sides and (found := dates_in(sentence.proper, published, is_planned)):
                return found[0][1]
    return None


def _days_before(text: str, place: int, published: date | None) -> str | None:
    """The day of an act that something came some days after: `Monday's statement came two days after the vote`."""
    counted = next((m for m in AFTER.finditer(text[:place])), None)
    if counted is None:
        return None
    base = next(
        (day for at, day in reversed(dates_in(text[: counted.start()], published, False)) if len(day) == 10), None
    )
    start = date.fromisoformat(base) if base else published
    days = NUMBERS.get(counted["n"].lower()) or int(counted["n"])
    return (start - timedelta(days=days)).isoformat() if start else None


def _effective_date(draft: Draft, reading: Reading) -> str | None:
    """The day from which the act binds, when its evidence or the sentence after that tells it."""
    published = reading.document.published_on
    near = [*draft.evidence_sentences, *(i + 1 for i in draft.evidence_sentences)]
    for index in dict.fromkeys(near):
        if index < len(reading.sentences):
            text = reading.sentences[index].proper
            for place, day in _resolved(text, published, is_ahead=True):
                if BINDING.search(text[max(0, place - 40) : place]):
                    return day
            if published and AT_ONCE.search(text):
                return published.isoformat()
    return None


def _is_tied(reading: Reading, clue: Clue, place: int) -> bool:
    """True when the verb that a date hangs on also governs the sanctions word."""
    parsed = reading.parsed.get(clue.sentence)
    if parsed is None:
        return False
    trigger = next((t for t in parsed.doc if t.idx == clue.start), None)
    dated = next((t for t in parsed.doc if t.idx <= place < t.idx + len(t)), None)
    if trigger is None or dated is None:
        return False
    governor = next((t for t in dated.ancestors if t.pos_ in {"VERB", "AUX"}), dated)
    if governor.dep_ == "ROOT":
        return True
    return governor == trigger or governor in set(trigger.ancestors) or governor.head in set(trigger.children)


def dates_in(text: str, published: date | None, is_planned: bool) -> list[tuple[int, str]]:
    """(place, YYYY-MM-DD or YYYY-MM) of every expression that can be resolved."""
    if is_planned and published and (match := MONTH_ONLY.search(text)):
        return [(match.start(), f"{published.year}-{_month_number(match['month']):02d}")]
    found = [
        (place, day)
        for place, day in _resolved(text, published, is_planned and bool(WILL.search(text)))
        if not BOUND.search(text[max(0, place - 24) : place]) and not BINDING.search(text[max(0, place - 40) : place])
    ]
    if is_planned:  # "said late Thursday" is the day of the words, not of the deed
        return [item for item in found if not SAID.search(text[max(0, item[0] - 24) : item[0]])]
    return found


def _resolved(text: str, published: date | None, is_ahead: bool) -> list[tuple[int, str]]:
    return [*_explicit(text, published), *_by_weekday(text, published, is_ahead), *_relative(text, published)]


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


def _by_weekday(text: str, published: date | None, is_ahead: bool) -> list[tuple[int, str]]:
    if published is None:
        return []
    found = []
    for match in WEEKDAY.finditer(text):
        number = WEEKDAYS.index(match["weekday"].lower())
        before, after = text[: match.start()], text[match.end() : match.end() + 30]
        coming = COMING.search(before[-40:]) or WILL.search(before) or THEN_WILL.search(after)
        forward = bool(match["next"]) or (is_ahead and bool(coming))
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

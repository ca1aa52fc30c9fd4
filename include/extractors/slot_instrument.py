"""The legal act that a draft rests on, in one spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.records import EventClass, Salience

WITHOUT = frozenset({EventClass.CONDEMN, EventClass.VIOLATE})
GENERIC = "executive order"  # says least: only when the same is not cited in full nearby
FULLER = ("executive order 1", "presidential")
BESIDE = (1, -1, 2, -2)  # where an act is cited whose sentence is no evidence itself
ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
SPELLED_OUT = 10  # as newspapers do: up to the tenth in letters, then in figures
NUMBERED = re.compile(r"^(\d+) ?(?:st|nd|rd|th)\b")
UNDATED = re.compile(r"^UN Security Council Resolution (\d+)$")


def find_instrument(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with the instrument named in its evidence, or in a sentence beside it."""
    cited = [] if draft.event_class in WITHOUT else list(_cited(draft, reading, catalog))
    name = next(iter(cited), None)
    if name == GENERIC:
        name = next((n for n in cited if n.casefold().startswith(FULLER)), name)
    return replace(draft, instrument=name and _in_full(name, draft, reading))


def _cited(draft: Draft, reading: Reading, catalog: Catalog) -> Iterator[str]:
    """The instruments that the draft may rest on, the likeliest first."""
    told_as_past = {c.sentence for c in (*draft.clues, *draft.context) if c.is_past}
    is_named = False
    near = [i + step for step in BESIDE for i in draft.evidence_sentences]
    for index in dict.fromkeys([*draft.evidence_sentences, *(i for i in near if i not in told_as_past)]):
        if 0 <= index < len(reading.sentences):
            found = list(instruments_in(reading.sentences[index].text, catalog))
            yield from found
            is_named = is_named or bool(found)
    if not is_named and draft.salience is Salience.MAIN:
        elsewhere = [s.text for s in reading.sentences if s.index not in told_as_past]
        yield from instruments_in("\n".join(elsewhere), catalog)


def instruments_in(text: str, catalog: Catalog) -> Iterator[str]:
    """The instruments that a text cites, the most exact first."""
    for entry, pattern in catalog.instruments:
        for match in pattern.finditer(text):
            yield _ordinal(entry.name.format(*(group or "" for group in match.groups())))


def _ordinal(name: str) -> str:
    """A numbered package with its number as newspapers write it: `sixth package`, `17th package`."""
    word = name.split(" ", 1)[0].lower()
    if (match := NUMBERED.match(name)) is not None:
        number, rest = int(match[1]), name[match.end() :]
    elif word in ORDINALS:
        number, rest = ORDINALS.index(word) + 1, name[len(word) :]
    else:
        return name
    if 1 <= number <= SPELLED_OUT:
        return ORDINALS[number - 1] + rest
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in range(11, 14) else "th"
    return f"{number}{ending}{rest}"


def _in_full(name: str, draft: Draft, reading: Reading) -> str:
    """The name with what the rest of the article adds: the year of a resolution, whether a text is law yet."""
    if (undated := UNDATED.match(name)) and (
        year := re.search(rf"\b{undated[1]} \(((?:19|20)\d\d)\)", reading.document.text)
    ):
        return f"{name} ({year[1]})"
    return re.sub(r"\blegislation$", "bill" if draft.event_class is EventClass.PLAN else "law", name)

"""The gazetteer: every way newspapers write a state or an organisation, found in a text in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pycountry
from ahocorasick_rs import AhoCorasick

from include.catalog.models import ActorsFile, StateEntry
from include.records import Party


class Form(StrEnum):
    """How a text names a party: what a mention may stand for depends on it."""

    NAME = "name"
    ADJECTIVE = "adjective"
    DEMONYM = "demonym"
    CAPITAL = "capital"
    SEAT = "seat"
    LEADER = "leader"
    BODY = "body"  # a company or service that is hit for its state
    GROUP = "group"
    NONE = "none"  # looks like a party and is none


@dataclass(frozen=True, slots=True)
class PartyMention:
    """A place in a text that names a party."""

    start: int
    end: int
    party: Party
    form: Form


@dataclass(frozen=True, slots=True)
class Alias:
    """One spelling, and what it stands for."""

    text: str
    party: Party
    form: Form


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Aliases and the automaton that finds them."""

    aliases: tuple[Alias, ...]
    automaton: AhoCorasick
    by_code: dict[str, Party]

    def code_of(self, written: str) -> str | None:
        """The code of the party that somebody means who writes a code or a whole spelling, in any case."""
        folded = fold_case(" ".join(written.split()))
        if folded.upper() in self.by_code:
            return folded.upper()
        meant = (alias.party.code for alias in self.aliases if fold_case(alias.text) == folded)
        return next(filter(None, meant), None)

    def find(self, text: str) -> Iterator[PartyMention]:
        """The mentions of parties in a text, longest first at each place, in order."""
        folded, free = fold_case(text), 0
        places = self.automaton.find_matches_as_indexes(folded, overlapping=True)
        for index, start, end in sorted(places, key=lambda m: (m[1], -m[2])):
            alias = self.aliases[index]
            if start >= free and _stands_alone(text, start, end) and _cased_alike(alias, text[start:end]):
                free = end
                if alias.form is not Form.NONE:
                    yield PartyMention(start, end, alias.party, alias.form)


def fold_case(text: str) -> str:
    """The text in lower case, character for character (str.lower lengthens a few, which would shift offsets)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or after.isalnum())


def _cased_alike(alias: Alias, written: str) -> bool:
    """True when capitals of the alias are capitals in the text: `us` and `turkey` are no states."""
    if alias.text.isupper() and len(alias.text) <= 6:
        return written == alias.text
    return all(w.isupper() for w, a in zip(written, alias.text, strict=True) if a.isupper())


def build_gazetteer(actors: ActorsFile) -> Gazetteer:
    """The gazetteer of the catalog's actors, with the official names that pycountry knows."""
    aliases: dict[str, Alias] = {}
    by_code: dict[str, Party] = {}
    nobody = Party(name="", kind="none")
    for text in actors.not_after:
        aliases[fold_case(text)] = Alias(text, nobody, Form.NONE)
    for code, entry in {**actors.states, **actors.organisations}.items():
        kind = "country" if code in actors.states else "organisation"
        party = Party(name=entry.name, kind=kind, code=entry.code or code)
        by_code[party.code or code] = party
        for text, form in _spellings(code, entry):
            aliases.setdefault(fold_case(text), Alias(text, party, form))
        for text in entry.bodies:
            aliases[fold_case(text)] = Alias(text, party, Form.BODY)
    for name, texts in actors.groups.items():
        party = Party(name=name, kind="country")
        for text in texts:
            aliases.setdefault(fold_case(text), Alias(text, party, Form.GROUP))
    ordered = tuple(aliases.values())
    automaton = AhoCorasick([fold_case(a.text) for a in ordered])
    return Gazetteer(ordered, automaton, by_code)


def _spellings(code: str, entry: StateEntry) -> Iterator[tuple[str, Form]]:
    yield entry.name, Form.NAME
    yield from ((text, Form.NAME) for text in entry.also)
    for text in entry.adjectives:
        yield text, Form.ADJECTIVE
        yield text + "s", Form.DEMONYM
    yield from ((text, Form.CAPITAL) for text in entry.capitals)
    yield from ((text, Form.SEAT) for text in entry.seats)
    yield from ((text, Form.LEADER) for text in entry.leaders)
    official = pycountry.countries.get(alpha_2=code)
    if official is not None:
        for field in ("name", "official_name", "common_name"):
            if official_name := getattr(official, field, None):
                yield str(official_name), Form.NAME

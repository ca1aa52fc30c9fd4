"""What of a mention tells one act from another: parties, day, instrument, measures and telling words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from include.records import CLASS_OF, EventClass, EventMention, EventType, Measure, MeasureType, Modality, Party

NAMED_KINDS = frozenset({"person", "organisation", "vessel"})
TRADE = frozenset({MeasureType.EXPORT_BAN, MeasureType.IMPORT_BAN, MeasureType.TRADE_RESTRICTION})
WHOLES = {"HK": "CN", "MO": "CN"}  # parts of a state that sanctions hit by their own code
VAGUE_MEASURES = frozenset({MeasureType.OTHER, MeasureType.SECTORAL, MeasureType.DESIGNATION})

# Words that every report of any act shares: they tell nothing apart.
_COMMON = """
about added administration after against also announced announcement another banned been before being both
central could council countries country decision department directed during early economic every first foreign
from further government have hers into international last late latest leader made measures minister ministry more
most move national nations nation near never news next officials official only order other over people plan
policy president press prime public punish regime relations report reported reporters restrictions said saying
secretary security should signed since some spokesman spokeswoman state statement states still such take taken
than that their them then there these they this those three through time today tomorrow under united until
upon used very want week were what when where which while white will with without world would year years
yesterday your blacklist blacklisted embargo embargoes freeze impose imposed imposes imposing lift lifted lifting
ease eased easing measure sanction sanctioned sanctioning sanctions treasury union vote voted votes monday
tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december

"""
COMMON_WORDS = frozenset(_COMMON.split())
NAME_FILLERS = frozenset(("the", "of", "and", "for", "mr", "mrs", "inc", "ltd", "co"))
INSTRUMENT_FILLERS = frozenset(("act", "bill", "decision", "draft", "executive", "law", "order", "resolution"))
NUMBERED = re.compile(r"\b(?:\d{1,4}/\d{2,4}|\d{3,6})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One mention, boiled down to what is compared."""

    mention_id: str
    doc_id: str
    story_id: str
    event_class: EventClass
    event_type: EventType
    modality: Modality
    imposers: frozenset[str]
    states: frozenset[str]  # codes of all targets
    named: tuple[frozenset[str], ...]  # name tokens of persons, organisations and vessels hit
    actors: frozenset[str]
    day: date | None  # of the act, when the text says it to the day
    month: tuple[int, int] | None  # when it says month and year at least
    published: date | None
    instrument: frozenset[str]
    numbers: frozenset[str]  # of the instrument
    measures: frozenset[tuple[str, str | None]]
    words: frozenset[str]

    @property
    def days(self) -> tuple[date, ...]:
        """The days that place it in time: of the act, of the report."""
        return tuple(day for day in (self.day, self.published) if day)


def trace(mention: EventMention, story_id: str) -> Trace:
    """The trace of a mention."""
    parties = (*mention.imposers, *mention.targets, *mention.actors)
    return Trace(
        mention_id=mention.id,
        doc_id=mention.doc_id,
        story_id=story_id,
        event_class=CLASS_OF[mention.event_type],
        event_type=mention.event_type,
        modality=mention.modality,
        imposers=frozenset(map(party_key, mention.imposers)),
        states=frozenset(code for party in mention.targets if party.code for code in _states(party.code)),
        named=tuple(name_words(party.name) for party in mention.targets if party.kind in NAMED_KINDS),
        actors=frozenset(map(party_key, mention.actors)),
        day=_day(mention.event_date),
        month=_month(mention.event_date),
        published=mention.published_on,
        instrument=instrument_words(mention.instrument),
        numbers=frozenset(NUMBERED.findall(mention.instrument or "")),
        measures=frozenset(measure_key(measure) for measure in mention.measures) - {("other", None)},
        words=_telling_words(mention, parties),
    )


def party_key(party: Party) -> str:
    """Equal for two spellings of one party: the code of a state or body, else the words of the name."""
    if party.code and (party.kind == "country" or is_body(party.code)):
        return body(party.code)
    return " ".join(sorted(name_words(party.name)))


def is_body(code: str) -> bool:
    """True for the code of an organisation of states; two letters on a firm or a person are its seat."""
    return len(code) != 2 or code in ("EU", "UN")


def body(code: str) -> str:
    """The code; the Security Council counts as the United Nations, since reports use either name for both."""
    return "UN" if code == "UNSC" else code


def _states(code: str) -> tuple[str, ...]:
    """The code, for a part of a state that has one of its own the state's too: reports name either as what is hit."""
    return (code, WHOLES[code]) if code in WHOLES else (body(code),)


def name_words(name: str) -> frozenset[str]:
    """The words of a name without those that come and go."""
    return frozenset(re.findall(r"[^\W_]+", name.lower())) - NAME_FILLERS


def instrument_words(instrument: str | None) -> frozenset[str]:
    """The words of an instrument, without those that every instrument has."""
    return name_words(instrument or "") - INSTRUMENT_FILLERS


def measure_key(measure: Measure) -> tuple[str, str | None]:
    """Equal for measures that are one kind: trade bans by the way the goods go, all others by type."""
    return ("trade", measure.flow) if measure.type in TRADE else (str(measure.type), None)


def _telling_words(mention: EventMention, parties: tuple[Party, ...]) -> frozenset[str]:
    found = {word for sentence in mention.evidence for word in re.findall(r"[^\W_]+", sentence.text.lower())}
    known = {word for party in parties for word in name_words(party.name)}
    return frozenset(word[:7] for word in found - known - COMMON_WORDS if len(word) > 3 or word.isdigit())


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written and len(written) == 10 else None


def _month(written: str | None) -> tuple[int, int] | None:
    return (int(written[:4]), int(written[5:7])) if written and len(written) >= 7 else None

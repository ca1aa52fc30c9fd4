"""A document as extraction sees it: sentences, the parties in them, and parses of the sentences that matter."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Token

from include.catalog import Catalog
from include.catalog.actors import Form, PartyMention
from include.extractors.sentences import Sentence, split_sentences, title_sentence
from include.extractors.terms import CORE, WEAK, may_enforce, may_protest
from include.records import Document, EventClass, MeasureType

MOST_TEXT = 80_000  # characters that are read; a news article has 5,000, a dump of a database has no events
MOST_PARSED = 48  # sentences of one article that are parsed
UNLIKELY = 1e-3
FindEntities = Callable[[Sequence[Doc]], None]
PLACE = re.compile(r"(?:\b(?:in|at|from|near|outside|visit(?:ed|ing)?|leaves?|left|arrived in|to)\s+)$")
PLACE_AFTER = re.compile(r"^(?:,\s?D\.?C|\s(?:metro|summit|talks|embassy|airport|meeting|suburb|conference)\b)")


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """A sentence with its parse and the parties named in it."""

    sentence: Sentence
    doc: Doc
    mentions: tuple[PartyMention, ...]

    def mention_at(self, token: Token) -> PartyMention | None:
        """The mention that covers the token."""
        for mention in self.mentions:
            if mention.start <= token.idx < mention.end:
                return mention
        return None


@dataclass(frozen=True, slots=True)
class Reading:
    """One document, read."""

    document: Document
    title: Sentence
    sentences: tuple[Sentence, ...]
    mentions: dict[int, tuple[PartyMention, ...]]  # by sentence index
    parsed: dict[int, ParsedSentence]  # by sentence index; the title has -1
    find_entities: FindEntities = lambda docs: None  # names, into the parses: dear, so only where somebody asks
    parse: Callable[[str], Doc] | None = None  # for sentences that turn out to matter later
    kinds: dict[int, frozenset[MeasureType]] = field(default_factory=dict)  # memo of measure_kinds
    told: Mapping[int, Mapping[EventClass, float]] = field(
        default_factory=dict
    )  # by sentence index, see sentence_words


def measure_kinds(reading: Reading, index: int, catalog: Catalog) -> frozenset[MeasureType]:
    """The kinds of measures that a sentence names; looked for once."""
    if index not in reading.kinds:
        text = reading.sentences[index].text
        reading.kinds[index] = frozenset(kind for kind, pattern in catalog.measure_patterns if pattern.search(text))
    return reading.kinds[index]


def prepare(document: Document, catalog: Catalog) -> Reading:
    """The document split and searched for parties, nothing parsed yet."""
    title = lower_headline(title_sentence(document.title), catalog)
    sentences = split_sentences(document.text[:MOST_TEXT])
    mentions = {s.index: find_mentions(s, catalog) for s in (title, *sentences)}
    return Reading(document, title, sentences, mentions, {})


def find_mentions(sentence: Sentence, catalog: Catalog) -> tuple[PartyMention, ...]:
    """The parties named in a sentence; datelines and cities that are only places are left out."""
    return tuple(
        mention for mention in catalog.gazetteer.find(sentence.proper) if not _is_place(sentence.proper, mention)
    )


def _is_place(text: str, mention: PartyMention) -> bool:
    if mention.form is not Form.CAPITAL:
        return False
    return bool(
        PLACE.search(text[max(0, mention.start - 16) : mention.start]) or PLACE_AFTER.match(text[mention.end :])
    )


def lower_headline(title: Sentence, catalog: Catalog) -> Sentence:
    """A headline in capitals, with capitals left only where a party or the sentence begins."""
    letters = [c for c in title.text if c.isalpha()]
    if not letters or sum(c.isupper() for c in letters) < 0.8 * len(letters):
        return title
    lowered = title.text.lower()
    if len(lowered) != len(title.text):
        return title
    chars = list(lowered.capitalize())
    for mention in catalog.gazetteer.find(title.text):
        written = next(
            a.text for a in catalog.gazetteer.aliases if a.text.lower() == lowered[mention.start : mention.end]
        )
        chars[mention.start : mention.end] = written
    return replace(title, text="".join(chars))


def sentences_to_parse(reading: Reading) -> tuple[Sentence, ...]:
    """The title, and the sentences that speak of sanctions or of measures by or on a party, best first."""
    headline = reading.document.title.casefold().strip()
    body = [s for s in reading.sentences if s.text.casefold() != headline]  # some pages print the headline again
    core = [s for s in body if CORE.search(s.text)]
    weak = [s for s in body if s not in core and reading.mentions[s.index] and _is_weak(s.text)]
    if not core and not CORE.search(reading.title.text):
        weak = weak[:12]
    chosen = sorted([*core[:MOST_PARSED], *weak[: max(0, MOST_PARSED - len(core))]], key=lambda s: s.index)
    return (reading.title, *chosen) if reading.title.text else tuple(chosen)


def _is_weak(text: str) -> bool:
    return bool(WEAK.search(text)) or may_protest(text) or may_enforce(text)


def told_logit(reading: Reading, indices: Iterable[int], kind: EventClass) -> float:
    """The log odds that some of these sentences tells of a class; low when there are none, or no model."""
    best = max((reading.told[i][kind] for i in indices if i in reading.told and kind in reading.told[i]), default=0.0)
    return math.log((best + UNLIKELY) / (1 - best + UNLIKELY))


def with_parses(
    reading: Reading,
    parses: dict[int, Doc],
    find_entities: FindEntities = lambda docs: None,
    parse: Callable[[str], Doc] | None = None,
) -> Reading:
    """The reading with the parses of its chosen sentences."""
    by_index = {s.index: s for s in (reading.title, *reading.sentences)}
    return replace(
        reading,
        find_entities=find_entities,
        parse=parse,
        parsed={i: ParsedSentence(by_index[i], doc, reading.mentions[i]) for i, doc in sorted(parses.items())},
    )

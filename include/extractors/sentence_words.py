"""What the words of a sentence say of it: how likely it tells a new act of each class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from include.catalog import Catalog
from include.catalog.actors import PartyMention
from include.extractors.reading import Reading
from include.extractors.sentences import Sentence
from include.extractors.terms import CORE
from include.records import EventClass

MOST_SENTENCES = 120  # of one article that are looked at
MOST_WORDS = 80
STEM = 7  # letters of a word that count
WORD = re.compile(r"@\w+|[A-Za-z]+(?:'[a-z]+)?|\d+|[\"“”?!$]")
BODIES = frozenset({"UN", "UNSC", "EU"})
PLACES = ((3, "early"), (6, "soon"), (12, "middle"), (25, "late"))


def tell_classes(reading: Reading, catalog: Catalog) -> dict[int, Mapping[EventClass, float]]:
    """By sentence index (-1 the title), the probability of each class; none without a model."""
    model = catalog.words
    return {} if model is None else {i: model.probabilities(words) for i, words in word_features(reading)}


def word_features(reading: Reading) -> Iterator[tuple[int, dict[str, float]]]:
    """The index and the named features of the title and of the first sentences."""
    title = [word[:STEM].lower() for word in WORD.findall(reading.title.text)]
    before: list[str] = []
    for sentence in (reading.title, *reading.sentences[:MOST_SENTENCES]):
        words = _words(sentence, reading.mentions.get(sentence.index, ()))
        features = dict.fromkeys(_runs(words), 1.0)
        features |= dict.fromkeys((f"before {word}" for word in before), 0.3)
        features |= dict.fromkeys((f"title {word}" for word in title), 0.3)
        features[f"place {_place(sentence.index)}"] = 1.0
        features["core"] = float(bool(CORE.search(sentence.text)))
        features["of title"] = len(set(title) & set(words)) / (1 + len(title))
        yield sentence.index, features
        before = words[:60] if sentence.index >= 0 else []


def _words(sentence: Sentence, mentions: Iterable[PartyMention]) -> list[str]:
    """Stems in order; a party is only which kind of party it is, so that one state's acts teach of another's."""
    pieces, at = [], 0
    for mention in mentions:
        pieces += [sentence.proper[at : mention.start], f" @{_kind(mention)} "]
        at = mention.end
    text = "".join([*pieces, sentence.proper[at:]])
    return ["#" if word.isdigit() else word[:STEM].lower() for word in WORD.findall(text)][:MOST_WORDS]


def _kind(mention: PartyMention) -> str:
    code = mention.party.code
    return "body" if code in BODIES else "us" if code == "US" else "state"


def _runs(words: list[str]) -> Iterator[str]:
    yield from words
    yield from map(" ".join, pairwise(words))
    yield from (f"{one} _ {other}" for one, other in zip(words, words[2:], strict=False))


def _place(index: int) -> str:
    return "title" if index < 0 else next((name for end, name in PLACES if index < end), "end")

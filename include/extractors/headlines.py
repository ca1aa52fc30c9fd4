"""Frames of headlines, read word by word: telegraph style ("Ministers Weigh New Curbs") defeats the parser."""

from __future__ import annotations

import re

from spacy.tokens import Token

from include.catalog import Catalog
from include.extractors.frames import REFUSING, Frame
from include.extractors.syntax import link
from include.extractors.terms import CORE
from include.records import EventType, Modality

T = EventType
AFTER_NOUN = frozenset(
    [
        "on",
        "against",
        "over",
        "in",
        "for",
        "to",
        "and",
        "or",
        "after",
        "as",
        "but",
        "bill",
        "law",
        "list",
        "relief",
        "threat",
        "with",
        "at",
        "of",
        "from",
        "by",
        "will",
        "may",
        "could",
        "are",
        "is",
        "have",
        "has",
        "were",
        "was",
    ]
)
SUFFIXES = (
    ("oes", "o"),
    ("ies", "y"),
    ("sses", "ss"),
    ("shes", "sh"),
    ("ches", "ch"),
    ("es", "e"),
    ("s", ""),
    ("ied", "y"),
    ("ed", "e"),
    ("ed", ""),
    ("ing", "e"),
    ("ing", ""),
)
IRREGULAR = {
    "hit": "hit",
    "hits": "hit",
    "sought": "seek",
    "froze": "freeze",
    "set": "set",
    "put": "put",
    "beat": "beat",
}


def headline_frame(trigger: Token, catalog: Catalog) -> Frame:
    """The frame that the nearest telling word of a headline gives, looking left first, then right."""
    words = list(trigger.doc)
    own = next((k for k in map(catalog.action_verbs.get, lemmas(trigger.lower_)) if k), None)
    if own and not CORE.fullmatch(trigger.text):  # the ban is the verb: "Ministers Expel Envoys"
        return Frame(own, Modality.ASSERTED, link(trigger), None)
    for token in (*reversed(words[: trigger.i]), *words[trigger.i + 1 : trigger.i + 5]):
        for lemma in lemmas(token.lower_):
            if frame := _frame(token, lemma, trigger, catalog):
                return frame
    following = words[trigger.i + 1].lower_ if trigger.i + 1 < len(words) else ""
    if trigger.lower_ == "sanctions" and trigger.i > 0 and following.isalpha() and following not in AFTER_NOUN:
        return Frame(T.IMPOSED, Modality.ASSERTED, link(trigger), None)  # "Canada sanctions five judges"
    return Frame(None)


def lemmas(word: str) -> list[str]:
    """What a word may be an inflection of."""
    found = [IRREGULAR[word]] if word in IRREGULAR else [word]
    found += [word[: -len(end)] + base for end, base in SUFFIXES if word.endswith(end) and len(word) > len(end) + 2]
    if re.search(r"([bdgmnprt])\1(?:ed|ing)$", word):  # banned, slamming
        found.append(re.sub(r"(?:ed|ing)$", "", word)[:-1])
    return found


def _frame(token: Token, lemma: str, trigger: Token, catalog: Catalog) -> Frame | None:
    before = token.doc[: token.i].text.lower()
    later = before.endswith((" to", " will", " to be")) or (
        token.i and token.nbor(-1).lower_ in {"to", "will", "may", "could"}
    )
    if token.i > trigger.i and lemma not in {
        "lift",
        "ease",
        "extend",
        "loom",
        "tighten",
        "impose",
        "waive",
        "end",
        "remove",
    }:
        return None
    speech, action = catalog.speech_verbs.get(lemma), catalog.action_verbs.get(lemma)
    if lemma in REFUSING and lemma != "block":
        return Frame(T.PROPOSED, Modality.REJECTED, None, link(token))
    if (speech and not action) or lemma in {"consider", "weigh", "back", "call", "propose"}:
        return Frame(speech, Modality.ASSERTED if speech is T.CONDEMNED else Modality.POSSIBLE, None, link(token))
    if action:
        return Frame(action, Modality.PLANNED if later else Modality.ASSERTED, link(token), None)
    return None

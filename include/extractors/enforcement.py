"""Penalties for breaking sanctions: what is seized, who is charged, fined or pleads, and which authority does it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Token

from include.catalog.actors import Form, PartyMention
from include.extractors.parties import subject_parties
from include.extractors.reading import ParsedSentence
from include.records import Party

SEIZING = frozenset(
    [
        "seize",
        "impound",
        "confiscate",
        "detain",
        "intercept",
        "board",
        "raid",
        "commandeer",
        "forfeit",
    ]
)
PUNISHING = frozenset(
    [
        "charge",
        "indict",
        "arrest",
        "fine",
        "fin",  # the lemmatizer's word for "fined"
        "prosecute",
        "convict",
        "sentence",
        "extradite",
        "jail",
        "penalize",
        "penalise",
    ]
)
YIELDING = frozenset(["plead", "settle", "pay", "admit", "forfeit", "hand"])
CASES = frozenset(["charge", "indictment", "settlement", "plea", "arrest", "seizure", "forfeiture", "fine"])
CARRIERS = re.compile(
    r"\b(?:ships?|vessels?|tankers?|freighters?|cargo(?:es)?|shipments?|yachts?|superyachts?|jets?|planes?|mansions?|"
    r"villas?|arms|weapons|oil|coal|parts|crude)\b",
    re.IGNORECASE,
)
BREACH = re.compile(
    r"\b(?:sanction\w*|embargo\w*|export (?:controls?|rules?|laws?|licen[cs]\w+|regulations?)|OFAC|blacklist\w*|"
    r"smuggl\w+|entity list|technology transfers?|Export Administration)\b",
    re.IGNORECASE,
)
MONEY = re.compile(r"[$€£¥]\s?\d|\b(?:million|billion|mln|bln)\b|\bguilty\b", re.IGNORECASE)
AUTHORITY = re.compile(
    r"^(?:['’]s)?[\s-]+(?:[\w-]+\s){0,2}?(?:police|prosecut\w+|courts?|authorit\w+|officials?|judges?|guards?|navy|"
    r"coast ?guard|agents?|customs|cops|jury|marines|officers?|government|ministry|regulators?|forces|investigators|"
    r"attorney|treasury)\b",
    re.IGNORECASE,
)
BEHALF = re.compile(r"(?:on behalf of|at the (?:request|behest) of|for)\s+(?:the\s+)?$", re.IGNORECASE)


def find_enforcements(
    parsed: ParsedSentence, around: str
) -> Iterator[tuple[Token, tuple[Party, ...], tuple[Party, ...]]]:
    """The words of a sentence that tell of enforcement, with the authorities and the others who are named."""
    if not BREACH.search(around):
        return
    for token in parsed.doc:
        if _enforces(token, parsed.sentence.proper):
            doers = _authorities(parsed) or _doers(parsed, token)
            others = [m.party for m in parsed.mentions if m.party not in doers and m.form is not Form.CAPITAL]
            yield token, doers, tuple(dict.fromkeys(others))


def _enforces(token: Token, text: str) -> bool:
    lemma = token.lemma_.lower()
    if token.pos_ == "NOUN":
        return lemma in CASES and bool(re.search(r"\bunseal|\bfiled|\bannounc|\bbrought", text))
    if token.pos_ != "VERB" or token.dep_ == "amod" or any(c.dep_ == "neg" for c in token.children):
        return False
    if any(c.dep_ == "aux" and c.lower_ in {"could", "may", "might", "would", "can"} for c in token.children):
        return False
    if lemma in SEIZING:
        return bool(CARRIERS.search(text))
    return lemma in PUNISHING or (lemma in YIELDING and bool(MONEY.search(text)))


def _doers(parsed: ParsedSentence, token: Token) -> tuple[Party, ...]:
    return (
        subject_parties(parsed, token) if token.lemma_.lower() in SEIZING | PUNISHING and token.pos_ == "VERB" else ()
    )


def _authorities(parsed: ParsedSentence) -> tuple[Party, ...]:
    """The parties that stand before a word for an authority, are one themselves, or on whose behalf it is done."""
    text = parsed.sentence.proper
    return tuple(dict.fromkeys(m.party for m in parsed.mentions if _is_authority(text, m)))


def _is_authority(text: str, mention: PartyMention) -> bool:
    return (
        mention.form is Form.SEAT
        or bool(AUTHORITY.match(text[mention.end :]))
        or bool(BEHALF.search(text[: mention.start]))
    )

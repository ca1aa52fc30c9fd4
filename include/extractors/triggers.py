"""Which words of a sentence speak of a sanction: sanctions nouns and verbs, and bans that match a measure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Token

from include.catalog import Catalog
from include.extractors.reading import ParsedSentence
from include.extractors.terms import CORE
from include.records import MeasureType

MEASURE_WORD = re.compile(
    r"^(?:ban(?:s|ned|ning)?|bar(?:s|red|ring)?|block(?:s|ed|ing)?|freez(?:e|es|ing)|froze|frozen|"
    r"restrict(?:s|ed|ing|ions?)?|"
    r"prohibit(?:s|ed|ing)?|forbid\w*|forbade|outlaw\w*|curb(?:s|ed|ing)?|expel\w*|expulsion|impound\w*|seiz\w+|"
    r"controls?|blockade|halt(?:s|ed|ing)?|"
    r"stop(?:s|ped|ping)?|cut(?:s|ting)?|delist\w*|designat\w+|suspend\w*|suspension|waivers?|licen[cs]es?)$",
    re.IGNORECASE,
)
COUNTER = re.compile(r"^(?:counter-?measures?|reprisals?|retaliat\w*|penalt(?:y|ies)|restrictions)$", re.IGNORECASE)
ENFORCING = re.compile(
    r"^(?:impound|seiz|intercept|confiscat|detain|fin|charg|indict|arrest|prosecut)(?:e|es|ed|ing|s)?$", re.IGNORECASE
)
LISTING = re.compile(
    r"^(?:designat(?:e|es|ed|ing)|add(?:s|ed|ing)?|put(?:s|ting)?|plac(?:e|es|ed|ing)|remov(?:e|es|ed|ing))$",
    re.IGNORECASE,
)
# What newsrooms call an embargo: nothing may be printed before an hour.
EMBARGO = re.compile(r"^embargo", re.IGNORECASE)
PRESS = re.compile(
    r"\b(?:news|press|media|review|reviews|journal|journalists?|reporters?|paper|papers|publication|publish\w*|findings|"
    r"study|studies|statement|stories|story|announcement|until \d|[ap]\.?m\b)",
    re.IGNORECASE,
)
LISTS = re.compile(
    r"\b(?:SDN|Entity List|(?:sanctions|asset-freeze|terror\w*|financial) (?:black)?list|"
    r"black ?list|Schedule \d|Specially Designated|OFAC|under E\.O\.)",
    re.IGNORECASE,
)
GOODS_UNDER_EMBARGO = frozenset(
    {"arms", "weapons", "oil", "trade", "economic", "grain", "fuel", "gas", "military", "coal"}
)
LOOSE = frozenset({MeasureType.DESIGNATION, MeasureType.SECTORAL, MeasureType.LABOUR_RESTRICTION, MeasureType.FINE})


def find_triggers(
    parsed: ParsedSentence, catalog: Catalog, lenient: bool, is_of_the_press: bool = False
) -> Iterator[tuple[Token, bool]]:
    """The trigger words of a sentence; True beside those that are sanctions words themselves.

    Where the article speaks of an embargo of the press, one that names no state and no goods is that one.
    """
    spans: list[tuple[int, int]] | None = None
    for token in parsed.doc:
        if CORE.fullmatch(token.text):
            if not (is_of_the_press and EMBARGO.match(token.text) and _falls_on_nothing(token, parsed)):
                yield token, True
        elif (lenient and (COUNTER.match(token.text) or _against_a_party(token))) or (
            LISTING.match(token.text) and token.pos_ == "VERB" and LISTS.search(parsed.sentence.proper)
        ):
            yield token, False
        elif MEASURE_WORD.match(token.text) or is_forbidden(token):
            if spans is None:
                spans = measure_spans(parsed.sentence.proper, catalog)
            if any(start <= token.idx < end for start, end in spans):
                yield token, False


def speaks_of_the_press(parsed: ParsedSentence) -> bool:
    """True for a sentence that tells of an embargo on news: no state or goods in its phrase, the press around it."""
    if not PRESS.search(parsed.sentence.proper):
        return False
    return any(EMBARGO.match(token.text) and _falls_on_nothing(token, parsed) for token in parsed.doc)


def _falls_on_nothing(token: Token, parsed: ParsedSentence) -> bool:
    return not any(parsed.mention_at(each) or each.lower_ in GOODS_UNDER_EMBARGO for each in token.subtree)


def is_forbidden(token: Token) -> bool:
    """True for the verb of "may no longer export", "must not sell"."""
    return (
        token.pos_ == "VERB"
        and token.lemma_.lower() in {"export", "import", "sell", "buy", "ship", "supply", "trade", "invest", "lend"}
        and any(c.lower_ in {"may", "can", "must", "shall"} for c in token.children)
        and any(c.dep_ == "neg" or c.lower_ in {"longer", "not"} for c in token.children)
    )


def _against_a_party(token: Token) -> bool:
    """True for `measures` or `steps` against somebody."""
    return token.lower_ in {"measures", "steps"} and any(c.lower_ == "against" for c in token.children)


def measure_spans(text: str, catalog: Catalog) -> list[tuple[int, int]]:
    """Where a sentence names a concrete measure."""
    return [m.span() for kind, pattern in catalog.measure_patterns if kind not in LOOSE for m in pattern.finditer(text)]

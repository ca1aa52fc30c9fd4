"""Persons, organisations and ships that the text names as hit, beside the country whose policy is addressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from include.catalog import Catalog
from include.catalog.actors import Form, PartyMention
from include.extractors.drafts import Draft, keys
from include.extractors.reading import ParsedSentence, Reading
from include.records import EventClass, Party

HITTING = frozenset({EventClass.IMPOSE, EventClass.RELAX, EventClass.ENFORCE})
KINDS = {"PERSON": "person", "ORG": "organisation"}
# Where a name is one that is hit: the object of hitting, of "on", of "including"; not "owned by X", "close to X".
LISTING = frozenset(
    {
        "include",
        "target",
        "hit",
        "sanction",
        "blacklist",
        "name",
        "list",
        "add",
        "designate",
        "affect",
        "ban",
        "restrict",
        "impound",
        "seize",
        "punish",
        "fine",
        "charge",
        "indict",
        "allow",
        "cover",
        "block",
        "identify",
    }
)
LEADING_IN = frozenset({"on", "against", "including", "include", "targeting", "like", "as"})
OUTLETS = re.compile(
    r"^(?:Reuters|AP|AFP|CNN|BBC|Fox News|The (?:Associated Press|New York Times|Washington Post|"
    r"Wall Street Journal)|Associated Press|Treasury|"
    r"(?:the )?(?:State|Treasury|Commerce|Justice) Department|Congress|Senate|House|NATO|Nato|UN|"
    r"EU|Getty Images?|Twitter|Facebook|Bloomberg|Xinhua|RIA|TASS|KCNA|"
    r"GOP|Act|Council|Cabinet|Parliament|Politburo|Kremlin|White House|.*\b(?:Act|Order|Times|"
    r"News|Agency|Ministry|Department|Embassy|List|Resolution|House|Committee|Administration|"
    r"University)\b.*)$",
    re.IGNORECASE,
)


def find_named_targets(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with those named as hit in its evidence added to its targets."""
    if draft.event_class not in HITTING:
        return draft
    code = next((p.code for p in draft.targets if p.kind == "country"), None)
    taken = keys(draft.imposers) | keys(draft.actors)
    named: dict[str, Party] = {}
    described = [c.sentence for c in draft.context if c.describes and not c.is_past]
    for index in dict.fromkeys([*draft.evidence_sentences, *described]):
        parsed = reading.parsed.get(index)
        if parsed is not None:
            for party in _named_in(parsed, code, taken, reading.find_entities):
                named.setdefault(party.name.casefold(), party)
    return replace(draft, targets=(*draft.targets, *list(named.values())[:12]))


def _named_in(
    parsed: ParsedSentence, code: str | None, taken: frozenset[str], find_entities: Callable[[Doc], Doc]
) -> Iterator[Party]:
    bodies = [m for m in parsed.mentions if m.form is Form.BODY and (m.party.code or "") not in taken]
    for mention in bodies:
        span = parsed.doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is not None and _is_hit(span.root):
            yield Party(name=span.text, kind="organisation", code=mention.party.code)
    for entity in find_entities(parsed.doc).ents:
        if (
            entity.label_ in KINDS
            and not _is_party(entity, parsed.mentions)
            and not OUTLETS.match(entity.text)
            and _is_hit(entity.root)
        ):
            yield Party(name=_bare(entity), kind=KINDS[entity.label_], code=code)


def _bare(entity: Span) -> str:
    return re.sub(r"(?:^the |['’]s$)", "", entity.text, flags=re.IGNORECASE).strip()


def _is_party(entity: Span, mentions: tuple[PartyMention, ...]) -> bool:
    """True when the gazetteer knows the name, wholly or in part."""
    return any(
        m.start < entity.end_char and entity.start_char < m.end and m.form is not Form.ADJECTIVE for m in mentions
    )


def _is_hit(token: Token) -> bool:
    """True when the word stands where a list of those hit puts it."""
    for _ in range(8):
        if token.dep_ in {"conj", "appos", "compound", "nmod", "flat"} and token.head != token:
            token = token.head
            continue
        if token.dep_ in {"dobj", "nsubjpass", "attr", "oprd"}:
            return token.head.lemma_.lower() in LISTING
        if token.dep_ == "nsubj":
            return token.head.lemma_.lower() in {"be"} and any(
                c.dep_ == "prep" and c.lower_ == "among" for c in token.head.children
            )
        if token.dep_ == "pobj" and token.head.lower_ in LEADING_IN:
            governor = token.head.head
            return (
                governor.pos_ in {"NOUN", "PROPN"} and token.head.lower_ in {"including", "like", "as"}
            ) or governor.lemma_.lower() in {
                "sanction",
                "ban",
                "embargo",
                "penalty",
                "measure",
                "restriction",
                "impose",
                "freeze",
                "slap",
                "place",
                "put",
                "restrict",
                "waiver",
                "lift",
            }
        if token.dep_ == "pobj" and token.head.lower_ in {"to", "from"}:
            return token.head.head.lemma_.lower() in {
                "restrict",
                "ban",
                "export",
                "sale",
                "shipment",
                "add",
                "supply",
                "block",
                "bar",
            }
        return False
    return False

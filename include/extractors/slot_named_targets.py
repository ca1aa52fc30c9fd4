"""Persons, organisations and ships that the text names as hit, beside the country whose policy is addressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Token

from include.catalog import Catalog
from include.catalog.actors import Form
from include.extractors.drafts import Draft, keys
from include.extractors.names import Name, names_in
from include.extractors.reading import ParsedSentence, Reading
from include.records import EventClass, Party, Salience

HITTING = frozenset({EventClass.IMPOSE, EventClass.RELAX, EventClass.ENFORCE, EventClass.PLAN})
LISTED_IN = frozenset({EventClass.IMPOSE, EventClass.RELAX})
LISTED = re.compile(
    r"\b(?:(?:was|were|is|are|been|be) (?:also )?"
    r"(?:listed|named|blacklisted|sanctioned|designated|added|placed on|put on)|"
    r"(?:names|list|listed|sanctioned)\b.{0,30}\b(?:are|is|includes?)|"
    r"(?:go|goes|stand|stands|went) on the (?:\w+ )?(?:black)?list|"
    r"lose (?:their|its) access|among (?:them|those|the \w+)|others include|those \w+ include)\b",
    re.IGNORECASE,
)
REACH = 9  # sentences after the act in which those listed may still be named
MOST = 16
# Verbs whose object, or whose subject in the passive, is hit.
STRIKE = frozenset(
    [
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
        "place",
        "put",
        "freeze",
        "bar",
        "cut",
        "suspend",
        "remove",
        "delist",
        "penalize",
        "penalise",
        "detain",
    ]
)
# Nouns on whom, or against whom, something is: sanctions on, a ban on.
PENALTY = frozenset(
    [
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
        "curb",
        "limit",
    ]
)
# What belongs to those who are hit: the assets of, transactions with.
BELONGING = frozenset(
    [
        "asset",
        "account",
        "property",
        "fund",
        "access",
        "transaction",
        "dealing",
        "business",
        "export",
        "sale",
        "loan",
        "holding",
    ]
)
SUPPLY = frozenset(
    [
        "restrict",
        "ban",
        "export",
        "sale",
        "sell",
        "shipment",
        "add",
        "supply",
        "block",
        "bar",
        "provide",
        "loan",
        "lend",
        "ship",
    ]
)
CLOSING = frozenset({"block", "ban", "bar", "restrict", "prohibit", "stop", "curb"})
OFFICES = frozenset({"member", "head", "chief", "leader", "director", "commander", "chairman", "secretary", "minister"})
INSTANCES = frozenset({"including", "like", "as"})
# Said of those who are hit, in the active: lose access, go on the list, may no longer travel.
SUFFER = frozenset(["lose", "go", "stand", "join", "face"])
DENIED = re.compile(r"\b(?:no longer|not|never|neither)\b", re.IGNORECASE)
CUE = re.compile(
    r"\b(?:(?:includ(?:e|es|ed|ing)|namely|as follows|"
    r"(?:names|companies|firms|banks|entities|persons|people|individuals|ships|"
    r"organi[sz]ations|bodies|lenders|list)\b[^.;]{0,30}? (?:are|is|were|was)(?! \w+ed\b))|"
    r"among (?:them|those)[^.;]{0,20}? (?:is|are|was|were))\b[:,]?",
    re.IGNORECASE,
)
# What may stand between two names of one list.
JOINT = re.compile(
    r"^(?:\s*[,;]\s*|\s+)(?:(?:and|or|&|as well as|plus)\s+)?(?:(?:the|its|his|their)\s+)?"
    r"(?:(?!(?:among|is|are|was|were|in|of|from|by|with|to|who|whose|which|that|has|had|at|for|on|not|said|after|as)\b)"
    r"[\w.'’-]+\s){0,3}$"
)
RELATIVE = re.compile(r"\b(?:who|whom|whose|which|that|because|after|when)\b|;")
SEPARATOR = re.compile(r"[,;]|\band\b|\bor\b|&")


def find_named_targets(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with those named as hit in its evidence added to its targets."""
    if draft.event_class not in HITTING:
        return draft
    code = next((p.code for p in draft.targets if p.kind == "country"), None)
    taken = keys(draft.imposers) | keys(draft.actors)
    described = [c.sentence for c in draft.context if c.describes and not c.is_past]
    indices = dict.fromkeys([*draft.evidence_sentences, *draft.detail_sentences, *described, *_lists(draft, reading)])
    sentences = [parsed for index in indices if (parsed := _parsed(index, reading))]
    reading.find_entities([parsed.doc for parsed in sentences])
    found = [party for parsed in sentences for party in _named_in(parsed, code, taken)]
    return replace(draft, targets=(*draft.targets, *_merged(found)[:MOST]))


def _lists(draft: Draft, reading: Reading) -> Iterator[int]:
    """Further sentences near the act that say who was listed, of the article's own act."""
    if draft.salience is not Salience.MAIN or draft.event_class not in LISTED_IN:
        return
    sides = keys(draft.imposers) | keys(draft.targets)
    past = {c.sentence for c in (*draft.clues, *draft.context) if c.is_past}
    start = min(draft.evidence_sentences, default=0)
    for sentence in reading.sentences[start : start + REACH]:
        foreign = keys(m.party for m in reading.mentions[sentence.index]) - sides
        if sentence.index not in past and not foreign and LISTED.search(sentence.text):
            yield sentence.index


def _parsed(index: int, reading: Reading) -> ParsedSentence | None:
    """The parse of a sentence, made now when it was passed over before."""
    if index in reading.parsed or reading.parse is None or index < 0:
        return reading.parsed.get(index)
    sentence = reading.sentences[index]
    return ParsedSentence(sentence, reading.parse(sentence.proper), reading.mentions[index])


def _merged(parties: list[Party]) -> list[Party]:
    """Each once, under its longest name."""
    kept: list[Party] = []
    for party in parties:
        words = set(party.name.casefold().split())
        same = next(
            (i for i, k in enumerate(kept) if (w := set(k.name.casefold().split())) <= words or words <= w), None
        )
        if same is None:
            kept.append(party)
        elif len(party.name) > len(kept[same].name):
            kept[same] = party
    return kept


def _named_in(parsed: ParsedSentence, code: str | None, taken: frozenset[str]) -> Iterator[Party]:
    names = names_in(parsed)
    own = {m.start for m in parsed.mentions if m.form in {Form.LEADER, Form.BODY} and (m.party.code or "") in taken}
    struck = _with_their_lists(
        names, parsed, {i for i, n in enumerate(names) if _is_hit(n.root) or _is_cued(n, names, parsed)}
    )
    for i in sorted(struck):
        if not any(names[i].span.start_char <= place < names[i].span.end_char for place in own):
            yield Party(name=names[i].text, kind=names[i].kind, code=code)


def _is_cued(name: Name, names: tuple[Name, ...], parsed: ParsedSentence) -> bool:
    """True for the first name after `those listed include` or `among them are`."""
    text = parsed.doc.text
    cue = next((m for m in CUE.finditer(text) if m.end() <= name.span.start_char <= m.end() + 50), None)
    if cue is None:
        return False
    between = text[cue.end() : name.span.start_char]
    return not RELATIVE.search(between) and not any(
        cue.end() <= n.span.start_char < name.span.start_char for n in names
    )


def _with_their_lists(names: tuple[Name, ...], parsed: ParsedSentence, struck: set[int]) -> set[int]:
    """Those struck, and the names that stand in one list with them: parses of long lists go astray."""
    text, struck = parsed.doc.text, set(struck)
    for order in (range(1, len(names)), range(len(names) - 1, 0, -1)):
        for i in order:
            between = text[names[i - 1].span.end_char : names[i].span.start_char]
            if ({i, i - 1} & struck) and SEPARATOR.search(between) and JOINT.match(between):
                struck |= {i, i - 1}
    return struck


def _is_hit(token: Token) -> bool:
    """True when the word stands where a list of those hit puts it."""
    if token.dep_ in {"compound", "nmod", "amod", "poss"} and token.head.pos_ == "NOUN":
        return token.dep_ == "poss" and token.head.lemma_.lower() in BELONGING and _is_hit(token.head)
    for _ in range(10):
        if token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.lemma_.lower() in OFFICES:
            token = token.head.head
            continue
        if token.dep_ in {"conj", "appos", "compound", "nmod", "flat"} and token.head != token:
            token = token.head
            continue
        return _stands_struck(token)
    return False


def _stands_struck(token: Token) -> bool:
    head, verb = token.head, token.head.lemma_.lower()
    if token.dep_ in {"dobj", "nsubjpass", "oprd"}:
        return verb in STRIKE
    if token.dep_ == "attr":
        return any(c.lower_ == "among" or c.lemma_.lower() in STRIKE for c in head.children)
    if token.dep_ == "nsubj":
        return _suffers(head, verb)
    if token.dep_ != "pobj":
        return False
    governor = head.head
    lemma = governor.lemma_.lower()
    if head.lower_ == "with" and head.i and head.nbor(-1).lower_ in {"together", "along"}:
        return any(a.lemma_.lower() in STRIKE for a in head.ancestors)
    if head.lower_ in INSTANCES:
        return governor.pos_ in {"NOUN", "PROPN"}
    if head.lower_ in {"on", "against", "include", "targeting"}:
        return lemma in PENALTY
    if head.lower_ in {"of", "with"} and lemma in BELONGING:
        return _is_hit(governor) or any(a.lemma_.lower() in STRIKE for a in governor.ancestors)
    if head.lower_ == "by":
        return governor.pos_ == "NOUN" and any(a.lemma_.lower() in CLOSING for a in governor.ancestors)
    return head.lower_ in {"to", "from"} and lemma in SUPPLY


def _suffers(verb: Token, lemma: str) -> bool:
    """True when the subject of an active verb is who is hit."""
    children = list(verb.children)
    if lemma == "be":
        return any(c.dep_ == "prep" and c.lower_ == "among" for c in children)
    if lemma in SUFFER:
        span = verb.doc[verb.i : verb.right_edge.i + 1].text.lower()
        return "list" in span or "access" in span or "sanction" in span or "ban" in span
    if lemma == "have":
        return any(c.lemma_.lower() in STRIKE for c in children)
    modal = any(c.tag_ == "MD" and c.lower_ in {"may", "can", "must", "could"} for c in children)
    said = verb.doc[verb.left_edge.i : verb.i].text
    return modal and lemma in {"travel", "enter", "visit", "reach"} and bool(DENIED.search(said))

"""Names in a parsed sentence that stand for no state: persons, organisations, ships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from include.catalog.actors import Form, PartyMention
from include.extractors.reading import ParsedSentence

KINDS = {"PERSON": "person", "ORG": "organisation"}
SHIP = re.compile(r"\b(?:ships?|vessels?|freighters?|tankers?|cargo|yachts?|M/?[VT])\b", re.IGNORECASE)
COMPANY = re.compile(
    r"\b(?:Inc|Ltd|Co|Corp|Company|Bank|Group|Technolog\w+|Bureau|Commission|Service|Holdings?|PLC|Chambers)\b"
)
LEGAL = re.compile(r"(?:Inc|Ltd|Co|Corp|LLC|PLC|SA|S\.A|GmbH|Jr|Sr)\b")
# Names that report, decide or describe: never those that are hit.
NEVER = re.compile(
    r"^(?:Reuters|AP|AFP|CNN|BBC|Fox News|The (?:Associated Press|New York Times|Washington Post|Wall Street Journal)|"
    r"Associated Press|Treasury|(?:the )?(?:State|Treasury|Commerce|Justice) Department|Congress|Senate|House|NATO|UN|"
    r"EU|Getty Images?|Twitter|Facebook|Bloomberg|Xinhua|RIA|TASS|KCNA|GOP|Act|Council|Cabinet|Parliament|"
    r"Politburo|Kremlin|White House|SWIFT|Interior|Defen[cs]e|Energy|Foreign|Finance|Sens?|Reps?|Mr|Mrs|Ambassador|"
    r"President|Minister|Commerce|Republicans?|Democrats?|SDN|OFAC|"
    r".*\b(?:Act|Order|Times|News|Agency|Ministry|Department|Embassy|List|Resolution|House|Committee|Administration|"
    r"University|Regulations?|Directive|[A-Z][a-z]+day|January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b.*)$",
    re.IGNORECASE,
)
TITLES = re.compile(
    r"^(?:(?:the |President|Prime|Foreign|Defen[cs]e|Interior|Energy|Justice|Finance|Trade|Deputy|Vice|First|Minister|"
    r"Secretary|General|Gen|Sens?|Reps?|Senators?|Ambassador|Mr|Mrs|Ms|Dr|Colonel|Col|Admiral|"
    r"Chief|Governor|Judge|U\.S)\.? )+",
    re.IGNORECASE,
)


NAMED = frozenset({Form.LEADER, Form.BODY})  # forms that name a person or a body, not the state itself


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence; the root is the word that the others hang on."""

    span: Span
    text: str
    kind: str

    @property
    def root(self) -> Token:
        """The word that governs the name."""
        return self.span.root


def names_in(parsed: ParsedSentence) -> tuple[Name, ...]:
    """The names of a sentence, its entities found, in order: what the model calls one, and other runs of capitals."""
    doc = parsed.doc
    entities = [part for e in doc.ents if e.label_ in KINDS for part in _parts(e)]
    covered = {t.i for e in entities for t in e}
    bodies = [doc.char_span(m.start, m.end, alignment_mode="expand") for m in parsed.mentions if m.form is Form.BODY]
    entities += [b for b in bodies if b is not None and not covered & {t.i for t in b}]
    covered = {t.i for e in entities for t in e}
    runs = [
        doc[a:b]
        for a, b in _runs(doc)
        if not covered & set(range(a, b)) and not _is_place(doc, a) and not _opens(doc, a, b)
    ]
    found = (_name(span, parsed.mentions) for span in sorted([*entities, *runs], key=lambda s: s.start))
    return tuple(name for name in found if name is not None)


def _parts(entity: Span) -> Iterator[Span]:
    """The names that the model took for one: `Alpha Technology, Beta` are two, `Beta Co., Ltd` is one."""
    start = entity.start
    for token in entity:
        if token.text in {",", ";"} and token.i > start and not LEGAL.match(entity.doc[token.i + 1 :].text[:12]):
            yield entity.doc[start : token.i]
            start = token.i + 1
    if start < entity.end:
        yield entity.doc[start : entity.end]


def _runs(doc: Doc) -> Iterator[tuple[int, int]]:
    """Places of proper nouns that stand together."""
    start: int | None = None
    for token in doc:
        inside = token.pos_ == "PROPN" and token.text != token.text.lower()
        if inside and start is None:
            start = token.i
        elif not inside and start is not None:
            yield start, token.i
            start = None
    if start is not None:
        yield start, len(doc)


def _opens(doc: Doc, start: int, end: int) -> bool:
    """True for one word at the head of a sentence: its capital says nothing."""
    return start == 0 and end == 1 and doc[0].text[1:].islower() and not doc[0].ent_type_


def _is_place(doc: Doc, start: int) -> bool:
    return start > 0 and doc[start - 1].lower_ in {"in", "at", "near", "outside", "over"}


def _name(span: Span, mentions: tuple[PartyMention, ...]) -> Name | None:
    text = re.sub(r"['’]s$", "", span.text).strip()
    text = TITLES.sub("", text + " ").strip(" ,.;") if TITLES.match(text) else text
    if len(text) < 3 or text == text.lower() or NEVER.match(text) or _is_party(span, mentions):
        return None
    return Name(span, text, _kind(span, text))


def _kind(span: Span, text: str) -> str:
    before = span.doc.text[max(0, span.start_char - 40) : span.start_char]
    if SHIP.search(before) and not COMPANY.search(text):
        return "vessel"
    if COMPANY.search(text):
        return "organisation"
    return KINDS.get(span.root.ent_type_, "organisation")


def _is_party(span: Span, mentions: tuple[PartyMention, ...]) -> bool:
    """True when the gazetteer knows the name, wholly or in part."""
    return any(
        m.form not in NAMED and m.start <= span.root.idx < m.end  # the state may be a part: Credit Bank of Moscow
        for m in mentions
    )

"""What is done with the sanctions: event type and modality from the words that govern the trigger."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from include.catalog import Catalog
from include.extractors.syntax import Link, link, subject_of
from include.records import EventType, Modality

T = EventType
SPOKEN_FIRST = frozenset(
    "back support favor favour oppose reject call press push veto warn vow threaten consider discuss debate want weigh study "
    "prepare plan decide protest slam blast attack hit face risk dismiss block".split()
)
STOPPING = frozenset("suspend halt stop cut block end revoke reduce cancel withdraw drop terminate".split())
BILLS = frozenset("bill legislation draft proposal amendment measure act".split())
LAWS = frozenset("law order decree resolution decision memorandum regulation rule".split())
SIGNING = frozenset("sign enact adopt vote pass approve issue".split())
NEWNESS = frozenset(
    "new fresh additional further more tougher tighter stronger stiffer harsher extra another second third fourth latest "
    "wider broader stricter unprecedented toughest strongest heaviest escalating".split()
)
OLDNESS = frozenset("existing current previous earlier past old former prior decades-old long-standing remaining years-old ongoing crippling".split())
UNREAL = frozenset({"may", "might", "could", "would", "should", "can"})


@dataclass(frozen=True, slots=True)
class Frame:
    """The type and modality that the governors of a trigger tell, and the words that told it."""

    event_type: EventType | None
    modality: Modality
    action: Link | None  # the deed
    wrap: Link | None  # the speech, plan or threat around it
    crossed: bool = False


def read_frame(trigger: Token, links: tuple[Link, ...], is_core: bool, catalog: Catalog) -> Frame:
    """The frame of a trigger; event_type None when nothing is done with the sanctions in this sentence."""
    action, action_type, position = _find_action(trigger, links, is_core, catalog)
    wrap, wrap_type = _find_wrap(links, position, catalog)
    if wrap_type is T.CONDEMNED and wrap is not None:
        return Frame(T.CONDEMNED, _condemned_modality(action), action, wrap)
    if action_type is None:
        return _speech_only(wrap, wrap_type)
    event_type, modality = _combine(action_type, action, wrap, wrap_type, links, position)
    return Frame(event_type, modality, action, wrap, bool(action and action.crossed))


def _find_action(
    trigger: Token, links: tuple[Link, ...], is_core: bool, catalog: Catalog
) -> tuple[Link | None, EventType | None, int]:
    """The deed, its type, and how many links it takes up."""
    if trigger.pos_ in {"VERB", "AUX"} and not (trigger.dep_ == "amod"):
        return link(trigger), _own_type(trigger), 0
    for i, step in enumerate(links[:4]):
        if step.token.pos_ in {"NOUN", "PROPN"}:
            if kind := catalog.action_nouns.get(step.lemma):
                return step, kind, i + 1
            continue
        if step.token.pos_ not in {"VERB", "AUX"}:
            continue
        if step.lemma in {"be", "have", "include", "come", "say"}:
            if step.lemma == "come" and i == 0 and step.via == "nsubj":
                return step, None, i + 1
            continue
        if step.via == "nsubj" and not _passive(step.token):
            return None, None, i  # the sanctions do something: description
        if step.crossed and i > 0:
            return None, None, i
        if step.lemma in SPOKEN_FIRST:
            return None, None, i
        kind = catalog.action_verbs.get(step.lemma)
        if kind is not None and step.via in {"dobj", "nsubjpass", "pobj", "prep", "acl", "relcl", "attr", "oprd", "nsubj", "conj", "xcomp", "dep", "dative", "ccomp"}:
            return step, kind, i + 1
        if kind is not None:
            return step, kind, i + 1
        return None, None, i
    return None, None, 0


def _own_type(trigger: Token) -> EventType:
    word = trigger.lemma_.lower()
    if word in {"impound", "seize", "detain"}:
        return T.ENFORCED
    return T.LIFTED if word in {"unfreeze", "delist"} else T.IMPOSED


def _passive(verb: Token) -> bool:
    return any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.children)


def _find_wrap(links: tuple[Link, ...], position: int, catalog: Catalog) -> tuple[Link | None, EventType | None]:
    for step in links[position:]:
        if step.crossed and step.via in {"relcl"}:
            return None, None
        if step.via == "advcl":
            return None, None
        if step.token.pos_ in {"VERB", "AUX", "NOUN", "ADJ"} and (kind := _speech_type(step, catalog)):
            return step, kind
    return None, None


def _speech_type(step: Link, catalog: Catalog) -> EventType | None:
    words = catalog.speech_nouns if step.token.pos_ == "NOUN" else catalog.speech_verbs
    return words.get(step.lemma)


def _condemned_modality(action: Link | None) -> Modality:
    if action is not None and (action.modals & UNREAL or action.mark == "if"):
        return Modality.POSSIBLE
    return Modality.ASSERTED


def _speech_only(wrap: Link | None, kind: EventType | None) -> Frame:
    if wrap is None or kind is None:
        return Frame(None, Modality.ASSERTED, None, None)
    modality = Modality.PLANNED if kind is T.PROPOSED and wrap.token.pos_ == "NOUN" else Modality.POSSIBLE
    if wrap.lemma in {"veto", "reject", "oppose", "block"}:
        modality = Modality.REJECTED
    return Frame(kind, modality, None, wrap)


def _combine(
    kind: EventType, action: Link | None, wrap: Link | None, wrap_type: EventType | None, links: tuple[Link, ...], position: int
) -> tuple[EventType, Modality]:
    """Type and modality of a deed inside a speech."""
    assert action is not None
    modals = action.modals
    puts_on = kind in {T.IMPOSED, T.EXPANDED}
    if puts_on:
        if (paper := _paper(action, links[position:])) is not None:
            return paper
        if wrap_type is T.PROPOSED:
            rejected = wrap is not None and wrap.lemma in {"veto", "reject", "oppose", "block"}
            return T.PROPOSED, Modality.REJECTED if rejected else Modality.POSSIBLE
        if wrap_type is T.THREATENED or action.mark in {"if", "unless", "whether"} or modals & {"may", "might", "could"}:
            return T.THREATENED, Modality.POSSIBLE
        if modals & {"would", "should", "can", "must"}:
            return T.THREATENED, Modality.POSSIBLE
        if modals:
            return kind, Modality.PLANNED
        if _infinitive(action):
            return kind, Modality.PLANNED
        return kind, Modality.REJECTED if action.negated else Modality.ASSERTED
    if action.negated or wrap is not None and wrap.lemma in {"refuse", "reject", "rule out", "decline"}:
        return kind, Modality.REJECTED
    if wrap_type in {T.PROPOSED, T.THREATENED} or modals & UNREAL or action.mark in {"if", "unless", "whether"}:
        return kind, Modality.POSSIBLE
    if modals or _infinitive(action):
        return kind, Modality.PLANNED
    return kind, Modality.ASSERTED


def _infinitive(action: Link) -> bool:
    if action.token.tag_ != "VB" or action.token.dep_ == "xcomp" and action.token.head.lemma_ in {"move", "act", "begin", "start", "agree", "vote"}:
        return False
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in action.token.children)


def _paper(action: Link, outer: tuple[Link, ...]) -> tuple[EventType, Modality] | None:
    """A bill that would impose is a proposal; a signed law or an adopted resolution imposes."""
    subject = subject_of(action.token)
    nouns = [subject.lemma_.lower()] if subject is not None else []
    nouns += [step.lemma for step in outer[:3] if step.token.pos_ == "NOUN"]
    if not any(n in BILLS or n in LAWS for n in nouns):
        return None
    if any(step.lemma in SIGNING for step in outer):
        passed = any(step.lemma in {"pass", "approve", "vote"} for step in outer) and any(n in BILLS for n in nouns)
        return (T.PROPOSED, Modality.PLANNED) if passed else (T.IMPOSED, Modality.ASSERTED)
    if any(n in BILLS for n in nouns):
        return T.PROPOSED, Modality.PLANNED
    if action.modals & {"would", "could", "may", "might"}:
        return T.PROPOSED, Modality.PLANNED
    return None


def is_new(trigger: Token) -> bool:
    """True when the text calls the sanctions new, additional, tougher."""
    return any(c.lower_ in NEWNESS for c in _before(trigger))


def is_old(trigger: Token) -> bool:
    """True when the text calls the sanctions existing, earlier, long-standing."""
    return any(c.lower_ in OLDNESS for c in _before(trigger))


def _before(trigger: Token) -> list[Token]:
    words = [c for c in trigger.children if c.i < trigger.i]
    head = trigger.head
    if trigger.dep_ == "pobj" and head.lower_ == "of":  # a new round of sanctions
        words += [c for c in head.head.children if c.i < head.head.i]
    return words

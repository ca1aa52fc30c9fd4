"""What is done with the sanctions: event type and modality from the words that govern the trigger."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from spacy.tokens import Token

from include.catalog import Catalog
from include.extractors.syntax import Link, link, subject_of
from include.extractors.terms import CORE
from include.extractors.triggers import COUNTER, ENFORCING, is_forbidden
from include.records import EventType, Modality

T = EventType
# These speak about sanctions before they do anything to them, when they govern the word directly.
SPOKEN_FIRST = frozenset(
    [
        "back",
        "support",
        "favor",
        "favour",
        "oppose",
        "reject",
        "call",
        "press",
        "push",
        "veto",
        "warn",
        "vow",
        "threaten",
        "consider",
        "discuss",
        "debate",
        "want",
        "weigh",
        "study",
        "prepare",
        "plan",
        "decide",
        "protest",
        "slam",
        "blast",
        "attack",
        "hit",
        "face",
        "risk",
        "dismiss",
        "block",
        "bar",
        "regret",
    ]
)
REFUSING = frozenset(["veto", "reject", "oppose", "block", "bar", "resist"])
ENDING = frozenset({"come", "bring", "put", "draw"})
HOLDING_BACK = frozenset({"shy", "shy away", "stop", "hold off", "refrain", "delay", "postpone", "hesitate"})
BILLS = frozenset(["bill", "legislation", "draft", "proposal", "amendment", "act"])
LAWS = frozenset(["law", "order", "decree", "resolution", "memorandum", "regulation", "rule"])
PAPERS = (
    BILLS
    | LAWS
    | {
        "decision",
        "measure",
        "move",
        "announcement",
        "package",
        "action",
        "step",
        "restriction",
        "sanction",
        "penalty",
        "round",
    }
)
SIGNING = frozenset(["sign", "enact", "adopt", "vote", "approve", "issue"])
NEWNESS = frozenset(
    [
        "new",
        "fresh",
        "additional",
        "further",
        "more",
        "tougher",
        "tighter",
        "stronger",
        "stiffer",
        "harsher",
        "extra",
        "another",
        "second",
        "third",
        "fourth",
        "latest",
        "recent",
        "wider",
        "broader",
        "stricter",
        "unprecedented",
        "toughest",
        "strongest",
        "heaviest",
        "escalating",
    ]
)
OLDNESS = frozenset(
    [
        "existing",
        "current",
        "previous",
        "earlier",
        "past",
        "old",
        "former",
        "prior",
        "decades-old",
        "long-standing",
        "remaining",
        "years-old",
        "ongoing",
        "crippling",
    ]
)
UNREAL = frozenset({"may", "might", "could", "would", "should", "can"})
ANSWERS = frozenset({"response", "retaliation", "reaction", "reprisal", "answer", "revenge", "retribution"})
SAYING = frozenset(
    ["say", "tell", "warn", "argue", "insist", "claim", "add", "declare", "note", "state", "complain", "predict"]
)


DAYS = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
RESTRICTION = re.compile(r"^(?:penalt|restriction)", re.IGNORECASE)
STRONG_REJECTION = frozenset(
    [
        "condemn",
        "criticise",
        "criticize",
        "denounce",
        "slam",
        "blast",
        "decry",
        "deplore",
        "lash",
        "out",
        "protest",
        "lambast",
        "lambaste",
        "oppose",
        "contravene",
    ]
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The type and modality that the governors of a trigger tell, and the words that told it."""

    event_type: EventType | None
    modality: Modality = Modality.ASSERTED
    action: Link | None = None  # the deed
    wrap: Link | None = None  # the speech, plan or threat around it
    describes: bool = False
    crossed: bool = False


def read_frame(trigger: Token, links: tuple[Link, ...], catalog: Catalog) -> Frame:
    """The frame of a trigger; event_type None when nothing is done with the sanctions in this sentence."""
    if (answer := _answering(links, catalog)) is not None:
        return answer
    if COUNTER.match(trigger.text) and not RESTRICTION.match(trigger.text):
        governor = next((s for s in links if s.token.pos_ == "VERB"), link(trigger) if trigger.pos_ == "VERB" else None)
        return Frame(T.CONDEMNED, Modality.ASSERTED, None, governor) if governor else Frame(None)
    if trigger.dep_ == "amod" and trigger.tag_ in {"VBN", "VBD", "JJ"}:
        return Frame(None)  # "the blacklisted firm" only says who it is
    if is_forbidden(trigger):
        return Frame(None, describes=True)
    action, action_type, position, describes = _find_action(trigger, links, catalog)
    wrap, wrap_type = _find_wrap(links, position, catalog)
    if wrap_type is T.CONDEMNED and wrap is not None and not describes:
        return Frame(T.CONDEMNED, _condemned_modality(action), action, wrap)
    if describes:
        unreal = any(step.modals & UNREAL for step in links[:2])
        return Frame(None, Modality.POSSIBLE if unreal else Modality.ASSERTED, describes=True)
    if action is None or action_type is None:
        return _speech_only(wrap, wrap_type, links)
    if subject_is_paper(action.token) and trigger == action.token:
        signed = _paper(action_type, action, links) if links else None
        if signed is not None and signed[0] in {T.IMPOSED, T.EXPANDED} and not action.modals & UNREAL:
            return Frame(signed[0], signed[1], action, None)
        return _paper_acts(action, action_type, links)
    event_type, modality = _combine(trigger, action_type, action, wrap, wrap_type, links[position:])
    return Frame(event_type, modality, action, wrap, crossed=action.crossed)


def further_frames(frame: Frame, links: tuple[Link, ...], catalog: Catalog) -> tuple[Frame, ...]:
    """Other events of the same sentence: the deed that is condemned, the rejection around a threat."""
    if frame.event_type is T.CONDEMNED and frame.action is not None:
        kind = catalog.action_verbs.get(frame.action.lemma) or catalog.action_nouns.get(frame.action.lemma)
        if kind in {T.IMPOSED, T.EXPANDED, T.LIFTED, T.EASED, T.EXTENDED} and not frame.action.modals:
            return (replace(frame, event_type=kind, modality=Modality.ASSERTED, wrap=None, crossed=True),)
    if frame.event_type in {T.THREATENED, T.PROPOSED, T.IMPOSED, T.EXPANDED}:
        for step in links:
            if step.via == "relcl" or (step.via == "advcl" and step.crossed):
                break
            if step.lemma in STRONG_REJECTION and step is not frame.wrap:
                return (Frame(T.CONDEMNED, _condemned_modality(frame.action), frame.action, step),)
    return ()


def _answering(links: tuple[Link, ...], catalog: Catalog) -> Frame | None:
    """A deed in response to the sanctions: a protest, unless it is itself a sanction."""
    for i, step in enumerate(links[:2]):
        if step.lemma in {"react", "respond", "retaliate"} and step.via == "prep":
            return Frame(T.CONDEMNED, Modality.ASSERTED, None, step)
        if step.lemma not in ANSWERS:
            continue
        for outer in links[i + 1 :]:
            if outer.token.pos_ == "VERB":
                if catalog.action_verbs.get(outer.lemma) is not None or outer.lemma == "come":
                    return Frame(None)
                return Frame(T.CONDEMNED, Modality.ASSERTED, None, outer)
    return None


def _find_action(
    trigger: Token, links: tuple[Link, ...], catalog: Catalog
) -> tuple[Link | None, EventType | None, int, bool]:
    """The deed, its type, how many links it takes up, and whether the sanctions themselves are what acts."""
    if trigger.pos_ in {"VERB", "AUX"} and trigger.dep_ != "amod":
        return link(trigger), _own_type(trigger), 0, False
    for i, step in enumerate(links[:4]):
        if step.token.pos_ in {"NOUN", "PROPN"}:
            if kind := catalog.action_nouns.get(step.lemma):
                return step, kind, i + 1, False
            continue
        if step.token.pos_ not in {"VERB", "AUX"} or (step.lemma in {"have", "include"} and i > 0):
            continue
        if step.lemma in ENDING and _to_an_end(step.token):
            return step, T.LIFTED, i + 1, False
        if step.via == "nsubj" and not _passive(step.token):
            return None, None, i, step.lemma not in {"come", "follow", "loom", "go"}
        if (
            step.lemma in {"be", "have", "include", "come", "say", "contain"}
            or (step.crossed and i > 0)
            or step.lemma in SPOKEN_FIRST
        ):
            return None, None, i, False
        kind = _by_object(step, trigger, catalog) or catalog.action_verbs.get(step.lemma)
        return (step, kind, i + 1, False) if kind else (None, None, i, False)
    return None, None, 0, False


def _to_an_end(verb: Token) -> bool:
    """True for "come to an end", "bring to an end", "put an end to"."""
    objects = [t for c in verb.children for t in ([c] if c.dep_ == "dobj" else c.children if c.lower_ == "to" else ())]
    return any(t.lower_ in {"end", "close"} for t in objects)


def _by_object(step: Link, trigger: Token, catalog: Catalog) -> EventType | None:
    """Issuing waivers to sanctions eases them: the object tells, when the sanctions are not the object themselves."""
    if step.via in {"dobj", "nsubjpass"}:
        return None
    found = (
        catalog.action_nouns.get(c.lemma_.lower()) for c in step.token.children if c.dep_ == "dobj" and c != trigger
    )
    return next((kind for kind in found if kind in {T.EASED, T.LIFTED, T.EXTENDED}), None)


def _own_type(trigger: Token) -> EventType:
    word = trigger.lemma_.lower()
    if ENFORCING.match(trigger.text):
        return T.ENFORCED
    return T.LIFTED if word in {"unfreeze", "delist"} else T.IMPOSED


def _passive(verb: Token) -> bool:
    return any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.children)


def subject_is_paper(verb: Token) -> bool:
    """True when a resolution, bill, order or the sanctions themselves do it: the sentence describes them."""
    subject = subject_of(verb)
    return subject is not None and (
        subject.lemma_.lower() in PAPERS
        or (subject.lower_ in {"it", "they", "which", "these", "this"} and subject.i < 3)
    )


def _paper_acts(action: Link, kind: EventType, links: tuple[Link, ...]) -> Frame:
    return Frame(None, Modality.POSSIBLE if action.modals & UNREAL else Modality.ASSERTED, action, describes=True)


def _find_wrap(links: tuple[Link, ...], position: int, catalog: Catalog) -> tuple[Link | None, EventType | None]:
    for i, step in enumerate(links[position:], start=position):
        if step.lemma in {"block", "bar"} and not _of_paper(i, links):
            continue
        if step.crossed and step.via in {"relcl", "advcl", "prep"} and step.lemma not in BILLS | LAWS:
            return None, None
        if step.lemma == "call" and not _calls_for(step.token):
            continue  # to call something crippling is no call
        if step.token.pos_ in {"VERB", "AUX", "NOUN", "ADJ"}:
            words = catalog.speech_nouns if step.token.pos_ == "NOUN" else catalog.speech_verbs
            if kind := words.get(step.lemma):
                return step, kind
    return None, None


def _of_paper(position: int, links: tuple[Link, ...]) -> bool:
    """True when what is blocked is the sanctions or their paper: to bar trade with those sanctioned rejects nothing."""
    return (position == 0 and links[0].via in {"dobj", "nsubjpass"}) or any(s.lemma in PAPERS for s in links[:position])


def _calls_for(verb: Token) -> bool:
    if any(c.dep_ == "oprd" for c in verb.children):
        return False
    asked = [c for c in verb.children if c.lower_ in {"for", "on", "upon"}]
    return any(not DAYS.match(g.text) for c in asked for g in c.children)


def _condemned_modality(action: Link | None) -> Modality:
    if action is not None and (action.modals & UNREAL or action.mark == "if"):
        return Modality.POSSIBLE
    return Modality.ASSERTED


def _speech_only(wrap: Link | None, kind: EventType | None, links: tuple[Link, ...]) -> Frame:
    if wrap is None or kind is None:
        return Frame(None)
    if kind is T.PROPOSED and (signing := _signs_paper(links)) is not None:
        return Frame(T.IMPOSED, Modality.ASSERTED, signing, None)
    if wrap.lemma in REFUSING:
        return Frame(kind, Modality.REJECTED, None, wrap)
    papers = any(s.lemma in BILLS | {"resolution"} for s in links) or wrap.lemma in {
        "draft",
        "introduce",
        "circulate",
        "table",
        "sponsor",
    }
    return Frame(kind, Modality.PLANNED if kind is T.PROPOSED and papers else Modality.POSSIBLE, None, wrap)


def _signs_paper(links: tuple[Link, ...]) -> Link | None:
    """The verb that signs or adopts a bill or resolution, when one governs."""
    for i, step in enumerate(links):
        papers = {s.lemma for s in links[:i]} | {
            c.lemma_.lower() for c in step.token.children if c.dep_ in {"dobj", "nsubjpass"}
        }
        if step.lemma in SIGNING and step.token.pos_ == "VERB" and papers & (BILLS | LAWS):
            return step
    return None


def _combine(
    trigger: Token,
    kind: EventType,
    action: Link,
    wrap: Link | None,
    wrap_type: EventType | None,
    outer: tuple[Link, ...],
) -> tuple[EventType, Modality]:
    """Type and modality of a deed inside a speech."""
    if kind in {T.IMPOSED, T.EXPANDED}:
        return _combine_putting(trigger, kind, action, wrap, wrap_type, outer)
    negated = action.negated or any(c.lower_ == "no" for c in trigger.children)
    if negated or any(s.lemma in {"refuse", "reject", "rule out", "decline", "oppose", "resist"} for s in outer[:2]):
        return kind, Modality.REJECTED
    if (
        wrap_type in {T.PROPOSED, T.THREATENED}
        and wrap is not None
        and wrap.lemma in {"plan", "decide", "prepare", "ready"}
    ):
        return kind, Modality.PLANNED
    if (
        wrap_type in {T.PROPOSED, T.THREATENED}
        or action.modals & UNREAL
        or conditional(action)
        or any(s.lemma == "likely" for s in outer[:2])
    ):
        return kind, Modality.POSSIBLE
    if action.modals or _infinitive(action):
        return kind, Modality.PLANNED
    return kind, Modality.ASSERTED


def _combine_putting(
    trigger: Token,
    kind: EventType,
    action: Link,
    wrap: Link | None,
    wrap_type: EventType | None,
    outer: tuple[Link, ...],
) -> tuple[EventType, Modality]:
    if (paper := _paper(kind, action, outer)) is not None:
        return paper
    if any(step.lemma in HOLDING_BACK for step in outer[:2]):
        return T.THREATENED, Modality.POSSIBLE
    refusing = REFUSING if CORE.fullmatch(trigger.text) else REFUSING - {"block", "bar"}  # those are bans themselves
    if any(
        step.lemma in refusing and (step.lemma not in {"block", "bar"} or _of_paper(i, outer))
        for i, step in enumerate(outer[:3])
    ):
        return T.PROPOSED, Modality.REJECTED
    if wrap_type is T.PROPOSED:
        return T.PROPOSED, Modality.POSSIBLE
    if (
        wrap_type is T.THREATENED
        and wrap is not None
        and not (wrap.lemma in {"plan", "decide"} and not conditional(action))
    ):
        return T.THREATENED, Modality.POSSIBLE
    if conditional(action) or action.modals & UNREAL - {"would"}:
        return T.THREATENED, Modality.POSSIBLE
    if "must" in action.modals:
        return T.PROPOSED, Modality.POSSIBLE
    if action.modals or _infinitive(action) or wrap_type is T.THREATENED:
        return kind, Modality.PLANNED
    return kind, Modality.REJECTED if action.negated else Modality.ASSERTED


def conditional(action: Link) -> bool:
    """True when the deed hangs on an if, an unless, a whether."""
    if action.mark in {"if", "unless", "whether"}:
        return True
    around = [*action.token.children, *action.token.head.children]
    return any(
        c.dep_ == "advcl" and any(m.lower_ in {"if", "unless"} and m.dep_ == "mark" for m in c.children) for c in around
    )


def _infinitive(action: Link) -> bool:
    head = action.token.head.lemma_
    if action.token.tag_ != "VB" or (
        action.token.dep_ == "xcomp"
        and head in {"move", "act", "begin", "start", "agree", "vote", "use", "continue", "help"}
    ):
        return False
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in action.token.children)


def _paper(kind: EventType, action: Link, outer: tuple[Link, ...]) -> tuple[EventType, Modality] | None:
    """A bill that would impose is a proposal; a signed law or an adopted resolution imposes."""
    subject = subject_of(action.token)
    nouns = {subject.lemma_.lower()} if subject is not None else set()
    nouns |= {step.lemma for step in outer[:3] if step.token.pos_ == "NOUN"}
    if action.token.dep_ == "relcl" and not nouns & (
        BILLS | LAWS
    ):  # "a bill on Friday that would": parsers take the day
        nouns |= {t.lemma_.lower() for t in action.token.doc[: action.token.i] if t.dep_ == "dobj"}
    if not nouns & (BILLS | LAWS):
        return None
    signing = next((s for s in outer if s.lemma in SIGNING), None)
    if signing is not None and not any(s.lemma in REFUSING for s in outer):
        later = any(s.lemma in {"plan", "expect", "prepare", "intend", "poise", "set"} for s in outer) or signing.modals
        if (later and not nouns & LAWS) or (signing.lemma == "vote" and _infinitive(signing)):
            return T.PROPOSED, Modality.PLANNED
        return kind, Modality.PLANNED if later else Modality.ASSERTED
    if any(s.lemma in REFUSING for s in outer):
        return T.PROPOSED, Modality.REJECTED
    if nouns & BILLS or action.modals & {"would", "could", "may", "might"}:
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

"""Walks over a dependency parse: what governs a word, who does it, to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
MODALS = frozenset(
    {"will", "would", "may", "might", "could", "can", "should", "must", "shall", "’ll", "'ll", "wo", "ca"}
)
ASIDES = frozenset({"after", "before", "since", "despite", "following", "amid"})
CLAUSES = frozenset({"relcl", "advcl"})


@dataclass(frozen=True, slots=True)
class Link:
    """One word on the way from a trigger up to the root of its sentence."""

    token: Token
    lemma: str
    modals: frozenset[str]
    negated: bool
    mark: str  # if, unless, after, when ... that opens the clause
    via: str  # dependency by which the previous word hangs on this one
    crossed: bool  # True when a clause border (relative, adverbial) lies below


def lemma_of(token: Token) -> str:
    """The lemma with the particle that makes it another verb: `roll back`, `lash out`."""
    particle = next((c.lower_ for c in token.children if c.dep_ == "prt"), "")
    lemma = token.lemma_.lower()
    return f"{lemma} {particle}" if particle else lemma


def governors(trigger: Token) -> tuple[Link, ...]:
    """The links above a word, innermost first; conjuncts are transparent."""
    links: list[Link] = []
    token, crossed = trigger, False
    while token.head != token and len(links) < 12:
        via, head = token.dep_, token.head
        if via == "conj" and token.pos_ == head.pos_:
            token = head
            continue
        crossed = crossed or (via in CLAUSES and bool(links) and not _to_infinitive(token)) or head.lower_ in ASIDES
        if head.pos_ not in {"ADP", "DET"} or head.dep_ == "ROOT":
            links.append(link(head, via, crossed))
        token = head
    return tuple(links)


def _to_infinitive(token: Token) -> bool:
    return token.tag_ == "VB" and any(c.lower_ == "to" for c in token.children)


def link(token: Token, via: str = "", crossed: bool = False) -> Link:
    """A word with what stands around it as auxiliaries, negation and clause opener."""
    children = list(token.children)
    chain = children
    if token.dep_ == "xcomp" and token.head.lemma_ in {"go", "be"}:  # "is going to impose", "is to impose"
        chain = [*children, *token.head.children]
    return Link(
        token=token,
        lemma=lemma_of(token),
        modals=frozenset(c.lower_ for c in chain if c.dep_ == "aux" and c.lower_ in MODALS)
        | (frozenset({"will"}) if token.dep_ == "xcomp" and token.head.lemma_ in {"go"} else frozenset()),
        negated=any(
            c.dep_ == "neg" or (c.lower_ in {"no", "never", "not"} and c.dep_ in {"neg", "det", "advmod"})
            for c in children
        ),
        mark=next(
            (c.lower_ for c in children if c.dep_ in {"mark", "advmod"} and c.i < token.i and c.lower_ in OPENERS), ""
        ),
        via=via,
        crossed=crossed,
    )


OPENERS = frozenset(
    {"if", "unless", "after", "when", "since", "whether", "until", "before", "while", "as", "because", "once"}
)


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb, its agent when passive, or the one it shares with the verb above."""
    token, steps = verb, 0
    while steps < 6:
        bare = token.dep_ == "acl" and token.tag_ == "VBN" and not any(c.dep_ == "dobj" for c in token.children)
        passive = bare or any(c.dep_ in {"auxpass", "nsubjpass"} for c in token.children)
        if passive:
            return next((g for c in token.children if c.dep_ == "agent" for g in c.children if g.dep_ == "pobj"), None)
        subject = next((c for c in token.children if c.dep_ in SUBJECTS), None)
        if subject is not None and subject.lower_ in {"which", "that", "who"} and token.dep_ == "relcl":
            return token.head
        if subject is not None:
            return subject
        if token.dep_ == "xcomp" and (asked := _asked_to(token)) is not None:
            return asked
        if token.dep_ == "relcl":
            return token.head
        if token.dep_ not in {"xcomp", "conj", "advcl", "ccomp", "acl", "pcomp", "prep"} or token.head == token:
            return None
        if token.dep_ == "acl" or (token.head.pos_ in {"NOUN", "PROPN"} and token.dep_ not in {"conj"}):
            return token.head
        token, steps = token.head, steps + 1
    return None


def _asked_to(verb: Token) -> Token | None:
    """Who is to do it when somebody is told, urged, asked to."""
    if not _to_infinitive(verb):
        return None
    asked = [c for c in verb.head.children if c.dep_ == "dobj" and c.i < verb.i]
    if verb.head.lemma_ in {"call", "appeal", "press"}:
        asked += list(prepositions(verb.head, frozenset({"on", "upon", "to"})))
    return next(iter(asked), None)


def through_auxiliary(trigger: Token) -> tuple[Link, ...]:
    """The governors by the verb whose auxiliary follows: "lifted" in "warned no sanctions would be lifted"."""
    following = trigger.nbor(1) if trigger.i + 1 < len(trigger.doc) else None
    if (
        following is None
        or following.dep_ not in {"aux", "auxpass"}
        or following.head == trigger.head
        or following.head.i - trigger.i > 4
    ):
        return ()
    return (link(following.head, "nsubjpass"), *governors(following.head))


def prepositions(token: Token, words: frozenset[str]) -> Iterator[Token]:
    """The objects of the given prepositions that hang on a word."""
    for child in token.children:
        if child.dep_ in {"prep", "dative"} and child.lower_ in words:
            yield from (g for g in child.children if g.dep_ in {"pobj", "pcomp"})


def direct_objects(verb: Token) -> Iterator[Token]:
    """What the verb is done to, also when it stands in the passive."""
    for child in verb.children:
        if child.dep_ in {"dobj", "nsubjpass", "dative", "oprd"} and child.dep_ != "prep":
            yield child
    if verb.dep_ == "acl" and verb.tag_ == "VBN" and not any(c.dep_ == "dobj" for c in verb.children):
        yield verb.head


def phrase(head: Token) -> Iterator[Token]:
    """The words of a noun phrase and its conjuncts, without clauses or further circumstances."""
    stack, seen = [head], 0
    while stack and seen < 80:
        token = stack.pop(0)
        seen += 1
        yield token
        stack.extend(
            c
            for c in token.children
            if c.dep_
            in {
                "compound",
                "amod",
                "poss",
                "nmod",
                "appos",
                "conj",
                "nummod",
                "npadvmod",
                "punct",
                "det",
                "case",
                "dep",
            }
            or (c.dep_ == "prep" and c.lower_ in {"of", "from", "to", "in", "including", "like"})
            or c.dep_ == "pobj"
        )

"""Who imposes and who is hit: read off the parse around a sanctions word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Token

from include.catalog.actors import Form
from include.extractors.reading import ParsedSentence
from include.extractors.syntax import Link, direct_objects, phrase, prepositions, subject_of
from include.records import Party

# Private people and bodies don't act for their state, whatever adjective they carry.
PRIVATE = frozenset(
    [
        "union",
        "industry",
        "company",
        "firm",
        "group",
        "activist",
        "opposition",
        "lawyer",
        "expert",
        "analyst",
        "columnist",
        "protester",
        "club",
        "federation",
        "investor",
        "economist",
        "critic",
        "player",
        "team",
        "student",
        "academic",
        "researcher",
        "trader",
        "newspaper",
    ]
)
ON = frozenset({"on", "against", "upon", "targeting", "towards", "toward", "for", "to", "with"})
STRICTLY_ON = frozenset({"on", "against", "upon", "targeting", "towards", "toward"})
# Those who impose more often than they are hit: "Canadian sanctions" are Canada's, "Belarus sanctions" are on Belarus.
IMPOSERS_BY_HABIT = frozenset({"US", "UN", "UNSC", "EU", "GB", "CA", "AU", "CH", "FR", "DE", "NO"})


def parties_in(parsed: ParsedSentence, tokens: Iterable[Token]) -> tuple[Party, ...]:
    """The parties that these words name, each once, in order."""
    found: dict[str, Party] = {}
    for token in sorted(tokens, key=lambda t: t.i):
        if mention := parsed.mention_at(token):
            found.setdefault(mention.party.code or mention.party.name, mention.party)
    return tuple(found.values())


def head_parties(parsed: ParsedSentence, head: Token) -> tuple[Party, ...]:
    """The parties that a noun phrase stands for: `the U.S. ambassador to the U.N.` is American."""
    if head.lemma_.lower() in PRIVATE:
        return ()
    own = parsed.mention_at(head)
    left = [t for t in phrase(head) if t.i <= head.i]
    if own is not None and own.form not in {Form.ADJECTIVE}:
        rest = list(_conjuncts(head))
        return parties_in(parsed, [head, *rest])
    if before := parties_in(parsed, [t for t in left if t.dep_ != "prep"]):
        return before[:1] + tuple(p for t in _conjuncts(head) for p in head_parties(parsed, t) if p not in before)
    for child in head.children:
        if (child.dep_ == "prep" and child.lower_ == "of") or child.dep_ == "appos":
            inner = parties_in(parsed, phrase(child))
            if inner:
                return inner[:1]
    return tuple(p for t in _conjuncts(head) for p in head_parties(parsed, t))


def _conjuncts(head: Token) -> Iterator[Token]:
    for token in head.conjuncts:
        if token.i > head.i:
            yield token


def subject_parties(parsed: ParsedSentence, verb: Token) -> tuple[Party, ...]:
    """The parties that do what the verb says."""
    subject = subject_of(verb)
    return () if subject is None else head_parties(parsed, subject)


def targets_near(parsed: ParsedSentence, trigger: Token, links: tuple[Link, ...]) -> tuple[Party, ...]:
    """The parties on whom the sanctions fall, looked for from the nearest place outwards."""
    for tokens in _target_places(trigger, links):
        if found := parties_in(parsed, tokens):
            return found
    return ()


def _target_places(trigger: Token, links: tuple[Link, ...]) -> Iterator[list[Token]]:
    for obj in prepositions(trigger, STRICTLY_ON):
        yield list(phrase(obj))
    if trigger.pos_ == "VERB" and trigger.lemma_.lower() in {"bar", "ban", "stop", "block", "prohibit", "forbid"}:
        for obj in prepositions(trigger, frozenset({"from"})):  # bars its banks from buying X's debt
            yield list(obj.subtree)
    if trigger.dep_ == "pobj" and trigger.head.lower_ == "under":  # puts X under sanctions
        for obj in direct_objects(trigger.head.head):
            yield list(phrase(obj))
    if trigger.pos_ == "VERB":
        for obj in direct_objects(trigger):
            yield list(phrase(obj))
        for obj in prepositions(trigger, frozenset({"from", "to", "with", "of", "in"})):
            yield list(phrase(obj))
    for child in trigger.children:  # sanctions targeting / aimed at / imposed on X
        if child.dep_ in {"acl", "relcl"}:
            for obj in (*direct_objects(child), *prepositions(child, STRICTLY_ON | {"at"})):
                if obj != trigger:
                    yield list(phrase(obj))
    for link in links[:3]:
        if link.token.pos_ in {"VERB", "NOUN", "AUX"}:
            for obj in prepositions(link.token, STRICTLY_ON):
                yield list(phrase(obj))
            if any(c.lower_ == "with" and trigger in set(c.subtree) for c in link.token.children):
                for obj in direct_objects(link.token):  # hit X with sanctions
                    yield list(phrase(obj))
    for obj in prepositions(trigger, frozenset({"for", "to", "from", "with"})):
        yield list(phrase(obj))


def modifier_parties(parsed: ParsedSentence, trigger: Token) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """(imposers, targets) among the words before the trigger: `U.S. sanctions`, `its Syria embargo`."""
    imposers: list[Party] = []
    targets: list[Party] = []
    for child in trigger.children:
        if child.i > trigger.i or child.dep_ not in {
            "compound",
            "amod",
            "poss",
            "nmod",
            "npadvmod",
            "nummod",
            "dep",
            "det",
            "appos",
        }:
            continue
        for token in phrase(child):
            mention = parsed.mention_at(token)
            if mention is None:
                continue
            if (
                mention.party.code in IMPOSERS_BY_HABIT
                or child.dep_ == "poss"
                or mention.form in {Form.SEAT, Form.GROUP, Form.LEADER}
            ):
                side = imposers
            else:
                side = targets
            if mention.party not in side:
                side.append(mention.party)
    return tuple(imposers), tuple(targets)


def imposers_near(
    parsed: ParsedSentence, trigger: Token, links: tuple[Link, ...], action: Link | None
) -> tuple[Party, ...]:
    """The parties that impose: by-phrases, the subject of the acting verb, the owner of the noun."""
    for obj in (*prepositions(trigger, frozenset({"by", "from"})),):
        if found := head_parties(parsed, obj):
            return found
    for child in trigger.children:
        if child.dep_ == "acl" and (found := subject_parties(parsed, child)):
            return found
    if trigger.pos_ == "VERB" and (found := subject_parties(parsed, trigger)):
        return found
    if action is not None and action.token.pos_ in {"VERB", "AUX"}:
        return subject_parties(parsed, action.token)
    return ()

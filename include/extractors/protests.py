"""Protests told far from the sanctions' name: who speaks, how harshly of a step, or with what vow of an answer."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from include.extractors.frames import STRONG_REJECTION
from include.extractors.parties import subject_parties
from include.extractors.reading import ParsedSentence
from include.extractors.syntax import subject_of
from include.extractors.terms import ANSWER, HARSH, STEP
from include.records import Party

PROTESTING = STRONG_REJECTION - {"out", "contravene", "hit", "attack"} | {
    "reject", "dismiss", "lash out", "object", "resent", "deride", "assail", "rebuke", "hit back", "fume",
}  # fmt: skip
ORGANS = frozenset(
    {"ministry", "embassy", "government", "regime", "leadership", "presidency", "spokesman", "spokeswoman"}
)
TELLING = frozenset(
    {"say", "call", "describe", "brand", "term", "tell", "warn", "vow", "swear", "promise", "pledge", "announce",
     "declare", "threaten", "state", "insist", "add", "respond", "react", "summon", "accuse", "label", "view", "regard",
     "see", "consider", "claim"}
)  # fmt: skip


def find_protests(parsed: ParsedSentence) -> Iterator[tuple[Token, tuple[Party, ...]]]:
    """The verbs that protest against a step or vow to answer it, with the parties that do; none for "the ministry"."""
    text = parsed.sentence.proper
    harsh, answers = HARSH.search(text), ANSWER.search(text)
    for verb in parsed.doc:
        if verb.pos_ != "VERB" or verb.dep_ in {"relcl", "acl", "amod"}:
            continue
        lemma = verb.lemma_.lower()
        speaks = lemma in TELLING and (harsh or answers)
        if not (speaks or lemma in PROTESTING) or any(c.dep_ == "neg" for c in verb.children):
            continue
        told = _told(verb)
        if not _is_protest(lemma, told):
            continue
        actors = subject_parties(parsed, verb)
        subject = subject_of(verb)
        if actors or (subject is not None and subject.lemma_.lower() in ORGANS):
            yield verb, actors[:1]


def _told(verb: Token) -> str:
    """What the verb's own clause and those that hang on it say, without its subject."""
    subjects = {t.i for c in verb.children if c.dep_ == "nsubj" for t in c.subtree}
    words = sorted((t for t in verb.subtree if t.i not in subjects), key=lambda t: t.i)
    return "".join(t.text_with_ws for t in words)


def _is_protest(lemma: str, told: str) -> bool:
    if lemma in PROTESTING:
        return bool(STEP.search(told))
    return bool(ANSWER.search(told) or (HARSH.search(told) and STEP.search(told)))

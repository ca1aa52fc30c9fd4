"""From a reading to its clues: every sanctions word with its type, modality and the parties of its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from spacy.tokens import Token

from include.catalog import Catalog
from include.extractors.clues import Clue
from include.extractors.enforcement import BREACH, find_enforcements
from include.extractors.frames import SAYING, Frame, further_frames, is_new, is_old, read_frame, subject_is_paper
from include.extractors.headlines import headline_frame
from include.extractors.parties import imposers_near, modifier_parties, parties_in, subject_parties, targets_near
from include.extractors.protests import find_protests
from include.extractors.reading import ParsedSentence, Reading
from include.extractors.syntax import Link, governors, prepositions, subject_of, through_auxiliary
from include.extractors.terms import CORE
from include.extractors.triggers import find_triggers, is_forbidden, speaks_of_the_press
from include.records import EventType, Modality, Party

T = EventType
PRONOUNS = frozenset({"it", "they", "he", "she", "we", "its", "their", "his"})
HISTORY = re.compile(
    r"\b(?:years? ago|decades?|last (?:year|month|fall|spring|summer|winter)|earlier this (?:year|"
    r"month)|previous(?:ly)?|already (?:been |had )?(?:imposed|sanctioned|listed|under|in place|"
    r"targeted|banned|faces?)|since (?:19|20)\d\d|"
    r"had (?:been )?(?:imposed|sanctioned|lifted|eased|signed|banned)|months? ago|in the (?:19|"
    r"20)?\d\ds|long[- ]standing|so far|in recent (?:years|months)|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
BODIES = frozenset({"UNSC", "UN", "EU", "AU-ORG", "ECOWAS"})
RESOLUTION = re.compile(r"\b(?:draft|resolution|veto\w*|mandatory)\b", re.IGNORECASE)
TAKING_OVER = frozenset({"adopt", "take over", "take", "apply", "approve", "back"})
FOLLOWING = re.compile(
    r"\b(?:carry(?:ing)? out|in line with|in accordance with|in compliance with|to comply with|go(?:ing)? along with|"
    r"pursuant to|(?:to|by) implement(?:ing)?)\b.{0,60}\b"
    r"(?:UN|U\.N\.|United Nations|Security Council|European Union|EU)\b"
)
YEAR = re.compile(r"\b(?:in|since|of|from|by) (?:early |late |mid-)?((?:19|20)\d\d)\b")


def find_clues(reading: Reading, catalog: Catalog) -> tuple[Clue, ...]:
    """The clues of a document in order, title first."""
    sentences = (reading.title, *reading.sentences)
    lenient = any(CORE.search(s.text) or BREACH.search(s.text) for s in sentences)
    of_the_press = any(map(speaks_of_the_press, reading.parsed.values()))
    clues: list[Clue] = []
    for parsed in reading.parsed.values():
        found = [
            clue
            for token, is_core in find_triggers(parsed, catalog, lenient, of_the_press)
            for clue in _read_clues(reading, parsed, token, is_core, catalog)
        ]
        if lenient and all(c.event_type is not T.ENFORCED for c in found):
            found += islice(_enforcements(reading, parsed), 1)
        if any(c.event_type is T.ENFORCED for c in found):  # whoever is fined for a breach: the fine is the news
            found = [c for c in found if c.event_type is not T.VIOLATED]
        if parsed.sentence.index >= 0 and all(c.event_type is not T.CONDEMNED for c in found):
            found += islice(_protests(parsed), 1)
        clues += found
    return tuple(clues)


def _enforcements(reading: Reading, parsed: ParsedSentence) -> Iterator[Clue]:
    index = parsed.sentence.index
    around = " ".join(
        s.text for s in (reading.title, *reading.sentences[max(0, index - 1) : index + 2 if index > 3 else 6])
    )
    for token, imposers, targets in find_enforcements(parsed, around):
        yield Clue(
            sentence=index,
            start=token.idx,
            trigger=token.lower_,
            event_type=T.ENFORCED,
            modality=Modality.ASSERTED,
            imposers=imposers,
            targets=targets,
            is_core=bool(CORE.search(parsed.sentence.text)),
            is_past=bool(HISTORY.search(parsed.sentence.proper)),
        )


def _protests(parsed: ParsedSentence) -> Iterator[Clue]:
    for verb, actors in find_protests(parsed):
        yield Clue(
            sentence=parsed.sentence.index,
            start=verb.idx,
            trigger=verb.lower_,
            event_type=T.CONDEMNED,
            modality=Modality.ASSERTED,
            actors=actors,
            speakers=actors,
            is_core=bool(CORE.search(parsed.sentence.text)),
            is_past=bool(HISTORY.search(parsed.sentence.proper)),
            is_distant=True,
        )


def _read_clues(
    reading: Reading, parsed: ParsedSentence, trigger: Token, is_core: bool, catalog: Catalog
) -> Iterator[Clue]:
    links = through_auxiliary(trigger) or governors(trigger)
    frame = read_frame(trigger, links, catalog)
    if parsed.sentence.index < 0 and frame.event_type is None:
        frame = headline_frame(trigger, catalog)
    yield _read_clue(reading, parsed, trigger, is_core, links, frame)
    for further in further_frames(frame, links, catalog):
        yield _read_clue(reading, parsed, trigger, is_core, links, further)


def _read_clue(
    reading: Reading, parsed: ParsedSentence, trigger: Token, is_core: bool, links: tuple[Link, ...], frame: Frame
) -> Clue:
    before_imposers, before_targets = modifier_parties(parsed, trigger)
    imposers = before_imposers or _resolved(
        reading, parsed, imposers_near(parsed, trigger, links, frame.action), frame.action
    )
    targets = targets_near(parsed, trigger, links) or before_targets
    actors: tuple[Party, ...] = ()
    caller_imposes = False
    if frame.action is not None and subject_is_paper(frame.action.token) and not before_imposers:
        imposers = _signatories(parsed, links) or imposers
    if frame.event_type is T.IMPOSED and (own := _carrying_out(reading, parsed, frame, imposers)):
        frame, imposers = replace(frame, event_type=T.IMPLEMENTED), own
    elif frame.event_type is T.IMPLEMENTED and frame.action is not None:
        own = _resolved(reading, parsed, subject_parties(parsed, frame.action.token), frame.action)
        imposers = own or _signatories(parsed, links) or imposers
    if frame.describes:
        imposers = before_imposers
    if frame.event_type is T.VIOLATED and frame.action is not None:
        actors = subject_parties(parsed, frame.action.token)
        imposers = tuple(p for p in imposers if p not in actors)
    elif frame.wrap is not None or frame.event_type is T.PROPOSED:
        speakers = _speaking(reading, parsed, links, frame.wrap)
        if frame.event_type is T.CONDEMNED:
            actors = speakers
            if imposers == speakers:
                imposers = ()
        elif frame.event_type is T.PROPOSED:
            actors = speakers
            asked = _asked(parsed, frame.wrap) if frame.wrap else ()
            stated = asked or before_imposers or (imposers if imposers != speakers else ())
            imposers = stated or _body(reading, parsed, speakers)
            caller_imposes = not stated and imposers == speakers
        elif not imposers:
            imposers = speakers
    if parsed.sentence.index < 0:
        imposers, targets = _headline_sides(parsed, trigger, imposers, targets, frame)
        caller_imposes = caller_imposes or (frame.event_type is T.PROPOSED and frame.modality is Modality.REJECTED)
    faced = subject_parties(parsed, trigger) if is_forbidden(trigger) else _facing(parsed, links)
    if faced and not targets:
        targets, imposers = faced, before_imposers
    targets = tuple(p for p in targets if p not in imposers)
    return Clue(
        sentence=parsed.sentence.index,
        start=trigger.idx,
        trigger=trigger.lower_,
        event_type=frame.event_type,
        modality=frame.modality,
        imposers=imposers,
        targets=targets,
        actors=actors,
        is_core=is_core,
        is_new=is_new(trigger),
        is_past=_is_past(reading, parsed, trigger, frame),
        crossed=frame.crossed,
        describes=frame.describes,
        speakers=_speakers(parsed, links),
        caller_imposes=caller_imposes,
    )


def _carrying_out(
    reading: Reading, parsed: ParsedSentence, frame: Frame, owners: tuple[Party, ...]
) -> tuple[Party, ...]:
    """Who takes over the sanctions of somebody else."""
    if frame.action is None:
        return ()
    own = _resolved(reading, parsed, subject_parties(parsed, frame.action.token), frame.action)
    if frame.action.lemma in TAKING_OVER and owners and not {p.code for p in owners} & {p.code for p in own}:
        return own
    if FOLLOWING.search(parsed.sentence.proper) and not {p.code for p in own} & BODIES:
        return own
    return ()


def _speaking(
    reading: Reading, parsed: ParsedSentence, links: tuple[Link, ...], wrap: Link | None
) -> tuple[Party, ...]:
    """Who speaks, proposes, threatens; for a bill that tells itself, who brought it."""
    if wrap is None:
        return _signatories(parsed, links)
    return _resolved(reading, parsed, subject_parties(parsed, wrap.token), wrap)


def _signatories(parsed: ParsedSentence, links: tuple[Link, ...]) -> tuple[Party, ...]:
    """Who signs, adopts or backs the paper that does it."""
    for step in links:
        if (
            step.token.pos_ == "VERB"
            and not subject_is_paper(step.token)
            and (found := subject_parties(parsed, step.token))
        ):
            return found
    return ()


def _speakers(parsed: ParsedSentence, links: tuple[Link, ...]) -> tuple[Party, ...]:
    for step in links:
        if step.lemma in SAYING and (found := subject_parties(parsed, step.token)):
            return found
    return ()


def _headline_sides(
    parsed: ParsedSentence, trigger: Token, imposers: tuple[Party, ...], targets: tuple[Party, ...], frame: Frame
) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """The sides of a headline by their order, where the parse gives none: `X ... sanctions ... Y`."""
    before = tuple(dict.fromkeys(m.party for m in parsed.mentions if m.end <= trigger.idx))
    after = tuple(dict.fromkeys(m.party for m in parsed.mentions if m.start > trigger.idx))
    if not targets:
        targets = after[:1] if after and after[0] not in imposers else ()
    if not imposers and frame.event_type not in {T.CONDEMNED, T.PROPOSED, None}:
        imposers = tuple(p for p in before if p not in targets)[:1]
    return imposers, targets


def _body(reading: Reading, parsed: ParsedSentence, speakers: tuple[Party, ...]) -> tuple[Party, ...]:
    """Who would impose what somebody proposes: the council or union at hand, else the proposer's own state."""
    at_hand = [m.party for m in parsed.mentions if m.party.code in BODIES]
    if not at_hand and RESOLUTION.search(parsed.sentence.text):
        at_hand = [m.party for ms in reading.mentions.values() for m in ms if m.party.code in {"UNSC", "UN"}]
    own = {p.code for p in speakers}
    return tuple(p for p in at_hand[:1] if p.code not in own) or speakers


def _asked(parsed: ParsedSentence, wrap: Link) -> tuple[Party, ...]:
    """Whom a call is addressed to."""
    objects = [c for c in wrap.token.children if c.dep_ in {"dobj", "dative"} and not CORE.search(c.text)]
    objects += (
        list(prepositions(wrap.token, frozenset({"on", "upon", "to", "in"})))
        if wrap.lemma in {"call", "appeal", "press", "propose"}
        else []
    )
    nested = [
        c
        for child in wrap.token.children
        if child.dep_ in {"ccomp", "xcomp"}
        for c in child.children
        if c.dep_ in {"nsubj"}
    ]
    return parties_in(parsed, [t for o in (*objects, *nested) for t in (o, *o.children)])


def _facing(parsed: ParsedSentence, links: tuple[Link, ...]) -> tuple[Party, ...]:
    """Who faces, risks or is under sanctions."""
    for step in links[:2]:
        if step.lemma in {"face", "risk", "avoid", "escape", "suffer", "confront"} or (
            step.lemma == "be" and step.via == "prep"
        ):
            return subject_parties(parsed, step.token)
    return ()


def _resolved(
    reading: Reading, parsed: ParsedSentence, found: tuple[Party, ...], step: Link | None
) -> tuple[Party, ...]:
    """The parties found, or those that a pronoun subject stands for: the nearest before it."""
    if found or step is None:
        return found
    subject = subject_of(step.token)
    if subject is None or subject.lower_ not in PRONOUNS:
        return ()
    earlier = [m for m in parsed.mentions if m.end <= subject.idx]
    if earlier:
        return (earlier[0].party,)
    previous = reading.mentions.get(parsed.sentence.index - 1, ())
    return (previous[0].party,) if previous else ()


def _is_past(reading: Reading, parsed: ParsedSentence, trigger: Token, frame: Frame) -> bool:
    text = parsed.sentence.proper
    changes = frame.event_type in {T.EXPANDED, T.EXTENDED, T.EASED, T.LIFTED}
    if (is_old(trigger) and not changes) or HISTORY.search(text):
        return True
    published = reading.document.published_on
    if published is not None and any(int(y) != published.year for y in YEAR.findall(text)):
        return True
    return frame.action is not None and any(c.lower_ == "had" for c in frame.action.token.children)


def direct_sentences(clues: tuple[Clue, ...]) -> Iterator[int]:
    """The sentences that hold clues, each once."""
    yield from dict.fromkeys(c.sentence for c in clues if c.sentence >= 0)

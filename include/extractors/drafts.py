"""Clues put together into drafts of events: missing sides filled from the document, mentions of one act merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from include.extractors.clues import Clue
from include.extractors.reading import Reading
from include.records import (
    CLASS_OF,
    EventClass,
    EventType,
    Evidence,
    Measure,
    Modality,
    Party,
    Salience,
)

T = EventType
PUTTING = frozenset({EventClass.IMPOSE, EventClass.PLAN, EventClass.RELAX})
USUAL = frozenset({"US", "EU", "UN", "UNSC", "GB", "CA", "JP"})  # speakers who may be taken for the imposer
UN_BODIES = frozenset({"UN", "UNSC"})
BLOCS = {
    "Western states": frozenset({"US", "EU", "GB", "CA", "European states"}),
    "European states": frozenset({"EU", "Western states"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event in the making: its clues first, then one field after the other."""

    clues: tuple[Clue, ...]
    context: tuple[Clue, ...] = ()  # clues that only describe these sanctions
    event_type: EventType
    modality: Modality = Modality.ASSERTED
    salience: Salience = Salience.SECONDARY
    imposers: tuple[Party, ...] = ()
    targets: tuple[Party, ...] = ()
    actors: tuple[Party, ...] = ()
    instrument: str | None = None
    measures: tuple[Measure, ...] = ()
    event_date: str | None = None
    effective_date: str | None = None
    evidence: tuple[Evidence, ...] = ()
    evidence_sentences: tuple[int, ...] = ()
    detail_sentences: tuple[int, ...] = ()  # further sentences that spell out what the sanctions do
    confidence: float = 0.0
    features: tuple[float, ...] = field(default=())

    @property
    def event_class(self) -> EventClass:
        """The coarse class."""
        return CLASS_OF[self.event_type]

    @property
    def sentences(self) -> tuple[int, ...]:
        """Sentences of the text that hold the draft's clues, in order."""
        return tuple(sorted({c.sentence for c in self.clues if c.sentence >= 0}))


def party_key(party: Party) -> str:
    """What makes two mentions one party; the UN and its council count as one."""
    key = party.code or party.name
    return "UN" if key in UN_BODIES else key


def keys(parties: Iterable[Party]) -> frozenset[str]:
    """The keys of several parties."""
    return frozenset(map(party_key, parties))


def build_drafts(reading: Reading, clues: tuple[Clue, ...]) -> tuple[Draft, ...]:
    """The drafts of a document's events, not yet judged."""
    completed = [c for c in _completed(reading, clues) if c.targets]
    groups: list[list[Clue]] = []
    for clue in completed:
        if clue.event_type is None:
            continue
        home = next((g for g in groups if _same_act(g, clue)), None)
        if home is None:
            groups.append([clue])
        else:
            home.append(clue)
    groups += _only_described(groups, completed)
    drafts = [_draft(group) for group in groups]
    return tuple(replace(d, context=_context(d, completed)) for d in drafts)


def _only_described(groups: list[list[Clue]], completed: list[Clue]) -> list[list[Clue]]:
    """New sanctions that the article speaks about at length without ever saying that they were imposed."""
    told = frozenset().union(
        *(keys(c.targets) for g in groups for c in g if c.event_type and CLASS_OF[c.event_type] in PUTTING)
    )
    silent = [
        c for c in completed if c.event_type is None and not c.is_past and c.imposers and not keys(c.targets) & told
    ]
    new = [c for c in silent if c.is_new]
    stated = [c for c in silent if c.describes and not c.guessed] if not groups else []
    chosen = new if len(new) > 1 else stated
    if not chosen:
        return []
    same = [c for c in chosen if keys(c.targets) & keys(chosen[0].targets)]
    return [[replace(c, event_type=T.IMPOSED, modality=Modality.ASSERTED, guessed=True) for c in same]]


def _completed(reading: Reading, clues: tuple[Clue, ...]) -> list[Clue]:
    pairs = _pairs(clues)
    mentioned = _mentioned(reading)
    done: list[Clue] = []
    hit = frozenset().union(*(keys(t) for _, t in pairs))
    for clue in (_refusal(c, hit) for c in clues):
        if clue.is_distant and not clue.actors:
            clue = replace(clue, actors=next((t for (_, t), _ in pairs.most_common()), ())[:1], guessed=True)
        if clue.is_distant and not keys(clue.actors) & hit:
            continue  # words of somebody on whom nothing falls
        nearby = [
            m.party for i in (clue.sentence, clue.sentence - 1, clue.sentence - 2) for m in reading.mentions.get(i, ())
        ]
        done.append(_protest(_complete(clue, done, pairs, mentioned, nearby)))
    return done


def _refusal(clue: Clue, hit: frozenset[str]) -> Clue:
    """Who is hit doesn't vote sanctions down, but protests against them."""
    if clue.event_type is T.PROPOSED and clue.modality is Modality.REJECTED and keys(clue.actors) & hit - USUAL:
        return replace(clue, event_type=T.CONDEMNED, modality=Modality.ASSERTED, targets=(), guessed=True)
    return clue


def _protest(clue: Clue) -> Clue:
    """The target's word on what the sanctions do or would do, read as its rejection of them."""
    if clue.event_type is None and clue.describes and keys(clue.speakers) & keys(clue.targets):
        return replace(clue, event_type=T.CONDEMNED, actors=clue.speakers)
    return clue


def _pairs(clues: tuple[Clue, ...]) -> Counter[tuple[tuple[Party, ...], tuple[Party, ...]]]:
    """How strongly the document says that these impose on those."""
    pairs: Counter[tuple[tuple[Party, ...], tuple[Party, ...]]] = Counter()
    for clue in clues:
        if clue.imposers and clue.targets:
            weight = 4 if clue.sentence < 0 else 3 if clue.sentence < 3 else 1
            pairs[clue.imposers, clue.targets] += weight if clue.event_type else 1
    return pairs


def _mentioned(reading: Reading) -> list[Party]:
    """The parties of the document, the title's and the most frequent first."""
    counts: Counter[Party] = Counter()
    for index, mentions in reading.mentions.items():
        for mention in mentions:
            counts[mention.party] += 4 if index < 0 else 2 if index < 3 else 1
    return [party for party, _ in counts.most_common()]


def _complete(
    clue: Clue,
    earlier: list[Clue],
    pairs: Counter[tuple[tuple[Party, ...], tuple[Party, ...]]],
    mentioned: list[Party],
    nearby: list[Party],
) -> Clue:
    if clue.event_type is T.CONDEMNED and clue.actors:
        clue = _sides_of_protest(clue, pairs)
    imposers, targets = clue.imposers, clue.targets
    if imposers and targets:
        return clue
    if not imposers and not targets and (alike := _alike(clue, earlier)) is not None:
        return replace(clue, imposers=alike.imposers, targets=alike.targets, guessed=True)
    known = [(i, t) for (i, t), _ in pairs.most_common()]
    near = [
        (c.imposers, c.targets)
        for c in reversed(earlier[-4:])
        if not c.guessed and c.imposers and c.targets and clue.sentence - c.sentence <= 3
    ]
    for i, t in (*known[:1], *near, *known) if not (imposers or targets) else (*near, *known):
        if imposers and keys(imposers) & keys(i) and not keys(imposers) & keys(t):
            return replace(clue, targets=t, guessed=True)
        if targets and keys(targets) & keys(t) and not keys(targets) & keys(i):
            return replace(clue, imposers=i, guessed=True)
        if not imposers and not targets:
            return replace(clue, imposers=i, targets=t, guessed=True)
    if not imposers and targets and (said := tuple(p for p in clue.speakers if p.code in USUAL and p not in targets)):
        return replace(clue, imposers=said, guessed=True)
    taken = keys(imposers) | keys(targets) | keys(clue.actors)
    if not targets:
        if clue.event_type is T.CONDEMNED and clue.actors:
            targets = clue.actors[:1]
        else:
            targets = _likely_target(clue, earlier, known, nearby, mentioned, taken)
    if not imposers:
        taken = keys(targets)
        alone = [c.imposers for c in earlier if c.imposers and not keys(c.imposers) & taken]
        rest = [(p,) for p in (*nearby, *mentioned) if party_key(p) in {"US", "EU", "UN"} and party_key(p) not in taken]
        imposers = next(iter([*alone, *rest]), ())
    return replace(clue, imposers=imposers, targets=targets, guessed=True)


def _alike(clue: Clue, earlier: list[Clue]) -> Clue | None:
    """The last clue before that tells of the same kind of deed, with both sides."""
    for other in reversed(earlier):
        if other.event_type and clue.event_type and CLASS_OF[other.event_type] is CLASS_OF[clue.event_type]:
            return other if other.imposers and other.targets and not other.is_past else None
    return None


def _likely_target(
    clue: Clue,
    earlier: list[Clue],
    known: list[tuple[tuple[Party, ...], tuple[Party, ...]]],
    nearby: list[Party],
    mentioned: list[Party],
    taken: frozenset[str],
) -> tuple[Party, ...]:
    """Whom sanctions without a target fall on: as just before, as mostly here, the nearest, the most frequent."""
    before = [c.targets for c in reversed(earlier) if c.targets and not c.guessed and clue.sentence - c.sentence <= 4]
    fitting = [t for t in (*before, *(t for _, t in known)) if not keys(t) & taken]
    states = [p for p in (*nearby, *mentioned) if p.kind == "country" and p.code and party_key(p) not in taken]
    rest = [(p,) for p in sorted(states, key=lambda p: p.code in USUAL)]
    return next(iter([*fitting, *rest]), ())


def _sides_of_protest(clue: Clue, pairs: Counter[tuple[tuple[Party, ...], tuple[Party, ...]]]) -> Clue:
    """Who protests is most often who is hit, by those whom the document says to hit it."""
    if not clue.targets:
        hit = next((t for (_, t), _ in pairs.most_common() if keys(t) & keys(clue.actors)), None)
        other = next((t for (i, t), _ in pairs.most_common() if not keys(i) & keys(clue.actors)), None)
        clue = replace(clue, targets=hit or (other if not keys(clue.actors) & USUAL and other else clue.actors[:1]))
    if not clue.imposers or keys(clue.imposers) & keys(clue.targets):
        by = next((i for (i, t), _ in pairs.most_common() if keys(t) & keys(clue.targets)), ())
        clue = replace(clue, imposers=by, guessed=True)
    return clue


def _same_act(group: list[Clue], clue: Clue) -> bool:
    first = group[0]
    assert first.event_type is not None and clue.event_type is not None
    if CLASS_OF[first.event_type] is not CLASS_OF[clue.event_type]:
        return False
    if (Modality.REJECTED in {first.modality, clue.modality}) and first.modality is not clue.modality:
        return False
    imposers = frozenset().union(*(keys(c.imposers) for c in group))
    targets = frozenset().union(*(keys(c.targets) for c in group))
    if CLASS_OF[first.event_type] is EventClass.CONDEMN:
        return bool(keys(first.actors) & keys(clue.actors)) or not clue.actors
    if CLASS_OF[first.event_type] is EventClass.VIOLATE and first.actors and clue.actors:
        return bool(keys(first.actors) & keys(clue.actors))
    unsure = clue.caller_imposes or all(c.caller_imposes for c in group)
    theirs = keys(clue.imposers)
    meets = bool(imposers & theirs) or not imposers or not theirs or unsure or _one_bloc(imposers, theirs)
    return meets and bool(targets & keys(clue.targets))


def _one_bloc(one: frozenset[str], other: frozenset[str]) -> bool:
    """True when one side is "the West" or "Europe" and the other a member of it."""
    return any(name in a and b & members for name, members in BLOCS.items() for a, b in ((one, other), (other, one)))


def _draft(group: list[Clue]) -> Draft:
    best = leading(group)
    assert best.event_type is not None
    return Draft(clues=tuple(group), event_type=best.event_type, modality=best.modality)


def leading(group: list[Clue]) -> Clue:
    """The clue that tells the act best: in the text, plain, first."""
    return min(group, key=lambda c: (c.is_past, not c.is_core, c.crossed, c.sentence < 0, c.sentence))


def _context(draft: Draft, clues: list[Clue]) -> tuple[Clue, ...]:
    imposers = frozenset().union(*(keys(c.imposers) for c in draft.clues))
    targets = frozenset().union(*(keys(c.targets) for c in draft.clues))
    return tuple(
        c
        for c in clues
        if c.event_type is None and keys(c.targets) & targets and (keys(c.imposers) & imposers or not c.imposers)
    )

"""One event out of the reports of one act: single fields by vote, lists put together, nothing blanked by a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from include.records import EventMention, EventType, Measure, Modality, Party, Salience, SanctionsEvent
from include.stages.resolve_traces import NAMED_KINDS, NUMBERED, is_body, measure_key, name_words, party_key

T = TypeVar("T", bound=Hashable)
FAR = date.max
FEW = 8  # a state or a kind of measure with less than an eighth of the strongest one's votes is a misreading
LOOKING_BACK = 3  # a third of the votes that say "imposed" make it "expanded", since short reports leave history out
DISPUTED = 0.5  # times the share of votes that contradict: what confidence loses by it
SECOND_VOICE = 0.5  # what another story's confidence adds: outlets share sources, so it is not independent evidence


def merge(event_id: str, mentions: Sequence[EventMention], stories: Mapping[str, str]) -> SanctionsEvent:
    """The event that the mentions report."""
    reports = sorted(mentions, key=seniority)
    voices = _voices(reports, stories)
    return SanctionsEvent(
        id=event_id,
        event_type=_event_type(voices),
        modality=_modality(voices),
        imposers=_parties(voices, lambda mention: mention.imposers),
        targets=_parties(voices, lambda mention: mention.targets),
        actors=_parties(voices, lambda mention: mention.actors),
        instrument=_instrument(voices),
        measures=_measures(voices),
        event_date=_date(voices, lambda mention: mention.event_date),
        effective_date=_date(voices, lambda mention: mention.effective_date),
        confidence=_confidence(reports, stories),
        mention_ids=tuple(mention.id for mention in reports),
    )


def seniority(mention: EventMention) -> tuple[date, str, str]:
    """Sorts reports from the first to the last, the undated at the end."""
    return mention.published_on or FAR, mention.doc_id, mention.id


def _voices(reports: Sequence[EventMention], stories: Mapping[str, str]) -> list[EventMention]:
    """The reports that have a vote: copies of one story that say the same speak once, however many printed it."""
    said: dict[Hashable, EventMention] = {}
    for report in reports:
        told = (report.event_type, report.modality, report.imposers, report.targets, report.instrument)
        said.setdefault((stories.get(report.doc_id, report.doc_id), told, report.measures, report.event_date), report)
    return list(said.values())


def _event_type(reports: Sequence[EventMention]) -> EventType:
    """The vote of all reports; few of those that look back on earlier rounds are enough to tell a further one."""
    voted = _voted(reports, lambda mention: mention.event_type)
    looking_back = sum(_weight(report) for report in reports if report.event_type is EventType.EXPANDED)
    plain = sum(_weight(report) for report in reports if report.event_type is EventType.IMPOSED)
    is_further = voted is EventType.IMPOSED and looking_back * LOOKING_BACK >= plain
    return EventType.EXPANDED if is_further else voted


def _weight(mention: EventMention) -> int:
    """Whole numbers, so that votes don't depend on the order of counting."""
    return round(mention.confidence * 1000) * (2 if mention.salience is Salience.MAIN else 1) + 1


def _voted(reports: Iterable[EventMention], field: Callable[[EventMention], T]) -> T:
    votes: Counter[T] = Counter()
    for report in reports:
        votes[field(report)] += _weight(report)
    return max(votes, key=lambda value: (votes[value], str(value)))


def _modality(reports: Sequence[EventMention]) -> Modality:
    """The vote of all reports, unless the plan has been carried out in a report of a later day."""
    done = [report.published_on for report in reports if report.modality is Modality.ASSERTED and report.published_on]
    others = [report.published_on for report in reports if report.modality is not Modality.ASSERTED]
    if done and others and max(done) > max(day or FAR for day in others):
        return Modality.ASSERTED
    return _voted(reports, lambda mention: mention.modality)


def _parties(reports: Sequence[EventMention], field: Callable[[EventMention], tuple[Party, ...]]) -> tuple[Party, ...]:
    """The parties that reports name, most often named first, each under its fullest name.

    Persons, firms and ships all stay: often one report alone lists them.
    """
    votes: Counter[str] = Counter()
    known: dict[str, Party] = {}
    for report in reports:
        for party in field(report):
            key = _same_name(party, known) or party_key(party)
            known[key] = _fuller(known[key], party) if key in known else party
            votes[key] += _weight(report)
    most = max(votes.values(), default=0)
    kept = [key for key in known if _is_listed(known[key]) or votes[key] * FEW >= most]
    return tuple(known[key] for key in sorted(kept, key=lambda key: (-votes[key], key)))


def _is_listed(party: Party) -> bool:
    return party.kind in NAMED_KINDS and not (party.code and is_body(party.code))


def _same_name(party: Party, known: Mapping[str, Party]) -> str | None:
    """The key under which a name is known already: "Deripaska" is Oleg Deripaska, "Dahua" is Dahua Technology."""
    return next((key for key, other in known.items() if _is_short_for(party, other)), None)


def _is_short_for(one: Party, other: Party) -> bool:
    """True when one name is short for the other: any words of a person's, the first words of an organisation's.

    A firm's short name is often taken for a person's.
    """
    kinds = {one.kind, other.kind}
    if kinds == {"person"}:
        words, others = name_words(one.name), name_words(other.name)
        return bool(words) and (words <= others or others <= words)
    if not kinds <= {"person", "organisation"} or any(party.code and is_body(party.code) for party in (one, other)):
        return False
    short, long = sorted((one.name.casefold().split(), other.name.casefold().split()), key=len)
    return long[: len(short)] == short


def _fuller(a: Party, b: Party) -> Party:
    """The Security Council says more than the United Nations, a full name more than a surname."""
    return max(a, b, key=lambda party: (party.code == "UNSC", party.code is not None, len(party.name), party.name))


def _instrument(reports: Iterable[EventMention]) -> str | None:
    """The instrument that most reports name, one with a number before all others, under its fullest name."""
    votes: Counter[str] = Counter()
    names: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        if report.instrument:
            number = NUMBERED.search(report.instrument)
            key = number[0] if number else report.instrument
            votes[key] += _weight(report)
            names[key].add(report.instrument)
    if not votes:
        return None
    best = max(votes, key=lambda key: (bool(NUMBERED.fullmatch(key)), votes[key], key))
    return max(names[best], key=lambda name: (len(name), name))


def _measures(reports: Iterable[EventMention]) -> tuple[Measure, ...]:
    """One measure per kind, with all objects that a report names; "other" only when nobody says more."""
    votes: Counter[tuple[str, str | None]] = Counter()
    kinds: dict[tuple[str, str | None], list[Measure]] = defaultdict(list)
    for report in reports:
        for measure in report.measures:
            kinds[measure_key(measure)].append(measure)
            votes[measure_key(measure)] += _weight(report)
    if len(kinds) > 1:
        kinds.pop(("other", None), None)
    most = max(votes.values(), default=0)
    kept = [key for key in kinds if votes[key] * FEW >= most]
    return tuple(_one_measure(kinds[key]) for key in sorted(kept, key=lambda key: (-votes[key], str(key))))


def _one_measure(same: Sequence[Measure]) -> Measure:
    types = Counter(measure.type for measure in same)
    objects: dict[str, str] = {}
    for measure in same:
        for name in measure.objects:
            objects.setdefault(" ".join(word.rstrip("s") for word in name.lower().split()), name)
    return Measure(
        type=max(types, key=lambda kind: (types[kind], str(kind))),
        objects=tuple(objects.values()),
        flow=next((measure.flow for measure in same if measure.flow), None),
    )


def _date(reports: Iterable[EventMention], field: Callable[[EventMention], str | None]) -> str | None:
    """The day that most reports state; a month only when no report states a day."""
    votes: Counter[str] = Counter()
    for report in reports:
        if stated := field(report):
            votes[stated] += _weight(report)
    return max(votes, key=lambda day: (len(day), votes[day], day)) if votes else None


def _confidence(reports: Sequence[EventMention], stories: Mapping[str, str]) -> float:
    """The best report's confidence, raised by other stories that say the same, lowered by what reports dispute."""
    best: dict[str, float] = {}
    for report in reports:
        story = stories.get(report.doc_id, report.doc_id)
        best[story] = max(best.get(story, 0.0), report.confidence)
    first, *others = sorted(best.values(), reverse=True)
    doubt = 1 - first
    for confidence in others:
        doubt *= 1 - SECOND_VOICE * confidence
    return round(min(max((1 - doubt) * (1 - DISPUTED * _disputed(reports)), 0.0), 1.0), 4)


def _disputed(reports: Sequence[EventMention]) -> float:
    """The share of the votes against what most reports say: on the day, or on whether it was refused."""
    days: Counter[str] = Counter()
    refused: Counter[bool] = Counter()
    for report in reports:
        refused[report.modality is Modality.REJECTED] += _weight(report)
        if report.event_date and len(report.event_date) == len("2031-05-06"):
            days[report.event_date] += _weight(report)
    return max((1 - max(votes.values()) / votes.total() for votes in (days, refused) if votes), default=0.0)

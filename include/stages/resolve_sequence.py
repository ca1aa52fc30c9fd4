"""Which act carried out a plan: a threat, a bill or a decided step, and the same thing done later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from include.records import CLASS_OF, EventClass, Modality, SanctionsEvent
from include.stages.resolve_traces import NAMED_KINDS, NUMBERED, body, name_words, party_key

LONGEST_WAIT = 180  # days between a plan and its being carried out
PLANS = frozenset({Modality.PLANNED, Modality.POSSIBLE})
Key = tuple[EventClass, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What of an act is compared with another stage of it."""

    id: str
    day: date
    keys: frozenset[Key]  # class of the deed, imposer, state
    names: tuple[frozenset[str], ...]
    numbers: frozenset[str]


def follow_ups(events: Iterable[SanctionsEvent], reported: Mapping[str, date]) -> dict[str, str]:
    """By the id of a plan, the id of the act that carried it out: the first one after it.

    `reported` says by event id on which day it was first reported.
    """
    plans: list[Step] = []
    deeds: dict[Key, list[Step]] = defaultdict(list)
    for event in events:
        if step := _step(event, reported.get(event.id)):
            if _is_plan(event):
                plans.append(step)
            elif event.modality is Modality.ASSERTED:
                for key in step.keys:
                    deeds[key].append(step)
    found = {}
    for plan in plans:
        fitting = {deed.id: deed for key in plan.keys for deed in deeds[key] if _carries_out(deed, plan)}
        if fitting:
            found[plan.id] = min(
                fitting.values(), key=lambda each: (not each.numbers & plan.numbers, each.day, each.id)
            ).id
    return found


def _is_plan(event: SanctionsEvent) -> bool:
    if event.modality is Modality.REJECTED:
        return False
    return CLASS_OF[event.event_type] is EventClass.PLAN or event.modality in PLANS


def _step(event: SanctionsEvent, reported: date | None) -> Step | None:
    """The step, when it is known who does it to whom and when."""
    day = _day(event, reported)
    kind = CLASS_OF[event.event_type]
    deed = EventClass.IMPOSE if kind is EventClass.PLAN else kind
    states = {body(party.code) for party in event.targets if party.code}
    keys = frozenset((deed, party_key(imposer), state) for imposer in event.imposers for state in states)
    if day is None or not keys:
        return None
    return Step(
        id=event.id,
        day=day,
        keys=keys,
        names=tuple(name_words(party.name) for party in event.targets if party.kind in NAMED_KINDS),
        numbers=frozenset(NUMBERED.findall(event.instrument or "")),
    )


def _day(event: SanctionsEvent, reported: date | None) -> date | None:
    """The stated day of a deed; of a plan the day it was reported, since it may state the day to come."""
    if event.event_date and len(event.event_date) == len("2031-05-06") and not _is_plan(event):
        return date.fromisoformat(event.event_date)
    return reported


def _carries_out(deed: Step, plan: Step) -> bool:
    if not 0 <= (deed.day - plan.day).days <= LONGEST_WAIT or deed.id == plan.id:
        return False
    if deed.numbers and plan.numbers and not deed.numbers & plan.numbers:
        return False
    return not (deed.names and plan.names) or any(a <= b or b <= a for a in deed.names for b in plan.names if a and b)

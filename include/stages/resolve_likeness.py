"""How strongly two mentions speak for being reports of one act: a sum of named pieces of evidence."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from include.records import EventClass, Modality
from include.stages.resolve_traces import Trace

# Whole numbers (tenths of a nat), so that sums don't depend on the order of adding. Set by hand on development data,
# days and instruments by leaving out one group of confusable acts after another (docs/resolving.md).
NEVER = -1_000_000  # outweighs any sum of evidence

EVER = (date.max - date.min).days
DAY_APART = (
    (0, 40),
    (1, 15),
    (3, -5),
    (7, -15),
    (14, -30),
    (EVER, -45),
)  # stated days; one in five is misread
REPORT_APART = ((0, 15), (1, 12), (2, 8), (4, 0), (7, -8), (14, -25), (30, -50), (EVER, -90))  # between two reports
DAY_OF_REPORT = ((1, 15), (3, 8), (7, 0), (14, -25), (30, -50), (EVER, -90))  # a stated day from the other's report
UNDATED = -26
REPORT_BESIDE_DAY = 12  # tenths that the days of publication count when the day of the act is stated
OTHER_MONTH = -50
SAME_STORY = 40
SAME_NUMBER, OTHER_NUMBER = 40, -60
SAME_INSTRUMENT = 20  # other words say nothing: an order is named by its law as often as by itself
MOST_WORDS = 0.7
SAME_IMPOSERS, OTHER_IMPOSERS = 4, -80
SAME_STATES, OTHER_STATES = 4, -80
SHARED_NAME, OTHER_NAMES = 25, -8
SAME_ACTORS, OTHER_ACTORS = 4, -30
SAME_TYPE, OTHER_TYPE = 8, -4
REFUSED_OR_NOT = -30
SAME_MEASURES, OTHER_MEASURES = 6, -6
SHARED_WORDS = 50  # times the share of telling words in common


def likeness(a: Trace, b: Trace) -> int:
    """Above zero when the evidence is that both report one act."""
    if a.doc_id == b.doc_id or a.event_class is not b.event_class:
        return NEVER  # within one article the extractor has told the acts apart
    return (
        _time(a, b)
        + _parties(a, b)
        + _instrument(a, b)
        + _manner(a, b)
        + _words(a, b)
        + (SAME_STORY if a.story_id == b.story_id else 0)
    )


def _time(a: Trace, b: Trace) -> int:
    reports = _step(REPORT_APART, a.published, b.published) if a.published and b.published else UNDATED
    if a.day and b.day:
        return _step(DAY_APART, a.day, b.day) + (reports * REPORT_BESIDE_DAY) // 10
    if a.month and b.month and a.month != b.month:
        return OTHER_MONTH
    if (a.day and b.published) or (b.day and a.published):
        return _step(DAY_OF_REPORT, a.day or a.published, b.day or b.published)
    return reports


def _step(table: tuple[tuple[int, int], ...], a: date | None, b: date | None) -> int:
    assert a is not None and b is not None
    apart = abs((a - b).days)
    return next(weight for limit, weight in table if apart <= limit)


def _parties(a: Trace, b: Trace) -> int:
    names = _names(a, b)
    states = _agreement(a.states, b.states, SAME_STATES, OTHER_STATES)
    if names > 0:
        states = max(states, 0)  # one report says whose bank it is, the other only names it
    actors = SAME_ACTORS, OTHER_ACTORS
    return (
        _agreement(a.imposers, b.imposers, SAME_IMPOSERS, OTHER_IMPOSERS)
        + states
        + names
        + (_agreement(a.actors, b.actors, *actors) if a.event_class in WITH_ACTORS else 0)
    )


WITH_ACTORS = (EventClass.CONDEMN, EventClass.VIOLATE, EventClass.PLAN)


def _names(a: Trace, b: Trace) -> int:
    if not a.named or not b.named:
        return 0
    shared = any(left and right and (left <= right or right <= left) for left in a.named for right in b.named)
    return SHARED_NAME if shared else OTHER_NAMES


def _agreement(a: AbstractSet[object], b: AbstractSet[object], same: int, other: int) -> int:
    if not a or not b:
        return 0
    if a == b:
        return same
    return 0 if a & b else other


def _instrument(a: Trace, b: Trace) -> int:
    if a.numbers and b.numbers:
        return SAME_NUMBER if a.numbers & b.numbers else OTHER_NUMBER
    if not a.instrument or not b.instrument:
        return 0
    shared = len(a.instrument & b.instrument) / min(len(a.instrument), len(b.instrument))
    return SAME_INSTRUMENT if shared >= MOST_WORDS else 0


def _manner(a: Trace, b: Trace) -> int:
    refused = (a.modality is Modality.REJECTED) != (b.modality is Modality.REJECTED)
    return (
        (SAME_TYPE if a.event_type is b.event_type else OTHER_TYPE)
        + (REFUSED_OR_NOT if refused else 0)
        + _agreement(a.measures, b.measures, SAME_MEASURES, OTHER_MEASURES)
    )


def _words(a: Trace, b: Trace) -> int:
    smaller = min(len(a.words), len(b.words))
    return SHARED_WORDS * len(a.words & b.words) // max(smaller, 8)

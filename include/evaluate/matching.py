"""When two parties, measures, texts or events are the same, by the rules that the gold labels were made for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from include.evaluate.labels import Label
from include.records import CLASS_OF, Measure, MeasureType, Party

T = TypeVar("T")
TRADE = {MeasureType.EXPORT_BAN, MeasureType.IMPORT_BAN, MeasureType.TRADE_RESTRICTION}
FILLERS = {"the", "of", "and", "for", "inc", "ltd", "co", "corp", "company", "group", "mr", "mrs", "republic"}
UN_BODIES = {"UN", "UNSC"}
NAMED = {"person", "organisation", "vessel", "sector"}
SAME_TEXT = 0.8  # share of the shorter text's words


def words(text: str | None) -> frozenset[str]:
    """The words that tell a name or a sentence from another."""
    return frozenset(re.findall(r"[a-z0-9]+", (text or "").lower())) - FILLERS


def same_party(a: Party, b: Party) -> bool:
    """Whether both are one: states by code, all others by name."""
    if not {a.kind, b.kind} & NAMED and a.code and b.code:
        return a.code == b.code or {a.code, b.code} <= UN_BODIES
    left, right = words(a.name), words(b.name)
    return bool(left and right) and (left <= right or right <= left)


def same_measure(a: Measure, b: Measure) -> bool:
    """Whether both are of one kind: trade measures go by the way the goods go, unless it is unknown."""
    if a.type in TRADE and b.type in TRADE:
        return a.flow == b.flow or None in (a.flow, b.flow)
    return a.type is b.type


def same_text(a: str | None, b: str | None) -> bool:
    """Whether the shorter of both is nearly all in the other."""
    left, right = words(a), words(b)
    return bool(left and right) and len(left & right) / min(len(left), len(right)) >= SAME_TEXT


def share_party(gold: Sequence[Party], predicted: Sequence[Party]) -> bool:
    """Whether one party is on both sides; a side that gold leaves empty fits everything."""
    return not gold or any(same_party(g, p) for g in gold for p in predicted)


def matches(gold: Label, predicted: Label) -> bool:
    """Whether the prediction may be the gold event."""
    return (
        CLASS_OF[gold.event_type] is CLASS_OF[predicted.event_type]
        and share_party(gold.imposers, predicted.imposers)
        and share_party(gold.targets, predicted.targets)
    )


def in_common(gold: Sequence[T], predicted: Sequence[T], same: Callable[[T, T], bool]) -> int:
    """How many of the one list have a partner of their own in the other."""
    left, hits = list(predicted), 0
    for item in gold:
        for other in left:
            if same(item, other):
                left.remove(other)
                hits += 1
                break
    return hits


def best_matching(gold: Sequence[Label], predicted: Sequence[Label]) -> tuple[tuple[int, int], ...]:
    """Index pairs of the largest one-to-one matching, the closest of the largest."""
    fitting = [[j for j, event in enumerate(predicted) if matches(each, event)] for each in gold]
    best: tuple[int, int, tuple[tuple[int, int], ...]] = (0, 0, ())

    def extend(pairs: tuple[tuple[int, int], ...], i: int, score: int) -> None:
        nonlocal best
        if i == len(gold):
            best = max(best, (len(pairs), score, pairs), key=lambda found: found[:2])
            return
        if len(pairs) + len(gold) - i < best[0]:
            return
        taken = {j for _, j in pairs}
        for j in fitting[i]:
            if j not in taken:
                extend((*pairs, (i, j)), i + 1, score + _closeness(gold[i], predicted[j]))
        extend(pairs, i + 1, score)

    extend((), 0, 0)
    return best[2]


def _closeness(gold: Label, predicted: Label) -> int:
    return (
        int(gold.event_type is predicted.event_type)
        + int(gold.modality == predicted.modality)
        + in_common(gold.imposers, predicted.imposers, same_party)
        + in_common(gold.targets, predicted.targets, same_party)
    )

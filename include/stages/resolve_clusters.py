"""Puts traces of one act together: average-link clustering that gives the same clusters in any order."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain, combinations

from include.stages.resolve_likeness import NEVER, likeness
from include.stages.resolve_traces import Trace

NEAR = 31  # days; further apart, sharing a target alone never makes two reports one act
THRESHOLD = 0  # average likeness above which two clusters are one act


def cluster(traces: Iterable[Trace], *, threshold: int = THRESHOLD) -> list[tuple[Trace, ...]]:
    """The traces, put together by act."""
    ordered = sorted(traces, key=lambda trace: trace.mention_id)
    return [group for block in _blocks(ordered, threshold) for group in _agglomerate(block, threshold)]


def candidates(traces: Sequence[Trace]) -> Iterator[tuple[int, int]]:
    """Index pairs worth comparing: of one class, with a target in common and near in time, or with a name, an
    instrument's number or a story in common. An undated trace is worth comparing with all of its target."""
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    by_state: dict[Hashable, list[int]] = defaultdict(list)
    for index, trace in enumerate(traces):
        for key in block_keys(trace):
            by_key[key].append(index)
        for state in trace.states:
            by_state[trace.event_class, state].append(index)
    seen: set[tuple[int, int]] = set()
    near = (pair for members in by_key.values() for pair in combinations(members, 2))
    undated = (
        (min(index, other), max(index, other))
        for members in by_state.values()
        for index in members
        if not traces[index].days
        for other in members
        if other != index
    )
    for pair in chain(near, undated):
        if pair not in seen:
            seen.add(pair)
            yield pair


def block_keys(trace: Trace) -> Iterator[Hashable]:
    """What two mentions of one act share; days within NEAR of each other share one of two overlapping spans."""
    spans = {day.toordinal() // NEAR + shift for day in trace.days for shift in (0, 1)}
    for state in trace.states:
        for span in spans:
            yield trace.event_class, "near", state, span
    for name in trace.named:
        yield trace.event_class, "name", name
    for number in trace.numbers:
        yield trace.event_class, "number", number
    yield trace.event_class, "story", trace.story_id


def _blocks(traces: Sequence[Trace], threshold: int) -> list[list[Trace]]:
    """Traces that chains of like pairs connect: no cluster reaches across blocks."""
    parent = list(range(len(traces)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for left, right in candidates(traces):
        low, high = sorted((root(left), root(right)))
        if low != high and likeness(traces[left], traces[right]) > threshold:
            parent[high] = low
    blocks: dict[int, list[Trace]] = defaultdict(list)
    for index, trace in enumerate(traces):
        blocks[root(index)].append(trace)
    return list(blocks.values())


def _agglomerate(traces: Sequence[Trace], threshold: int) -> list[tuple[Trace, ...]]:
    """Joins the two most alike clusters until none are alike; ties go to the smallest mention ids."""
    members: dict[int, tuple[Trace, ...]] = {index: (trace,) for index, trace in enumerate(traces)}
    sums = {(i, j): likeness(traces[i], traces[j]) for i, j in combinations(members, 2)}
    queue: list[tuple[float, int, int, int]] = [
        (-total, i, j, 2) for (i, j), total in sums.items() if total > threshold
    ]
    heapq.heapify(queue)
    while queue:
        _, i, j, size = heapq.heappop(queue)
        if i not in members or j not in members or len(members[i]) + len(members[j]) != size:
            continue  # one of them has grown since
        members[i] += members.pop(j)
        del sums[i, j]
        for other in members:
            if other != i:
                total = _take(sums, other, i) + _take(sums, other, j)
                sums[_pair(other, i)] = total
                links = len(members[other]) * len(members[i])
                if total > threshold * links and total > NEVER // 2:
                    average = -total / links
                    heapq.heappush(queue, (average, *_pair(other, i), len(members[other]) + len(members[i])))
    return [tuple(group) for group in members.values()]


def _pair(i: int, j: int) -> tuple[int, int]:
    return (i, j) if i < j else (j, i)


def _take(sums: dict[tuple[int, int], int], i: int, j: int) -> int:
    return sums.pop(_pair(i, j))

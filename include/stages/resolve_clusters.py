"""Puts traces of one act together: average-link clustering that gives the same clusters in any order."""

from __future__ import annotations

import heapq
import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

from include.stages.resolve_likeness import NEVER, likeness
from include.stages.resolve_rulings import UNRULED, Settled
from include.stages.resolve_traces import Trace

NEAR = 31  # days; further apart, sharing a target alone never makes two reports one act
NOBODY, ANYBODY, NO_TIME, ANY_TIME = "nobody", "anybody", "no time", "any time"
THRESHOLD = 0  # average likeness above which two clusters are one act


def candidates(traces: Sequence[Trace]) -> Iterator[tuple[int, int]]:
    """Index pairs worth comparing, each once: what the later trace looks for, the earlier one is known by."""
    bearers: dict[Hashable, list[int]] = defaultdict(list)
    for index, trace in enumerate(traces):
        yield from ((other, index) for other in sorted({each for key in sought_keys(trace) for each in bearers[key]}))
        for key in known_keys(trace):
            bearers[key].append(index)


def known_keys(trace: Trace) -> Iterator[Hashable]:
    """What a trace is found by: name, number and story; target and time, with imposers; target alone."""
    yield from _exact_keys(trace)
    for state in trace.states:
        for span in _spans(trace):
            for imposer in trace.imposers or (NOBODY,):
                yield trace.event_class, state, span, imposer
            yield trace.event_class, state, span, ANYBODY
        yield trace.event_class, state, ANY_TIME
        if not trace.days:
            yield trace.event_class, state, NO_TIME


def sought_keys(trace: Trace) -> Iterator[Hashable]:
    """What a trace looks for: the same, where one that lacks imposer or time may be of the act of any other."""
    yield from _exact_keys(trace)
    for state in trace.states:
        for span in _spans(trace):
            for imposer in (*trace.imposers, NOBODY) if trace.imposers else (ANYBODY,):
                yield trace.event_class, state, span, imposer
        yield trace.event_class, state, NO_TIME if trace.days else ANY_TIME


def hashes(keys: Iterable[Hashable]) -> list[int]:
    """Keys as 32-bit numbers, the same in every process; two that collide only bring a candidate too many."""
    return sorted({zlib.crc32(repr(key).encode()) - 2**31 for key in keys})


def _exact_keys(trace: Trace) -> Iterator[Hashable]:
    for name in trace.named:
        yield trace.event_class, "name", " ".join(sorted(name))
    for number in trace.numbers:
        yield trace.event_class, "number", number
    yield trace.event_class, "story", trace.story_id


def _spans(trace: Trace) -> set[int]:
    """Days within NEAR of each other share one of two overlapping spans."""
    return {day.toordinal() // NEAR + shift for day in trace.days for shift in (0, 1)}


def blocks_of(touched: Iterable[Trace], others: Sequence[Trace], block_of: Mapping[str, str]) -> set[str]:
    """The blocks of those among the others that are like one of the touched, which their blocks have to take in."""
    bearers: dict[Hashable, list[Trace]] = defaultdict(list)
    for trace in others:
        for key in known_keys(trace):
            bearers[key].append(trace)
    found: set[str] = set()
    for trace in touched:
        for other in {id(each): each for key in sought_keys(trace) for each in bearers[key]}.values():
            block = block_of[other.mention_id]
            if block not in found and likeness(trace, other) > THRESHOLD:
                found.add(block)
    return found


def split_into_blocks(
    traces: Iterable[Trace], settled: Settled = UNRULED, bound: Iterable[AbstractSet[str]] = ()
) -> list[list[Trace]]:
    """Traces that chains of like pairs connect: no cluster reaches across blocks.

    Mentions that are `bound`, by ids, share a block however unlike: decisions on them are looked at together.
    """
    traces = sorted(traces, key=lambda trace: trace.mention_id)
    parent = list(range(len(traces)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def join(left: int, right: int) -> None:
        low, high = sorted((root(left), root(right)))
        parent[high] = low

    place = {trace.mention_id: index for index, trace in enumerate(traces)}
    for group in (*settled.together, *bound):
        held = [place[mention_id] for mention_id in sorted(group) if mention_id in place]
        for index in held[1:]:
            join(held[0], index)
    for left, right in candidates(traces):
        if root(left) != root(right) and likeness(traces[left], traces[right]) > THRESHOLD:
            join(left, right)
    blocks: dict[int, list[Trace]] = defaultdict(list)
    for index, trace in enumerate(traces):
        blocks[root(index)].append(trace)
    return list(blocks.values())


def cluster(traces: Sequence[Trace], settled: Settled = UNRULED) -> list[tuple[Trace, ...]]:
    """The traces of a block, put together by act; what people settled is a fact, all else evidence.

    Joins the two most alike clusters until none are alike; ties go to the smallest mention ids.
    """
    members = dict(enumerate(_seeds(traces, settled)))
    sums = {(i, j): _between(members[i], members[j], settled) for i, j in combinations(members, 2)}
    queue: list[tuple[float, int, int, int]] = []

    def consider(i: int, j: int) -> None:
        links = len(members[i]) * len(members[j])
        if sums[i, j] > max(THRESHOLD * links, NEVER // 2):
            heapq.heappush(queue, (-sums[i, j] / links, i, j, len(members[i]) + len(members[j])))

    for pair in sums:
        consider(*pair)
    while queue:
        _, i, j, size = heapq.heappop(queue)
        if i not in members or j not in members or len(members[i]) + len(members[j]) != size:
            continue  # one of them has grown since
        members[i] += members.pop(j)
        del sums[i, j]
        for other in members.keys() - {i}:
            sums[_pair(other, i)] = sums.pop(_pair(other, i)) + sums.pop(_pair(other, j))
            consider(*_pair(other, i))
    return list(members.values())


def _seeds(traces: Sequence[Trace], settled: Settled) -> list[tuple[Trace, ...]]:
    """The clusters to begin with: each trace alone, but for those that people put together."""
    group_of = {mention_id: group for group in settled.together for mention_id in group}
    seeds: dict[Hashable, tuple[Trace, ...]] = {}
    for trace in traces:
        key = group_of.get(trace.mention_id, trace.mention_id)
        seeds[key] = (*seeds.get(key, ()), trace)
    return list(seeds.values())


def _between(one: Iterable[Trace], other: Iterable[Trace], settled: Settled) -> int:
    pairs = [(a, b) for a in one for b in other]
    if settled.apart and any(frozenset((a.mention_id, b.mention_id)) in settled.apart for a, b in pairs):
        return NEVER
    return sum(likeness(a, b) for a, b in pairs)


def _pair(i: int, j: int) -> tuple[int, int]:
    return (i, j) if i < j else (j, i)

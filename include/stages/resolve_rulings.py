"""What people decided about which reports are of one act: it holds against all other evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One decision on mentions, by their ids: left and right are one act, or no act has some of both."""

    together: bool
    left: frozenset[str]
    right: frozenset[str]

    def pairs(self) -> Iterator[frozenset[str]]:
        """The pairs of mentions that it is about."""
        pairs = combinations(self.left | self.right, 2) if self.together else product(self.left, self.right)
        return (frozenset(pair) for pair in pairs if pair[0] != pair[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What holds of all rulings: groups of mentions that are one act, and pairs that are not."""

    together: tuple[frozenset[str], ...] = ()
    apart: frozenset[frozenset[str]] = frozenset()


UNRULED = Settled()


def settle(rulings: Sequence[Ruling]) -> Settled:
    """Of rulings from the first to the last, the last one on a pair holds, and being apart outweighs a chain."""
    last = {pair: ruling.together for ruling in rulings for pair in ruling.pairs()}
    apart = frozenset(pair for pair, together in last.items() if not together)
    groups: dict[str, frozenset[str]] = {}
    for ruling in reversed(rulings):
        for pair in sorted(ruling.pairs(), key=sorted) if ruling.together else ():
            one, other = (groups.get(each, frozenset({each})) for each in sorted(pair))
            if pair not in apart and not any(frozenset(cross) in apart for cross in product(one, other)):
                groups |= dict.fromkeys(one | other, one | other)
    return Settled(together=tuple(sorted(set(groups.values()), key=sorted)), apart=apart)

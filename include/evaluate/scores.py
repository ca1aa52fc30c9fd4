"""Counts behind every figure: how many were right, how many were found, how many there are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Score:
    """Hits among what was found and among what is true; an accuracy has as many of both."""

    hits: int = 0
    found: int = 0
    true: int = 0

    def add(self, hits: int, found: int, true: int) -> None:
        self.hits += hits
        self.found += found
        self.true += true

    @property
    def precision(self) -> float | None:
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.hits / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        return 2 * self.hits / (self.found + self.true) if self.found + self.true else None

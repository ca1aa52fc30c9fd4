"""Each publisher's furniture as the warehouse has it: what is skipped in an article depends on when it was seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from include.edges.warehouse import Connection, read


class WarehouseTemplates:
    """The learned templates, read over one open transaction, once for each publisher."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[Any]] = {}
        self._templates: dict[tuple[str, int], frozenset[int]] = {}

    def read_ahead(self, publishers: Iterable[str]) -> None:
        """Reads the templates of many publishers at once: a round trip for each was a tenth of grouping's time."""
        if not (missing := sorted(set(publishers) - self._rows.keys())):
            return
        rows = read(self._connection, "templates_of_publishers", publishers=missing)
        self._rows |= {publisher: [] for publisher in missing}
        for row in rows:
            self._rows[row.publisher].append(row)

    def template(self, publisher: str, seen_at: datetime) -> frozenset[int]:
        """Hashes of the paragraphs that are furniture on the publisher's pages seen then."""
        self.read_ahead([publisher])
        rows = self._rows[publisher]
        held = sum(row.holds_from <= seen_at for row in rows)  # they come in this order
        if (publisher, held) not in self._templates:
            self._templates[publisher, held] = frozenset(unsigned(row.paragraph) for row in rows[:held])
        return self._templates[publisher, held]


def signed(hashes: Iterable[int]) -> list[int]:
    """64-bit hashes as PostgreSQL's bigint holds them."""
    return [number - 2**64 if number >= 2**63 else number for number in hashes]


def unsigned(number: int) -> int:
    return number % 2**64

"""Each publisher's furniture as the warehouse has it: what is skipped in an article depends on when it was seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from include.edges.warehouse import Connection, read


class WarehouseTemplates:
    """The learned templates, read over one open transaction, once for each publisher."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, Sequence[Any]] = {}
        self._templates: dict[tuple[str, int], frozenset[int]] = {}

    def template(self, publisher: str, seen_at: datetime) -> frozenset[int]:
        """Hashes of the paragraphs that are furniture on the publisher's pages seen then."""
        if publisher not in self._rows:
            self._rows[publisher] = read(self._connection, "templates_of_publishers", publishers=[publisher])
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

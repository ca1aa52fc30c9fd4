"""Addresses that a rebuild came upon, as rows of the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from include.edges.warehouse import Connection, as_json, read
from include.stages.article_urls import article_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of an article, normalised, with what its source says of it."""

    url: str
    seen_at: datetime
    title: str = ""
    published_at: datetime | None = None
    publication: str = ""


def write_entries(connection: Connection, addresses: Sequence[Address]) -> int:
    """How many of the addresses nothing had announced."""
    rows = as_json(entry_row(address) for address in addresses)
    return sum(row.is_new for row in read(connection, "insert_brought_entries", rows=rows))


def entry_row(address: Address) -> dict[str, Any]:
    return {
        "id": article_id(address.url),
        "url": address.url,
        "publication": address.publication or (urlsplit(address.url).hostname or "").removeprefix("www."),
        "title": address.title,
        "published_at": address.published_at,
        "first_seen_at": address.seen_at,
    }

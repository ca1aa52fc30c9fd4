"""Addresses and bodies that a rebuild came upon, as rows of the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from include.edges.warehouse import Connection, as_json, read, write_rows
from include.records import hash_id
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
    write_rows(
        connection, "insert_sites", [entry_row(address) for address in addresses], batch_size=len(addresses) or 1
    )
    return sum(row.is_new for row in read(connection, "insert_brought_entries", rows=rows))


def entry_row(address: Address) -> dict[str, Any]:
    parts = urlsplit(address.url)
    site_url = f"{parts.scheme}://{parts.netloc}/"
    return {
        "id": article_id(address.url),
        "url": address.url,
        "site_id": hash_id(site_url),
        "site_url": site_url,
        "publication": address.publication or (parts.hostname or "").removeprefix("www."),
        "title": address.title,
        "published_at": address.published_at,
        "first_seen_at": address.seen_at,
    }

"""The feeds that are polled: catalog/feeds.yml, validated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from ruamel.yaml import YAML

from include.records import Feed, hash_id

FEEDS_FILE = Path(__file__).parent / "feeds.yml"
UNKNOWN_COUNTRY = "ZZ"  # ISO 3166 leaves it to users; for imported feeds until somebody looks

Kind = Literal["institution", "wire", "newsroom", "specialist", "demo"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class CatalogError(ValueError):
    """The catalog contradicts itself."""


class CatalogFeed(BaseModel):
    """One entry of feeds.yml, under the name of its group."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s@/]+(/\S*)?$")]
    title: Line
    publisher: Line
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    kind: Kind
    checked_on: date | None = None  # when `feeds check` last saw it answer well

    def feed(self, group: str) -> Feed:
        return Feed(
            id=hash_id(self.url),
            url=self.url,
            title=self.title,
            publisher=self.publisher,
            country=self.country,
            language=self.language,
            group=group,
            kind=self.kind,
        )


def fault(feed: Feed) -> str:
    """What the catalog would not take about a feed; empty when it would."""
    try:
        CatalogFeed.model_validate(feed, from_attributes=True)
    except ValidationError as error:
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return ""


CATALOG = TypeAdapter(dict[str, list[CatalogFeed]])


def read_feeds(text: str) -> tuple[Feed, ...]:
    """The feeds of a catalog in the order it lists them; CatalogError when an address stands there twice."""
    # YAML 1.2, in which NO is Norway and not false.
    groups = CATALOG.validate_python(YAML(typ="safe", pure=True).load(text) or {})
    feeds = tuple(entry.feed(group) for group, entries in groups.items() for entry in entries)
    if twice := repeated(feed.url for feed in feeds):
        raise CatalogError(f"more than once in the catalog: {', '.join(twice)}")
    return feeds


def load_feeds(path: Path = FEEDS_FILE) -> tuple[Feed, ...]:
    """The feeds of the catalog."""
    return read_feeds(path.read_text(encoding="utf-8"))


def repeated(urls: Iterable[str]) -> list[str]:
    """Addresses that differ from an earlier one in nothing a server would notice."""
    seen: set[str] = set()
    return [url for url in urls if (key := same_address(url)) in seen or seen.add(key)]  # type: ignore[func-returns-value]


def same_address(url: str) -> str:
    """What two spellings of one feed's address have in common."""
    return url.casefold().split("://", 1)[-1].removeprefix("www.").rstrip("/")

"""Edits the text of catalog/feeds.yml and leaves every comment and every other line as it was."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from ruamel.yaml import YAML

from include.catalog.feeds import read_feeds, same_address
from include.records import Feed


def add_feeds(text: str, feeds: Sequence[Feed]) -> tuple[str, tuple[Feed, ...]]:
    """The catalog with the feeds it did not have, each at the end of its group; and which those are."""
    known = {same_address(feed.url) for feed in read_feeds(text)}
    added = tuple(feed for feed in feeds if same_address(feed.url) not in known)
    lines = text.splitlines()
    for feed in added:
        at = _end_of_group(lines, feed.group)
        if at is None:
            lines += ["", f"{_dumped(feed.group)}:"]
            at = len(lines)
        lines[at:at] = _entry(feed)
    return "\n".join(lines) + "\n", added


def _end_of_group(lines: Sequence[str], group: str) -> int | None:
    """The line after the last entry of a group; None when there is no such group."""
    heading = f"{_dumped(group)}:"
    if heading not in lines:
        return None
    at = lines.index(heading) + 1
    while at < len(lines) and (not lines[at] or lines[at].startswith((" ", "#"))):
        at += 1
    while not lines[at - 1].startswith((" ", heading)):  # blank lines and comments belong to what follows
        at -= 1
    return at


def _entry(feed: Feed) -> list[str]:
    fields = ("url", "title", "publisher", "country", "language", "kind")
    lines = [f"    {name}: {_dumped(getattr(feed, name))}" for name in fields]
    return [f"  - {lines[0].strip()}", *lines[1:], "    checked_on:"]


def _dumped(value: str) -> str:
    """The value as YAML writes it, quoted where it has to be."""
    stream = io.StringIO()
    _yaml().dump([" ".join(value.split())], stream)
    return stream.getvalue().strip().removeprefix("- ")


def stamp_checked(text: str, urls: Collection[str], on: date) -> str:
    """The catalog with `checked_on` of these feeds set to a day."""
    yaml = _yaml()
    catalog: dict[str, list[dict[str, Any]]] = yaml.load(text)
    for entries in catalog.values():
        for entry in entries:
            if entry["url"] in urls:
                entry["checked_on"] = on.replace()  # an object of its own, or the next is written as an alias
    stream = io.StringIO()
    yaml.dump(catalog, stream)
    return stream.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = 10_000  # never fold a long address
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml

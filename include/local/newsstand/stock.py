"""What the newsstand sells: outlets.yml and one Markdown file a page, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import AwareDatetime, TypeAdapter

from include.local.newsstand.labels import Act, BackgroundAct, Label, LabelledEvent
from include.records import Relation

HERE = Path(__file__).parent

# {1|A sentence.} is evidence of the page's first event, {1,2|...} of the first and the second: the label
# stands in the text, so that nobody can edit one and forget the other.
EVIDENCE = re.compile(r"\{(?P<events>\d+(?:,\d+)*)\|(?P<sentence>[^{}]+)\}")
FRONT_MATTER = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)


class Outlet(Label):
    """One fictional publisher of outlets.yml."""

    id: str
    name: str
    tagline: str
    country: str
    feed: Literal["rss", "rdf", "atom"]
    feed_path: str
    page_path: str  # str.format of slug, number, and published: "/wire/{published:%Y/%m}/{slug}"
    sections: tuple[str, ...]
    encoding: str = "utf-8"
    full_text_feed: bool = False
    packed_sitemap: bool = False
    feed_suffix: str = ""  # what the outlet's feed hangs on its links: tracking parameters


class Block(Label):
    """A paragraph, subheading or list item of a body."""

    kind: Literal["p", "h2", "li"]
    text: str


class Page(Label):
    """One page of one outlet."""

    outlet: str
    slug: str
    number: int  # place among the outlet's pages, for addresses that count
    title: str
    byline: str
    published: AwareDatetime
    updated: AwareDatetime | None = None
    section: str
    summary: str
    story: str  # pages with the same key are copies of one story
    relation: Relation = Relation.CANONICAL
    copy_of: tuple[str, ...] = ()
    events: tuple[LabelledEvent, ...] = ()
    background: tuple[BackgroundAct, ...] = ()
    body: tuple[Block, ...]
    marks: tuple[tuple[int, str], ...] = ()  # (event number, sentence)

    @property
    def id(self) -> str:
        return f"{self.outlet}/{self.slug}"

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.body)

    @property
    def last_modified(self) -> AwareDatetime:
        return self.updated or self.published

    def evidence(self, event: int) -> tuple[str, ...]:
        """The sentences marked for the page's n-th event, in reading order."""
        return tuple(sentence for number, sentence in self.marks if number == event)


class Newsstand(Label):
    """Every outlet, page and act, in a fixed order."""

    outlets: tuple[Outlet, ...]
    pages: tuple[Page, ...]
    acts: Mapping[str, Act]

    @cached_property
    def by_id(self) -> Mapping[str, Page]:
        return {page.id: page for page in self.pages}

    def outlet(self, outlet_id: str) -> Outlet:
        return next(outlet for outlet in self.outlets if outlet.id == outlet_id)

    def pages_of(self, outlet: Outlet) -> tuple[Page, ...]:
        """The outlet's pages, newest first."""
        pages = (page for page in self.pages if page.outlet == outlet.id)
        return tuple(sorted(pages, key=lambda page: (page.published, page.slug), reverse=True))


def _blocks(body: str) -> Iterator[Block]:
    for chunk in re.split(r"\n\s*\n", body.strip()):
        text = " ".join(EVIDENCE.sub(r"\g<sentence>", chunk).split())
        if text.startswith("## "):
            yield Block(kind="h2", text=text[3:])
        elif text.startswith("- "):
            yield Block(kind="li", text=text[2:])
        else:
            yield Block(kind="p", text=text)


def _marks(body: str) -> Iterator[tuple[int, str]]:
    for mark in EVIDENCE.finditer(body):
        for number in mark["events"].split(","):
            yield int(number), " ".join(mark["sentence"].split())


def _opening(block: Block, limit: int = 240) -> str:
    return block.text if len(block.text) <= limit else block.text[:limit].rsplit(" ", 1)[0] + "..."


def read_page(text: str, outlet: str, slug: str, number: int) -> Page:
    """The page written in one Markdown file: YAML front matter, then paragraphs."""
    parts = FRONT_MATTER.match(text)
    if parts is None:
        raise ValueError(f"{outlet}/{slug}: no front matter between two lines of '---'")
    body = tuple(_blocks(parts["body"]))
    given: dict[str, Any] = {"story": f"{outlet}/{slug}", "summary": _opening(body[0])}
    given |= yaml.safe_load(parts["head"])
    return Page(**given, outlet=outlet, slug=slug, number=number, body=body, marks=tuple(_marks(parts["body"])))


def _check(newsstand: Newsstand) -> None:
    """Raises ValueError where pages, outlets, acts and marks contradict each other."""
    for page in newsstand.pages:
        newsstand.outlet(page.outlet)
        if unknown := {event.act for event in page.events} - newsstand.acts.keys():
            raise ValueError(f"{page.id}: acts.yml does not know {sorted(unknown)}")
        if {number for number, _ in page.marks} != set(range(1, len(page.events) + 1)):
            raise ValueError(f"{page.id}: every event needs marked sentences, and every mark an event")
        if any(mark in block.text for block in page.body for mark in "{}"):
            raise ValueError(f"{page.id}: a mark was left open")
        if lost := set(page.copy_of) - newsstand.by_id.keys():
            raise ValueError(f"{page.id}: copy of {sorted(lost)}, which no outlet carries")


def load_newsstand(folder: Path = HERE) -> Newsstand:
    """The newsstand kept in a folder: outlets.yml, acts.yml and pages/<outlet>/<slug>.md."""
    outlets = yaml.safe_load((folder / "outlets.yml").read_text(encoding="utf-8"))
    acts = yaml.safe_load((folder / "acts.yml").read_text(encoding="utf-8"))
    pages = [
        read_page(file.read_text(encoding="utf-8"), outlet["id"], file.stem, number)
        for outlet in outlets
        for number, file in enumerate(sorted((folder / "pages" / outlet["id"]).glob("*.md")), 1)
    ]
    newsstand = Newsstand(
        outlets=TypeAdapter(tuple[Outlet, ...]).validate_python(outlets),
        pages=tuple(pages),
        acts=TypeAdapter(dict[str, Act]).validate_python(acts),
    )
    _check(newsstand)
    return newsstand

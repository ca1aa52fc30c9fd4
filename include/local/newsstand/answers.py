"""The newsstand's own answer sheet: what extraction, grouping and resolving should make of its pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from include.local.newsstand.labels import Label
from include.local.newsstand.stock import Newsstand

Row = dict[str, Any]


def _plain(label: Label) -> Row:
    return label.model_dump(mode="json", exclude_none=True)


def documents(newsstand: Newsstand) -> Iterator[Row]:
    """The pages as extraction reads them from a file."""
    for page in newsstand.pages:
        published = page.published.date().isoformat()
        yield {"doc_id": page.id, "title": page.title, "published": published, "text": page.text}


def expected_events(newsstand: Newsstand) -> Iterator[Row]:
    """One row a page: the events that its text reports, and those it only mentions."""
    for page in newsstand.pages:
        events = [
            _plain(event) | {"event_id": f"{page.id}#{n}", "evidence": list(page.evidence(n))}
            for n, event in enumerate(page.events, 1)
        ]
        yield {"doc_id": page.id, "events": events, "background": [_plain(act) for act in page.background]}


def articles(newsstand: Newsstand) -> Iterator[Row]:
    """The pages as grouping reads them from a file."""
    for page in newsstand.pages:
        seen_at = page.published.isoformat()
        yield {"id": page.id, "source": page.outlet, "seen_at": seen_at, "title": page.title, "text": page.text}


def expected_stories(newsstand: Newsstand) -> Iterator[Row]:
    """One row a page: the story it belongs to, and what it is to the story's first page."""
    for page in newsstand.pages:
        yield {"id": page.id, "story_id": page.story, "relation": page.relation, "copy_of": list(page.copy_of)}


def expected_acts(newsstand: Newsstand) -> Iterator[Row]:
    """One row a real act that some page reports: the pages that do."""
    for act_id, act in newsstand.acts.items():
        pages = [page.id for page in newsstand.pages if any(event.act == act_id for event in page.events)]
        yield {"act_id": act_id, **_plain(act), "doc_ids": pages}


def _write(rows: Iterable[Row], file: Path) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_text("".join(lines), encoding="utf-8")


def write_answers(newsstand: Newsstand, folder: Path) -> None:
    """Leaves documents and answers in the folder as JSON Lines, ready for the command line and the scorers."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(documents(newsstand), folder / "docs.jsonl")
    _write(expected_events(newsstand), folder / "expected_events.jsonl")
    _write(articles(newsstand), folder / "articles.jsonl")
    _write(expected_stories(newsstand), folder / "expected_stories.jsonl")
    _write(expected_acts(newsstand), folder / "expected_acts.jsonl")

"""The stages as the command line runs them: on streams of rows, with the pipeline's own code."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from include.catalog import load_catalog
from include.cli_files import Work, read_rows
from include.cli_rows import day_of, document_from
from include.edges.nlp import load_nlp
from include.records import Document, EventMention, Reason, Rejected, StoryMember
from include.stages.events import extract_events
from include.stages.stories import Groupable, MemoryPostings, find_templates, group_articles
from include.stages.stories_postings import order
from include.stages.story_reading import read_stories

GROUPED_AT_ONCE = 250  # articles; the stories are the same whatever it is


def group_into_stories(articles: Sequence[Groupable], work: Work | None = None) -> dict[str, StoryMember]:
    """Each article's place in a story."""
    if work:
        work.turn_to("grouping", len(articles))
    postings = MemoryPostings(find_templates((article.source, article.text) for article in articles))
    members: dict[str, StoryMember] = {}
    # The earliest first: each is looked at once, as none comes before one that was placed.
    ordered = sorted(articles, key=order)
    for start in range(0, len(ordered), GROUPED_AT_ONCE):
        batch = ordered[start : start + GROUPED_AT_ONCE]
        members |= {member.article_id: member for member in group_articles(batch, postings=postings)}
        if work:
            work.advance(len(batch))
    return members


def documents_in(path: Path, work: Work, *, key: str = "") -> Iterator[Document]:
    """The documents of a file; with a key, only the first of those that have the same."""
    for row in read_rows(path, work, required={"doc_id": str, "text": str}, optional={"title": str}, key=key):
        if row.get("published") and day_of(row["published"]) is None:
            work.say(f"{row['doc_id']}: taken as undated, {row['published']!r} is no date")
        yield document_from(row)


def read_events(documents: Iterable[Document], work: Work) -> Iterator[tuple[Document, tuple[EventMention, ...]]]:
    """Each document with its events; one that does not speak of sanctions has none, which is an answer."""
    underway: deque[Document] = deque()

    def noted() -> Iterator[Document]:
        for document in documents:
            underway.append(document)
            yield document

    for result in extract_events(noted(), nlp=load_nlp(), catalog=load_catalog()):
        yield underway.popleft(), _events_of(result, work)


def read_in_stories(
    documents: Sequence[Document], members: Mapping[str, StoryMember], work: Work
) -> Iterator[tuple[Document, tuple[EventMention, ...]]]:
    """The same, but copies take over what their story's canonical article reports."""
    for document, result in read_stories(documents, members, nlp=load_nlp(), catalog=load_catalog()):
        yield document, _events_of(result, work)


def _events_of(result: tuple[EventMention, ...] | Rejected, work: Work) -> tuple[EventMention, ...]:
    if isinstance(result, Rejected):
        if result.reason is not Reason.NO_SANCTIONS_TERM:
            work.reject(result)
        return ()
    return result

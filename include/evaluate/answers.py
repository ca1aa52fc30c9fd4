"""What the pipeline's stages make of a file of documents, in the form that is scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from include.catalog import load_catalog
from include.cli_rows import act_row, document_from, events_row, groupable_from, groupable_of
from include.cli_stages import group_into_stories
from include.edges.nlp import load_nlp
from include.evaluate.acts import Resolved, resolved_from
from include.evaluate.labels import Labels, labels_from
from include.records import Document, EventMention, Rejected
from include.stages.events import extract_events
from include.stages.resolve import resolve_mentions
from include.stages.story_reading import read_stories

Mentions = dict[str, tuple[EventMention, ...]]


def documents_of(rows: Iterable[Mapping[str, Any]]) -> list[Document]:
    """The documents of a documents file."""
    return [document_from(row) for row in rows]


def mentions_in(documents: Sequence[Document]) -> Mentions:
    """The events that each document reports."""
    results = extract_events(documents, nlp=load_nlp(), catalog=load_catalog())
    return {
        document.doc_id: () if isinstance(result, Rejected) else result
        for document, result in zip(documents, results, strict=True)
    }


def labels_of(documents: Sequence[Document], mentions: Mentions) -> dict[str, Labels]:
    """The mentions as they are scored: through the rows that the command `extract` writes."""
    return {each.doc_id: labels_from(events_row(each, mentions[each.doc_id])) for each in documents}


def acts_in(documents: Sequence[Document]) -> list[Resolved]:
    """The acts that documents report, each story read once: through the rows that the command `resolve` writes."""
    members = group_into_stories([groupable_of(document) for document in documents])
    results = read_stories(documents, members, nlp=load_nlp(), catalog=load_catalog())
    mentions = {each.id: each for _, found in results if not isinstance(found, Rejected) for each in found}
    stories = {article_id: member.story_id for article_id, member in members.items()}
    return [resolved_from(act_row(event, mentions)) for event in resolve_mentions(mentions.values(), stories=stories)]


def stories_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The story of each article of an articles file."""
    members = group_into_stories([groupable_from(row) for row in rows])
    return {article_id: member.story_id for article_id, member in members.items()}

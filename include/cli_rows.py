"""Records to and from the rows of the command line's files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from include.extractors.mention_json import mention_to_json
from include.records import Article, Document, EventMention, Rejected, SanctionsEvent, StoryMember
from include.stages.stories import Groupable

LAST = datetime.max.replace(tzinfo=UTC)


def article_row(article: Article | Rejected) -> dict[str, Any]:
    """The line of `clean` for a page: its article, or an empty one that says why there is none."""
    if isinstance(article, Rejected):
        empty = dict.fromkeys(("url", "title", "byline", "published_source", "language", "text"), "")
        return {"id": article.item_id, **empty, "published": None, "rejected": article.reason}
    return {
        "id": article.page_id,
        "url": article.url,
        "title": article.title,
        "byline": article.byline,
        "published": article.published_at,
        "published_source": article.published_source,
        "language": article.language,
        "text": article.text,
    }


def document_from(row: Mapping[str, Any]) -> Document:
    """What extraction reads; a publication date that is none counts as unknown."""
    return Document(
        doc_id=row["doc_id"],
        title=row.get("title") or "",
        text=row["text"],
        published_on=day_of(row.get("published")),
    )


def day_of(written: object) -> date | None:
    """The day of an ISO date or time."""
    moment = moment_of(written)
    return moment.date() if moment else None


def groupable_from(row: Mapping[str, Any]) -> Groupable:
    """What grouping compares; an article that nobody knows when it was seen counts as the last."""
    return Groupable(
        id=row["id"],
        source=row.get("source") or "",
        url=row.get("url") or "",
        title=row.get("title") or "",
        text=row["text"],
        seen_at=moment_of(row.get("seen_at")) or LAST,
        published_at=moment_of(row.get("published")),
    )


def groupable_of(document: Document) -> Groupable:
    """The same for a document, by its publication day."""
    day = document.published_on
    return Groupable(
        id=document.doc_id,
        source="",
        url="",
        title=document.title,
        text=document.text,
        seen_at=datetime(day.year, day.month, day.day, tzinfo=UTC) if day else LAST,
    )


def moment_of(written: object) -> datetime | None:
    """The moment of an ISO date or time, in UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def story_row(member: StoryMember) -> dict[str, Any]:
    """The line of `group` for an article."""
    return {
        "id": member.article_id,
        "story_id": member.story_id,
        "relation": member.relation,
        "canonical": member.canonical_id,
    }


def events_row(document: Document, mentions: Iterable[EventMention]) -> dict[str, Any]:
    """The line of `extract` for a document."""
    return {"doc_id": document.doc_id, "events": [mention_to_json(mention) for mention in mentions]}


def act_row(event: SanctionsEvent, mentions: Mapping[str, EventMention]) -> dict[str, Any]:
    """The line of `resolve` for an act."""
    reports = [mentions[mention_id] for mention_id in event.mention_ids]
    return {
        "event_id": event.id,
        "event_type": event.event_type,
        "modality": event.modality,
        "imposers": [{"name": party.name, "code": party.code} for party in event.imposers],
        "targets": [{"name": party.name, "kind": party.kind, "code": party.code} for party in event.targets],
        "actors": [{"name": party.name, "code": party.code, "role": party.role} for party in event.actors],
        "instrument": event.instrument,
        "measures": [
            {"type": measure.type, "objects": measure.objects, "flow": measure.flow} for measure in event.measures
        ],
        "event_date": event.event_date,
        "effective_date": event.effective_date,
        "confidence": event.confidence,
        "mentions": [
            {"doc_id": report.doc_id, "evidence": [sentence.text for sentence in report.evidence]} for report in reports
        ],
    }

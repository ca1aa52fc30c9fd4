"""People's decisions as labels: articles with their events as they should have been read, in the codebook's form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import chain
from typing import Any

from include.edges.warehouse import Connection, read, transaction
from include.extractors.mention_json import mention_to_json
from include.pipeline.decisions import Verdict, decisions_on, with_changes
from include.pipeline.event_rows import mention_from
from include.records import EventMention
from include.settings import Settings
from include.stages.resolve_merge import merge

INTERNAL = ("confidence", "evidence_offsets")  # of ours, and no part of a label


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledArticle:
    """One article as a line of the labels, and as one of the documents that they are about."""

    label: Mapping[str, Any]
    document: Mapping[str, Any]
    is_whole: bool  # a person decided on every act that it reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What one article reports of one act."""

    mention: EventMention
    verdict: str | None  # accepted, rejected, or None when no person decided


def labelled_articles(settings: Settings) -> Iterator[LabelledArticle]:
    """The articles that report an act on which a person decided, by day."""
    with transaction(settings.warehouse) as connection:
        articles = read(connection, "decided_articles")
        standing = read(connection, "standing_decisions")
        rows = _mentions(connection, {row.id for row in articles} | {row.article_id for row in standing})
    mentions = {row.id: mention_from(row) for row in rows}
    event_of = {row.id: row.event_id for row in rows if row.event_id}
    verdicts = decisions_on(standing, mentions.values()).verdicts_by_event(event_of)
    reports: dict[str, dict[str, list[EventMention]]] = defaultdict(lambda: defaultdict(list))
    for mention_id, event_id in event_of.items():
        reports[mentions[mention_id].doc_id][event_id].append(mentions[mention_id])
    for article in articles:
        acts = [_reported(event_id, said, verdicts.get(event_id, ())) for event_id, said in reports[article.id].items()]
        yield _labelled(article, sorted(acts, key=lambda act: _reading_order(act.mention)))


def _mentions(connection: Connection, article_ids: set[str]) -> list[Any]:
    nothing: dict[str, list[str]] = {"ids": [], "block_ids": [], "event_ids": []}
    return read(connection, "mentions_to_resolve", article_ids=sorted(article_ids), **nothing)


def _reported(event_id: str, said: Sequence[EventMention], verdicts: Sequence[Verdict]) -> Reported:
    mention = _as_one(event_id, sorted(said, key=_reading_order))
    return Reported(mention=with_changes(mention, verdicts), verdict=verdicts[-1].review_status if verdicts else None)


def _reading_order(mention: EventMention) -> tuple[int, str]:
    return mention.evidence[0].start, mention.id


def _as_one(event_id: str, said: Sequence[EventMention]) -> EventMention:
    """An article has one event for an act, although it was read as several that a person merged."""
    first, *others = said
    if not others:
        return first
    act = merge(event_id, said, {})
    return replace(
        first,
        event_type=act.event_type,
        modality=act.modality,
        imposers=act.imposers,
        targets=act.targets,
        actors=act.actors,
        instrument=act.instrument,
        measures=act.measures,
        event_date=act.event_date,
        evidence=tuple(dict.fromkeys(chain.from_iterable(each.evidence for each in said))),
    )


def _labelled(article: Any, acts: Sequence[Reported]) -> LabelledArticle:
    """Rejected acts are left out; undecided ones are background, which scores count neither way."""
    published = article.published_at.astimezone(UTC).date().isoformat() if article.published_at else None
    events = [_event(act.mention) for act in acts if act.verdict == "accepted"]
    undecided = [_event(act.mention) for act in acts if act.verdict is None]
    label = {
        "doc_id": article.id,
        "label": "sanctions_event" if events else "no_sanctions_event",
        "doc_kind": "positive" if events else "hard_negative",
        "negative_kind": None,
        "title": article.title,
        "published": published,
        "source": article.publisher,
        "url": article.url,
        "events": [{"event_id": f"{article.id}#{number}", **event} for number, event in enumerate(events, start=1)],
        "background": undecided,
        "partial": bool(undecided),
    }
    document = {"doc_id": article.id, "title": article.title, "published": published, "text": article.text}
    return LabelledArticle(label=label, document=document, is_whole=not undecided)


def _event(mention: EventMention) -> dict[str, Any]:
    return {name: value for name, value in mention_to_json(mention).items() if name not in INTERNAL}

"""FollowTheMoney entities of the warehouse's rows: Event, Article, Documentation, parties, and Sanction for listings.

The followthemoney package itself needs PyICU, which has no wheels, so entities are written as its schema has them
(https://followthemoney.tech/explorer/); tests hold them against an excerpt of the schema, and against the package where
it is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from include.records import EventClass, MeasureType, Modality, hash_id

SCHEMAS = {"person": "Person", "organisation": "Organization", "vessel": "Vessel", "country": "PublicBody"}
LISTINGS = {MeasureType.ASSET_FREEZE, MeasureType.TRAVEL_BAN, MeasureType.DESIGNATION}
LANGUAGES = {"en": "eng"}  # FollowTheMoney wants ISO 639-3
FORMER_STATES = {"CS": "cshh", "SU": "suhh", "YU": "yucs"}
BODIES = {"UN", "G7"}  # of two letters, and yet no state
VERBS = {
    "threatened": "threatens sanctions on",
    "proposed": "proposes sanctions on",
    "imposed": "imposes sanctions on",
    "expanded": "expands sanctions on",
    "extended": "extends sanctions on",
    "eased": "eases sanctions on",
    "lifted": "lifts sanctions on",
    "implemented": "implements sanctions on",
    "enforced": "enforces sanctions on",
    "violated": "sanctions violated, on",
    "condemned": "sanctions condemned, on",
}

Entity = dict[str, Any]


def party_entities(row: Any) -> Iterator[Entity]:
    """The party, unless it is no entity but a sector."""
    if row.kind in SCHEMAS:
        yield entity(party_id(row._asdict()), SCHEMAS[row.kind], name=row.name, country=country_of(row.code))


def article_entities(row: Any) -> Iterator[Entity]:
    """The article."""
    yield entity(
        f"article-{row.id}",
        "Article",
        name=row.title or row.url,
        title=row.title,
        author=row.byline,
        publisher=row.publisher,
        sourceUrl=row.url,
        language=LANGUAGES.get(row.language),
        publishedAt=_moment(row.published_at),
        retrievedAt=_moment(row.seen_at),
    )


def event_entities(row: Any) -> Iterator[Entity]:
    """The act, and a Sanction for each person, organisation or vessel that it lists."""
    parties = [party for party in row.parties if party["kind"] in SCHEMAS]
    imposers = [party for party in parties if party["role"] == "imposer"]
    targets = [party for party in parties if party["role"] == "target"]
    who, whom = (", ".join(party["name"] for party in side) for side in (imposers, targets))
    yield entity(
        f"event-{row.event_id}",
        "Event",
        name=f"{who} {VERBS[row.event_type]} {whom}".strip(),
        summary=row.instrument,
        date=row.event_date,
        startDate=row.effective_date,
        country=[country_of(party["code"]) for party in targets],
        organizer=[party_id(party) for party in imposers],
        involved=[party_id(party) for party in targets if party["kind"] != "vessel"],  # takes legal entities only
        keywords=[row.event_type, row.modality, *row.measures],
        notes=row.objects,
        recordId=str(row.event_id),
    )
    if row.event_class == EventClass.IMPOSE and row.modality == Modality.ASSERTED and LISTINGS & set(row.measures):
        for target in targets:
            if target["kind"] != "country":
                yield _sanction(row, target, imposers)


def _sanction(row: Any, target: Mapping[str, Any], imposers: list[Mapping[str, Any]]) -> Entity:
    return entity(
        f"sanction-{hash_id(str(row.event_id), party_id(target))}",
        "Sanction",
        entity=party_id(target),
        authority=[party["name"] for party in imposers],
        country=[country_of(party["code"]) for party in imposers],
        program=row.instrument,
        provisions=list(row.measures),
        listingDate=row.event_date,
        startDate=row.effective_date,
    )


def report_entities(row: Any) -> Iterator[Entity]:
    """The link from an act to an article that reports it, with the sentences that say so."""
    yield entity(
        f"report-{row.id}",
        "Documentation",
        document=f"article-{row.article_id}",
        entity=f"event-{row.event_id}",
        role=f"{row.salience} report",
        summary=row.evidence,
    )


def entity(entity_id: str, schema: str, **properties: str | Sequence[str | None] | None) -> Entity:
    """An entity as FollowTheMoney writes it: every property a list of distinct strings, none of them empty."""
    lists = {name: [value] if isinstance(value, str) else value or () for name, value in properties.items()}
    kept = {name: list(dict.fromkeys(filter(None, values))) for name, values in lists.items()}
    return {"id": entity_id, "schema": schema, "properties": {name: values for name, values in kept.items() if values}}


def party_id(party: Mapping[str, Any]) -> str:
    """The same for a party wherever it occurs."""
    return f"party-{hash_id(party['kind'], party['name'], party['code'] or '')}"


def country_of(code: str | None) -> str | None:
    """ISO 3166-1 alpha-2 in small letters, former states as FollowTheMoney has them, and the EU; nothing for bodies."""
    return FORMER_STATES.get(code, code.lower()) if code and len(code) == 2 and code not in BODIES else None


def _moment(at: datetime | None) -> str | None:
    """In UTC, which FollowTheMoney takes every time to be: it knows no offsets."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


# Which statement gives the rows of which entities, in the order of writing.
ENTITY_SOURCES: Mapping[str, Callable[[Any], Iterator[Entity]]] = {
    "export_ftm_parties": party_entities,
    "export_ftm_articles": article_entities,
    "export_ftm_events": event_entities,
    "export_ftm_reports": report_entities,
}

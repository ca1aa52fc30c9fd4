"""FollowTheMoney entities of the warehouse's rows: acts, their parties, articles and links, and Sanctions for listings.

The followthemoney package itself needs PyICU, which has no wheels, so entities are written as its schema has them
(https://followthemoney.tech/explorer/); tests hold them against an excerpt of the schema, and against the package where
it is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from include.records import EventClass, EventType, MeasureType, Modality, hash_id

SCHEMAS = {"person": "Person", "organisation": "Organization", "vessel": "Vessel", "country": "PublicBody"}
LISTINGS = {MeasureType.ASSET_FREEZE, MeasureType.TRAVEL_BAN, MeasureType.DESIGNATION}
LANGUAGES = {"en": "eng"}  # FollowTheMoney wants ISO 639-3
FORMER_STATES = {"CS": "cshh", "SU": "suhh", "YU": "yucs"}
BODIES = {"UN", "G7"}  # of two letters, and yet no state
VERBS = {
    EventType.THREATENED: "threaten",
    EventType.PROPOSED: "propose",
    EventType.IMPOSED: "impose",
    EventType.EXPANDED: "expand",
    EventType.EXTENDED: "extend",
    EventType.EASED: "ease",
    EventType.LIFTED: "lift",
    EventType.IMPLEMENTED: "implement",
    EventType.ENFORCED: "enforce",
    EventType.VIOLATED: "violate",
    EventType.CONDEMNED: "condemn",
}
DOES = {Modality.ASSERTED: "{verb}{s}", Modality.PLANNED: "plan{s} to {verb}", Modality.POSSIBLE: "may {verb}"}
ARE = {Modality.ASSERTED: "are", Modality.PLANNED: "are to be", Modality.POSSIBLE: "may be"}

Entity = dict[str, Any]
Party = Mapping[str, Any]


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
    """The act, links to its vessels, and a Sanction for each person, organisation or vessel that it lists."""
    parties = [party for party in row.parties if party["kind"] in SCHEMAS]
    imposers, targets = _of_role(parties, "imposer"), _of_role(parties, "target")
    doers = {party_id(party) for party in doers_of(row.event_type, parties)}
    legal = [party_id(party) for party in parties if party["kind"] != "vessel"]  # all that an Event takes
    yield entity(
        f"event-{row.event_id}",
        "Event",
        name=sentence_of(row.event_type, row.modality, row.parties),
        summary=row.instrument,
        date=row.event_date,
        startDate=row.effective_date,
        country=[country_of(party["code"]) for party in targets],
        organizer=[party for party in legal if party in doers],
        involved=[party for party in legal if party not in doers],
        keywords=[row.event_type, row.modality, *row.measures],
        notes=row.objects,
        recordId=str(row.event_id),
    )
    yield from (_link(row, party) for party in parties if party["kind"] == "vessel")
    if row.event_class == EventClass.IMPOSE and row.modality == Modality.ASSERTED and LISTINGS & set(row.measures):
        for target in targets:
            if target["kind"] != "country":
                yield _sanction(row, target, imposers)


def doers_of(event_type: str, parties: Sequence[Party]) -> list[Party]:
    """Who does it; nobody when only those are known whose sanctions are condemned or violated."""
    imposers, actors = _of_role(parties, "imposer"), _of_role(parties, "actor")
    match event_type:
        case EventType.CONDEMNED | EventType.VIOLATED:
            return actors
        case EventType.PROPOSED:
            return actors or imposers
        case _:
            return imposers


def sentence_of(event_type: str, modality: str, parties: Sequence[Party]) -> str:
    """The act in a sentence that says no more than its reports: done, planned or possible."""
    doers = doers_of(event_type, parties)
    done_by = {party_id(party) for party in doers}
    others = [party for party in _of_role(parties, "imposer") if party_id(party) not in done_by]
    by = f" by {_names(others)}" if others else ""
    on = f" on {_names(targets)}" if (targets := _of_role(parties, "target")) else ""
    # The words of a threat or a proposal are said, whatever becomes of them.
    said = Modality.ASSERTED if event_type in (EventType.THREATENED, EventType.PROPOSED) else Modality(modality)
    if not doers:
        return f"Sanctions{by}{on} {ARE[said]} {event_type}"
    does = DOES[said].format(verb=VERBS[EventType(event_type)], s="" if len(doers) > 1 else "s")
    return f"{_names(doers)} {does} sanctions{by}{on}"


def _of_role(parties: Iterable[Party], role: str) -> list[Party]:
    return [party for party in parties if party["role"] == role]


def _names(parties: Iterable[Party]) -> str:
    *others, last = (party["name"] for party in parties)
    return f"{', '.join(others)} and {last}" if others else str(last)


def _link(row: Any, vessel: Party) -> Entity:
    return entity(
        f"link-{hash_id(str(row.event_id), party_id(vessel), vessel['role'])}",
        "UnknownLink",
        subject=f"event-{row.event_id}",
        object=party_id(vessel),
        role=vessel["role"],
    )


def _sanction(row: Any, target: Party, imposers: Sequence[Party]) -> Entity:
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


def party_id(party: Party) -> str:
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

"""Acts: found by search and filter, and each with everything that stands behind it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from include.edges.warehouse import read
from include.records import EventType, MeasureType, Modality
from plugins.desk import charts
from plugins.desk.filters import asked, bound, read_event_filter
from plugins.desk.marked_text import mark
from plugins.desk.pages import address, catalog, render
from plugins.desk.reading import reading

router = APIRouter()
PAGE_SIZE = 50
MOST_COUNTED = 5_000  # newest acts of a search that are counted by month and target
MOST_TOLD = 500  # acts that a search for words takes from each of evidence and names
MOST_MONTHS = 36
MOST_REPORTS = 100


@router.get("/events")
def events(request: Request) -> HTMLResponse:
    given = {name: value for name, value in request.query_params.items() if value.strip()}
    search, faults = read_event_filter(given)
    form = {
        "here": "Events",
        "title": "Events",
        "faults": faults,
        "parties": sorted((party.name, code) for code, party in catalog().gazetteer.by_code.items()),
        "types": [each.value for each in EventType],
        "modalities": [each.value for each in Modality],
        "measures": [each.value for each in MeasureType],
    }
    if search is None:
        return render(request, "events.html", status=422, query=given, **form)
    with reading() as connection:
        (found,) = read(
            connection,
            "desk/events_found",
            **bound(search),
            page_size=PAGE_SIZE,
            most_counted=MOST_COUNTED,
            most_told=MOST_TOLD,
        )
    page, more = found.events[:PAGE_SIZE], found.events[PAGE_SIZE:]
    query = asked(search)
    months = sorted(found.months)[-MOST_MONTHS:]
    return render(
        request,
        "events.html",
        query=query,
        acts=page,
        following={**query, "after_day": page[-1]["act_on"] or "-infinity", "after_id": page[-1]["event_id"]}
        if more
        else None,
        counted=found.counted,
        is_all=found.counted < MOST_COUNTED,
        months=charts.bars(months, {"acts": [found.months[month] for month in months]}),
        by_month=[(month, found.months[month]) for month in months],
        targets=charts.world(
            found.targets,
            links={code: address(request, "events", **query | {"target": code}) for code in found.targets},
        ),
        by_target=sorted(found.targets.items(), key=lambda item: -item[1])[:20],
        **form,
    )


@router.get("/events/{event_id}")
def event(request: Request, event_id: UUID, report: UUID | None = None) -> HTMLResponse:
    key = str(event_id)
    with reading() as connection:
        acts = read(connection, "desk/event", event_id=key)
        if not acts:
            raise HTTPException(404, "There is no such act. Acts that were withdrawn stay, so its address is wrong.")
        reports = read(connection, "desk/event_reports", event_id=key, max_rows=MOST_REPORTS)
        shown = next((each for each in reports if each.mention_id == str(report)), reports[0] if reports else None)
        if report and (shown is None or shown.mention_id != str(report)):
            raise HTTPException(404, "This act has no such report, or no longer.")
        articles = read(connection, "desk/article", ids=[shown.article_id]) if shown else []
        copies = read(
            connection,
            "desk/event_copies",
            story_ids=sorted({each.story_id for each in reports if each.story_id}),
            article_ids=[each.article_id for each in reports],
            max_rows=MOST_REPORTS,
        )
        versions = read(connection, "desk/event_versions", event_id=key, max_rows=50)
        decisions = read(connection, "desk/event_decisions", event_id=key, max_rows=50)
    return render(
        request,
        "event.html",
        here="Events",
        title=headline(acts[0]),
        act=acts[0],
        reports=reports,
        shown=shown,
        article=articles[0] if articles else None,
        marked=mark(articles[0].text, places(shown)) if articles and articles[0].text else None,
        copies=copies,
        versions=versions,
        decisions=decisions,
    )


def places(report: Any) -> list[tuple[int, int]]:
    """Where the sentences of a report stand in its article's text: first character and the one after the last."""
    return [(int(each["start"]), int(each["end"])) for each in report.evidence]


def headline(act: Any) -> str:
    """An act in a few words: imposers, what they did, to whom, when."""
    who = ", ".join(act.imposers) or "Somebody"
    whom = ", ".join(act.targets[:3]) or "somebody"
    day = act.event_date or (act.act_on.isoformat() if isinstance(act.act_on, date) else "no day known")
    return f"{who}: {act.event_type}, {whom} ({day})"

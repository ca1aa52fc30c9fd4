"""A calendar of what each day holds, with its gaps, and what there is to say of one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Annotated, Any, Literal

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from include.edges.warehouse import Connection, read
from plugins.desk.charts import calendar, funnel
from plugins.desk.day_counts import COUNT_AGAIN, STEPS, count_steps, counted_days, recent_counts, remembered
from plugins.desk.pages import address, render
from plugins.desk.reading import reading
from plugins.desk.replays import FIRST_DAY, last_replays

router = APIRouter()
Show = Literal["pages_of_day", "pages", "stories", "events"]
NAMES = {
    "pages_of_day": "pages of the day",
    "pages": "pages fetched",
    "stories": "stories first seen",
    "events": "events first seen",
}
WEEKS = 8  # of which the same weekday says what is usual
ENOUGH_WEEKS = 3
FEW = 1 / 3  # of the usual
CHANGES = 100
PUBLISHERS = 50
MOST_PUBLISHERS = 1_000  # that are looked at


@router.get("/coverage")
def coverage(
    request: Request,
    session: SessionDep,
    year: Annotated[int | None, Query(ge=FIRST_DAY.year, le=2200)] = None,
    show: Show = "pages_of_day",
) -> HTMLResponse:
    now = datetime.now(UTC)
    today = now.date()
    year = year or today.year
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    if first > today:
        raise HTTPException(404, "That year is still to come.")
    with reading() as connection:
        oldest, begun = first_days(connection)
        counts = counted_days(
            connection, first - timedelta(weeks=WEEKS), last, recent_counts(connection, now=now), now=now
        )
    gaps = find_gaps({day: each.pages_of_day for day, each in counts.items()}, begun, today) if begun else {}
    days = [counts[day] for day in sorted(counts) if day >= max(first, oldest or last)]
    uncounted = (last - max(first, oldest)).days + 1 - len(days) if oldest and oldest <= last else 0
    return render(
        request,
        "coverage.html",
        here="Coverage",
        title="Coverage",
        year=year,
        years=range(oldest.year if oldest else today.year, today.year + 1),
        show=show,
        names=NAMES,
        chart=calendar(
            {each.day: getattr(each, show) for each in days},
            links={each.day: address(request, f"coverage/{each.day}") for each in days},
            first=first,
            last=date(year, 12, 31),
            marked=gaps,
        ),
        days=days,
        gaps={day: said for day, said in gaps.items() if first <= day <= last},
        uncounted=uncounted,
        first_day=FIRST_DAY,
        from_day=None,
        last_day=today - timedelta(days=1),
        replays=last_replays(session),
    )


@router.get("/coverage/{day}")
def covered_day(
    request: Request, day: date, rebuild: Annotated[int | None, Query(ge=0, lt=2**63)] = None
) -> HTMLResponse:
    now = datetime.now(UTC)
    if not FIRST_DAY <= day <= now.date():
        raise HTTPException(404, f"The desk has the days from {FIRST_DAY} to {now.date()}.")
    start = datetime.combine(day, time(), UTC)
    with reading() as connection:
        counts = count_steps(connection, day, recent_counts(connection, now=now), now=now)
        bounds = {"start": start, "until": start + timedelta(days=1)}
        held = remembered(
            ("held", day), lambda: read(connection, "report_window", **bounds)[0], age=COUNT_AGAIN, now=now
        )
        publishers = remembered(
            ("publishers", day), lambda: publishers_of_day(connection, **bounds), age=COUNT_AGAIN, now=now
        )
        rebuilds = read(connection, "desk/rebuilds_of_day", **bounds, max_rows=20)
        shown = next((each for each in rebuilds if rebuild in (each.rebuild_id, None)), None)
        if rebuild is not None and shown is None:
            raise HTTPException(404, "The day was not done again under that number.")
        chosen: dict[str, Any] = {"rebuild_id": shown.rebuild_id if shown else None}
        changes = read(connection, "desk/rebuild_changes", **chosen, max_rows=CHANGES + 1)
        sources = read(connection, "desk/rebuild_sources", **chosen, max_rows=50)
    return render(
        request,
        "day.html",
        here="Coverage",
        title=f"{day:%A}, {day}",
        day=day,
        before=day - timedelta(days=1) if day > FIRST_DAY else None,
        after=day + timedelta(days=1) if day < now.date() else None,
        is_over=day < now.date(),
        counts=counts,
        funnel=funnel((name.replace("_", " "), getattr(counts, name)) for name in STEPS),
        steps=[(name.replace("_", " "), getattr(counts, name)) for name in STEPS],
        held=[(name.replace("_", " "), n) for name, n in held._asdict().items()],
        publishers=publishers,
        rejected=sorted(counts.rejected_by_reason.items(), key=lambda item: -item[1]),
        rebuilds=rebuilds,
        shown=shown,
        changes=changes[:CHANGES],
        has_more=len(changes) > CHANGES,
        sources=sources,
        first_day=FIRST_DAY,
        from_day=day,
        last_day=day,
    )


def first_days(connection: Connection) -> tuple[date | None, date | None]:
    """The oldest day that a page is of or that was done again, and the day from which on pages came in."""
    (first,) = read(connection, "first_page")
    oldest, begun = (moment and moment.astimezone(UTC).date() for moment in (first.oldest, first.fetched_at))
    return oldest, begun


def publishers_of_day(connection: Connection, **bounds: datetime) -> list[Any]:
    """What each publisher brought beside what is usual on that weekday, those that lack most first."""
    return read(
        connection,
        "desk/publishers_of_day",
        **bounds,
        weeks=WEEKS,
        max_publishers=MOST_PUBLISHERS,
        max_rows=PUBLISHERS,
    )


def find_gaps(pages: Mapping[date, int], oldest: date, today: date) -> dict[date, str]:
    """The days since the first page that none is of, or less than a third of what is usual on that weekday.

    Of a day are those published on it, too: one that the desk missed and was given later is no gap any more.
    """
    gaps = {}
    for day in sorted(day for day in pages if oldest <= day < today):
        usual = usual_pages(pages, oldest, day)
        if not pages[day]:
            gaps[day] = "no pages"
        elif usual and pages[day] < usual * FEW:
            gaps[day] = f"{pages[day]:,} pages, where {usual:,.0f} are usual"
    return gaps


def usual_pages(pages: Mapping[date, int], oldest: date, day: date) -> float | None:
    """The median of the same weekday in the weeks before; None while too few are known."""
    before = [day - timedelta(weeks=n) for n in range(1, WEEKS + 1)]
    known = [pages[each] for each in before if each >= oldest and each in pages]
    return median(known) if len(known) >= ENOUGH_WEEKS else None

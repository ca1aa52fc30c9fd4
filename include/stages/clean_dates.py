"""When an article was published: the best dated claim that is not in the future, and where it stood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from dateutil import parser as dateutil_parser
from dateutil import tz

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # older stamps on web pages are defaults and typing errors
CLOCK = timedelta(seconds=20)  # a page that is made anew for each reader dates itself by then
MIDNIGHT = datetime(1, 1, 1)  # noqa: DTZ001 - the zone comes from the text, or is UTC

URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2]|[a-z]{3})[/-]?(0[1-9]|[12]\d|3[01])(?=\D|$)", re.IGNORECASE)
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
WRITTEN_DATE = re.compile(
    rf"\b(?:\d{{1,2}} {MONTH},? \d{{4}}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{4}}-\d\d-\d\d)\b"
)
ZONES = {  # the abbreviations that newsrooms print; dateutil ignores, and warns of, any it isn't told
    name: tz.gettz(zone)
    for zone, names in {
        "America/New_York": ("EST", "EDT", "ET"),
        "America/Chicago": ("CST", "CDT", "CT"),
        "America/Denver": ("MST", "MDT", "MT"),
        "America/Los_Angeles": ("PST", "PDT", "PT"),
        "Europe/London": ("BST",),
        "Europe/Berlin": ("CET", "CEST"),
        "Asia/Tokyo": ("JST",),
        "Asia/Kolkata": ("IST",),
        "Asia/Hong_Kong": ("HKT",),
        "Australia/Sydney": ("AEST", "AEDT"),
    }.items()
    for name in names
}


def published_at(
    claims: Iterable[tuple[str, datetime | str]], now: datetime, fetched_at: datetime | None = None
) -> tuple[datetime | None, str]:
    """The first (source, value) claim that reads as a date between 1990 and `now`; (None, "") when none does.

    A page's claim of the very moment of its fetching is the server's clock, not a date of publication. What a feed says
    has often lost its time zone; the zone is that of a later claim of the same moment.
    """
    read = [(source, moment) for source, value in claims if (moment := _moment(value)) and EARLIEST <= moment <= now]
    for source, moment in read:
        if source == "feed" or not _is_clock(moment, fetched_at):
            zoned = (other for _, other in read if other == moment and other.utcoffset())
            return next(zoned, moment) if not moment.utcoffset() else moment, source
    return None, ""


def modified_at(
    claims: Iterable[str], published: datetime | None, now: datetime, fetched_at: datetime | None = None
) -> datetime | None:
    """The latest claim that lies after the publication and not in the future."""
    read = (moment for value in claims if (moment := _moment(value)) and EARLIEST <= moment <= now)
    return max(
        (moment for moment in read if not _is_clock(moment, fetched_at) and (published is None or moment > published)),
        default=None,
    )


def _moment(value: datetime | str) -> datetime | None:
    return value if isinstance(value, datetime) else read_date(value)


def _is_clock(moment: datetime, fetched_at: datetime | None) -> bool:
    return fetched_at is not None and abs(moment - fetched_at) < CLOCK


def read_date(text: str) -> datetime | None:
    """A timezone-aware moment from a machine's or a person's notation; without a zone it is taken as UTC."""
    text = text.strip()
    if not 8 <= len(text) <= 60 or not re.search(r"\d{4}|\d\d/\d\d/\d\d", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = dateutil_parser.parse(text, tzinfos=ZONES, default=MIDNIGHT)
        except (ValueError, OverflowError, TypeError):
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def dates_in_url(url: str) -> Iterator[str]:
    """Dates that a path such as /2019/11/19/ or /2019/nov/19/ carries."""
    for year, month, day in URL_DATE.findall(url):
        yield f"{year}-{month}-{day}" if month.isdigit() else f"{day} {month} {year}"


def dates_in_lead(lines: Iterable[str]) -> Iterator[str]:
    """Dates of the short lines (dateline, "Published ...") around a headline."""
    for line in lines:
        if len(line) <= 120:
            yield from WRITTEN_DATE.findall(line)

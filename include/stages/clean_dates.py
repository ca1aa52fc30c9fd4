"""When an article was published: the best dated claim that is not in the future, and where it stood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from dateutil import parser as dateutil_parser
from dateutil import tz

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # older stamps on web pages are defaults and typing errors
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


def published_at(claims: Iterable[tuple[str, datetime | str]], now: datetime) -> tuple[datetime | None, str]:
    """The first (source, value) claim that reads as a date between 1990 and `now`; (None, "") when none does."""
    for source, value in claims:
        moment = value if isinstance(value, datetime) else read_date(value)
        if moment is not None and EARLIEST <= moment <= now:
            return moment, source
    return None, ""


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

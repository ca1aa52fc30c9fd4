"""How long a server asks to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=7)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the server asks to be left alone: seconds or a date, a week at most."""
    value = headers.get("retry-after", "").strip()
    try:
        wait = timedelta(seconds=int(value)) if value.isdecimal() else parsedate_to_datetime(value) - now
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return between(timedelta(), wait, LONGEST)


def between(least: timedelta, wanted: timedelta, most: timedelta) -> timedelta:
    return max(least, min(wanted, most))

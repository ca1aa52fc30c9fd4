"""What feeds and their answers say about when to ask them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.stages.feed_hints import FeedHints, cache_lifetime, read_hints

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)  # a Wednesday


def channel(inside: str) -> bytes:
    return f"<rss><channel><title>P</title>{inside}<item><ttl>9</ttl></item></channel></rss>".encode()


@pytest.mark.parametrize(
    ("inside", "interval"),
    [
        ("", timedelta()),
        ("<ttl>90</ttl>", timedelta(minutes=90)),
        ("<ttl> soon </ttl>", timedelta()),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", timedelta(minutes=30)),
        ("<sy:updatePeriod>\n daily </sy:updatePeriod>", timedelta(days=1)),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", timedelta(days=1)),
        ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
    ],
)
def test_intervals(inside: str, interval: timedelta):
    assert read_hints(channel(inside)).interval == interval


def test_hours_and_days_to_skip():
    hints = read_hints(
        channel("<skipHours><hour>5</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>")
    )
    assert hints == FeedHints(skip_hours=frozenset({5, 0}), skip_days=frozenset({6}))
    assert not hints.allow(NOW)
    assert hints.allow(NOW + timedelta(hours=1))
    assert not hints.allow(NOW + timedelta(days=4, hours=1))


def test_hints_that_leave_no_time_are_none():
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert read_hints(channel(f"<skipHours>{hours}</skipHours>")) == FeedHints()


@pytest.mark.parametrize(
    ("headers", "lifetime"),
    [
        ({}, timedelta()),
        ({"cache-control": "public, max-age=600"}, timedelta(minutes=10)),
        ({"cache-control": "max-age=600", "age": "540"}, timedelta(minutes=1)),
        ({"cache-control": "max-age=600", "age": "9999"}, timedelta()),
        ({"cache-control": "no-cache, max-age=600"}, timedelta()),
        ({"cache-control": "max-age=soon"}, timedelta()),
        ({"expires": "Wed, 04 Mar 2026 06:06:07 GMT"}, timedelta(hours=1)),
        ({"expires": "Wed, 04 Mar 2026 04:06:07 GMT"}, timedelta()),
        ({"expires": "-1"}, timedelta()),
        ({"cache-control": "max-age=60", "expires": "Wed, 04 Mar 2026 06:06:07 GMT"}, timedelta(minutes=1)),
    ],
)
def test_how_long_answers_stay_fresh(headers: dict[str, str], lifetime: timedelta):
    assert cache_lifetime(headers, NOW) == lifetime

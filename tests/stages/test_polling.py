"""When feeds are asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.records import Reason
from include.stages.polling import (
    FIRST,
    JITTER,
    LONGEST,
    LONGEST_FAILING,
    SHORTEST,
    FeedMemory,
    FeedUpdate,
    after_failure,
    after_success,
    retry_after,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def success(interval: timedelta | None, *, is_news: bool) -> timedelta:
    memory = FeedMemory(id="f", body_hash="old", interval=interval)
    update = after_success(memory, now=NOW, etag="e", last_modified="m", body_hash="new" if is_news else "old")
    assert (update.state, update.failures, update.etag, update.succeeded_at) == ("ok", 0, "e", NOW)
    return update.next_poll_at - NOW


def failure(failures: int, reason: Reason = Reason.TIMED_OUT, status: int | None = None, **headers: str) -> FeedUpdate:
    memory = FeedMemory(id="f", failures=failures, etag="kept")
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return after_failure(memory, now=NOW, reason=reason, status=status, headers=given)


def test_news_makes_the_next_poll_sooner_and_silence_later():
    hour = timedelta(hours=1)
    assert success(hour, is_news=True) < hour < success(hour, is_news=False)
    assert success(None, is_news=True) < FIRST * (1 + JITTER)


def test_intervals_stay_within_bounds():
    assert success(timedelta(seconds=1), is_news=True) >= SHORTEST * (1 - JITTER)
    assert success(timedelta(days=9), is_news=False) <= LONGEST * (1 + JITTER)


def test_failing_feeds_are_asked_ever_more_rarely_but_for_ever():
    waits = [failure(failures).next_poll_at - NOW for failures in (0, 2, 4, 50)]
    assert waits == sorted(waits)
    assert waits[-1] <= LONGEST_FAILING * (1 + JITTER)
    assert failure(3).failures == 4
    assert failure(3).etag == "kept"
    assert failure(3).state == "failing"


def test_a_feed_that_is_gone_retires():
    assert failure(0, Reason.HTTP_STATUS, 410).state == "retired"
    assert failure(0, Reason.HTTP_STATUS, 404).reason == "http_status 404"


def test_the_server_may_ask_for_more_patience_but_not_for_less():
    patient = failure(0, Reason.HTTP_STATUS, 503, retry_after="86400")
    assert timedelta(days=1) <= patient.next_poll_at - NOW <= timedelta(days=1.1)
    assert failure(3, Reason.HTTP_STATUS, 429, retry_after="1").next_poll_at - NOW >= FIRST


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Wed, 04 Mar 2026 06:06:07 GMT", timedelta(hours=1)),
        ("Wed, 04 Mar 2026 04:06:07 GMT", timedelta()),
        ("Fri, 01 Jan 2100 00:00:00 GMT", timedelta(days=7)),
        ("9" * 40, timedelta()),
        ("soon", timedelta()),
        ("-5", timedelta()),
        ("", timedelta()),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wait: timedelta):
    assert retry_after({"retry-after": value}, NOW) == wait


def test_feeds_polled_together_drift_apart():
    memories = [FeedMemory(id=f"feed {n}", body_hash="a", interval=FIRST) for n in range(50)]
    updates = [after_success(each, now=NOW, etag="", last_modified="", body_hash="a") for each in memories]
    assert len({update.next_poll_at for update in updates}) == 50

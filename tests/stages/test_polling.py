"""When feeds are asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.patience import retry_after
from include.records import Reason
from include.stages.feed_hints import FeedHints
from include.stages.polling import (
    FIRST,
    FULL_EVERY,
    HOMEWARD,
    JITTER,
    LONGEST,
    LONGEST_ASKED,
    LONGEST_FAILING,
    MOVES,
    SHORTEST,
    FeedMemory,
    FeedUpdate,
    GoodAnswer,
    after_failure,
    after_success,
    allowed_after,
    moved_for_good,
    validators,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def good(**facts: object) -> GoodAnswer:
    given = {"etag": "e", "last_modified": "m", "body_hash": "old", "url": "https://a.example/", "is_whole": True}
    return GoodAnswer(**given | facts)


def success(interval: timedelta | None, *, is_news: bool) -> timedelta:
    memory = FeedMemory(id="f", body_hash="old", interval=interval)
    update = after_success(memory, good(body_hash="new" if is_news else "old"), now=NOW)
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
    updates = [after_success(each, good(body_hash="a"), now=NOW) for each in memories]
    assert len({update.next_poll_at for update in updates}) == 50


def test_a_feed_may_ask_to_be_asked_rarely_but_not_too_rarely():
    memory = FeedMemory(id="f", body_hash="old", interval=timedelta(minutes=10))
    two_hours = after_success(memory, good(hints=FeedHints(interval=timedelta(hours=2))), now=NOW)
    assert two_hours.next_poll_at - NOW >= timedelta(hours=2) * (1 - JITTER)
    assert two_hours.poll_interval < timedelta(hours=1)  # its own history is remembered apart
    a_month = after_success(memory, good(hints=FeedHints(interval=timedelta(days=30))), now=NOW)
    assert a_month.next_poll_at - NOW <= LONGEST_ASKED * (1 + JITTER)
    fresh = after_success(memory, good(fresh_for=timedelta(hours=1)), now=NOW)
    assert fresh.next_poll_at - NOW >= timedelta(hours=1) * (1 - JITTER)


def test_hints_hold_while_the_body_is_known():
    hints = FeedHints(interval=timedelta(hours=2))
    assert after_success(FeedMemory(id="f", hints=hints), good(), now=NOW).hints == hints


def test_hours_to_skip_are_skipped_up_to_a_weekend():
    assert allowed_after(NOW, FeedHints(skip_hours=frozenset({5, 6}))) == NOW + timedelta(hours=2)
    saturday = NOW + timedelta(days=3)
    weekend = FeedHints(skip_days=frozenset({5, 6}))
    assert allowed_after(saturday, weekend).weekday() == 0
    assert allowed_after(NOW, FeedHints(skip_days=frozenset({2, 3, 4, 5, 6, 0}))) == NOW


def test_a_move_counts_when_it_is_repeated():
    memory = FeedMemory(id="f")
    for n in range(1, MOVES + 1):
        update = after_success(memory, good(moved_url="https://new.example/"), now=NOW)
        assert update.polled_url == ("https://new.example/" if n == MOVES else "")
        memory = FeedMemory(
            id="f", polled_url=update.polled_url, moved_url=update.moved_url, moved_polls=update.moved_polls
        )
    again = after_success(memory, good(), now=NOW)
    assert (again.polled_url, again.moved_polls) == ("https://new.example/", 0)


def test_a_move_that_changes_its_mind_counts_from_one():
    memory = FeedMemory(id="f", moved_url="https://new.example/", moved_polls=MOVES - 1)
    update = after_success(memory, good(moved_url="https://other.example/"), now=NOW)
    assert (update.polled_url, update.moved_polls) == ("", 1)
    assert after_success(memory, good(), now=NOW).moved_polls == 0


def test_a_new_address_that_fails_leads_home():
    memory = FeedMemory(id="f", polled_url="https://new.example/", failures=HOMEWARD - 1)
    update = after_failure(memory, now=NOW, reason=Reason.HTTP_STATUS, status=410, headers={})
    assert (update.polled_url, update.state) == ("", "failing")


def test_only_permanent_redirects_move():
    assert moved_for_good([(301, "a"), (308, "b"), (302, "c"), (301, "d")]) == "b"
    assert moved_for_good([(302, "a"), (301, "b")]) == ""


def test_validators_are_left_out_when_a_whole_body_is_due():
    memory = FeedMemory(id="f", etag="e", last_modified="Tue, 03 Mar 2026 00:00:00 GMT")
    assert validators(memory, NOW) == ("", "")  # never seen whole
    seen = FeedMemory(id="f", etag="e", last_modified=memory.last_modified, full_at=NOW - timedelta(days=1))
    assert validators(seen, NOW) == ("e", memory.last_modified)
    assert validators(seen, NOW + FULL_EVERY) == ("", "")


def test_a_date_to_come_is_no_validator():
    memory = FeedMemory(id="f", etag="e", last_modified="Tue, 01 Jan 2041 00:00:00 GMT", full_at=NOW)
    assert validators(memory, NOW) == ("e", "")


def test_304_does_not_count_as_whole():
    memory = FeedMemory(id="f", full_at=NOW - timedelta(days=2))
    assert after_success(memory, good(is_whole=False), now=NOW).full_fetched_at == memory.full_at
    assert after_success(memory, good(), now=NOW).full_fetched_at == NOW

"""What hosts allow, and how patient they want us to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.edges.web_manners import (
    LONGEST_DELAY,
    ROBOTS_AGAIN,
    ROBOTS_FOR,
    HostMemory,
    after_answer,
    delay,
    may_ask,
    with_robots,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
AGENT = "SanctionsDesk/0.1 (+https://example.org/sanctions-desk)"
ROBOTS = b"""User-agent: *
Disallow: /private/
Crawl-delay: 2

User-agent: SanctionsDesk
Disallow: /drafts/
Allow: /drafts/open
Crawl-delay: 5
"""


def host(robots: bytes = ROBOTS, status: int | None = 200) -> HostMemory:
    return with_robots(HostMemory(host="a.example"), status=status, body=robots, now=NOW)


def test_the_rules_for_us_come_before_those_for_all():
    memory = host()
    assert may_ask(memory, "https://a.example/private/1", AGENT)
    assert not may_ask(memory, "https://a.example/drafts/1", AGENT)
    assert may_ask(memory, "https://a.example/drafts/open/1", AGENT)
    assert delay(memory, AGENT) == 5
    assert delay(memory, "Another/1.0") == 2


@pytest.mark.parametrize("value", ["nan", "-3", "soon", "inf", "86400", ""])
def test_odd_delays_stay_within_bounds(value: str):
    assert 0 <= delay(host(f"User-agent: *\nCrawl-delay: {value}\n".encode()), AGENT) <= LONGEST_DELAY


@pytest.mark.parametrize("body", [b"", b"<html>not found</html>", b"\x00\xff" * 5000, b"User-agent: *\nDisallow:\n"])
def test_what_forbids_nothing(body: bytes):
    memory = host(body)
    assert may_ask(memory, "https://a.example/private/1", AGENT)
    assert "\0" not in memory.robots


def test_no_robots_is_leave_and_trouble_changes_no_rule():
    assert may_ask(with_robots(host(), status=404, body=b"", now=NOW), "https://a.example/drafts/1", AGENT)
    for status in (None, 500, 429):
        later = with_robots(host(), status=status, body=b"", now=NOW)
        assert not may_ask(later, "https://a.example/drafts/1", AGENT)
        assert later.robots_until == NOW + ROBOTS_AGAIN
    assert host().robots_until == NOW + ROBOTS_FOR


def test_a_host_is_left_alone_when_it_asks_twice():
    hour = {"retry-after": "3600"}
    once = after_answer(HostMemory(host="a.example"), status=429, headers=hour, now=NOW)
    assert not once.is_waiting(NOW)
    twice = after_answer(once, status=503, headers=hour, now=NOW)
    assert twice.is_waiting(NOW + timedelta(minutes=59))
    assert not twice.is_waiting(NOW + timedelta(hours=1))
    assert not after_answer(twice, status=200, headers={}, now=NOW).is_waiting(NOW)


def test_an_answer_between_two_asks_starts_the_count_anew():
    hour = {"retry-after": "3600"}
    once = after_answer(HostMemory(host="a.example"), status=429, headers=hour, now=NOW)
    answered = after_answer(once, status=304, headers={}, now=NOW)
    assert not after_answer(answered, status=429, headers=hour, now=NOW).is_waiting(NOW)
    assert after_answer(once, status=429, headers={}, now=NOW) is once  # no Retry-After, no ask

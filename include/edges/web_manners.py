"""What a host allows and how patient it wants us to be: robots.txt, Crawl-delay, and Retry-After said twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from protego import Protego

from include.patience import retry_after

ROBOTS_FOR = timedelta(days=1)
ROBOTS_AGAIN = timedelta(hours=2)  # when robots.txt could not be had; the rules known so far hold until then
MAX_ROBOTS = 500_000  # characters that count, as RFC 9309 has it
LONGEST_DELAY = 30.0  # seconds; some sites ask for an hour, and mean crawlers of whole sites
ASKS = 2  # addresses in a row whose Retry-After makes the whole host be left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class HostMemory:
    """What is remembered of a host: a row of news.hosts."""

    host: str
    robots: str = ""
    robots_status: int | None = None
    robots_until: datetime | None = None
    waits_asked: int = 0
    wait_until: datetime | None = None

    def needs_robots(self, now: datetime) -> bool:
        return self.robots_until is None or self.robots_until <= now

    def is_waiting(self, now: datetime) -> bool:
        return self.wait_until is not None and now < self.wait_until


@lru_cache(maxsize=512)
def rules(robots: str) -> Protego:
    """The rules of a robots.txt."""
    return Protego.parse(robots)


def may_ask(memory: HostMemory, url: str, agent: str) -> bool:
    """True when robots.txt lets this agent ask an address."""
    return not memory.robots or bool(rules(memory.robots).can_fetch(url, agent))


def delay(memory: HostMemory, agent: str) -> float:
    """Seconds that robots.txt wants between two requests."""
    if not memory.robots:
        return 0.0
    asked = rules(memory.robots).crawl_delay(agent)
    rate = rules(memory.robots).request_rate(agent)
    wanted = max(float(asked or 0), rate.seconds / rate.requests if rate and rate.requests else 0.0)
    return min(wanted, LONGEST_DELAY) if wanted > 0 else 0.0  # it may be "nan"


def with_robots(memory: HostMemory, *, status: int | None, body: bytes, now: datetime) -> HostMemory:
    """The memory after robots.txt was asked for: a 4xx means that there is none, other trouble changes no rule.

    RFC 9309 would have a host whose robots.txt cannot be read left alone altogether. For feeds, which are made to be
    asked, the rules known so far hold instead, and robots.txt is asked for again soon.
    """
    if status is not None and 200 <= status < 300:
        text = body[: MAX_ROBOTS * 4].decode("utf-8", "replace").replace("\0", "")[:MAX_ROBOTS]
        text = text if "disallow" in text.lower() or "delay" in text.lower() or "rate" in text.lower() else ""
        return dataclasses.replace(memory, robots=text, robots_status=status, robots_until=now + ROBOTS_FOR)
    if status is not None and 400 <= status < 500 and status != 429:
        return dataclasses.replace(memory, robots="", robots_status=status, robots_until=now + ROBOTS_FOR)
    return dataclasses.replace(memory, robots_status=status, robots_until=now + ROBOTS_AGAIN)


def after_answer(memory: HostMemory, *, status: int | None, headers: Mapping[str, str], now: datetime) -> HostMemory:
    """The memory after an answer: the host is left alone when two addresses in a row were told to come back later."""
    asked = retry_after(headers, now) if status in (429, 503) else timedelta()
    if asked:
        asks = memory.waits_asked + 1
        until = now + asked if asks >= ASKS else memory.wait_until
        return dataclasses.replace(memory, waits_asked=asks, wait_until=until)
    if status is not None and status < 400 and (memory.waits_asked or memory.wait_until):
        return dataclasses.replace(memory, waits_asked=0, wait_until=None)
    return memory

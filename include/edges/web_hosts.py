"""Keeps the pace that each host wants, and asks for its robots.txt before anything else."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from include.edges.web_addresses import forbidden
from include.edges.web_answers import Answer, Failed, Fetched, Request
from include.edges.web_client import Client
from include.edges.web_manners import HostMemory, after_answer, delay, may_ask, with_robots
from include.records import Reason
from include.settings import Settings
from include.urls import endpoint

REQUESTS_PER_SECOND = 4.0  # of a host that asks for nothing else; those that the deployment lists take any number
CONNECTIONS_PER_HOST = 2
PATIENCE = 90.0  # seconds that the requests of one run may wait for one host's pace; what is left is for the next run
ROBOTS_SECONDS = 10.0


@dataclass(slots=True)
class Pace:
    """How fast one host is asked in this run."""

    interval: float  # seconds between two requests
    until: float  # when its share of the run ends
    next_at: float = 0.0


class Hosts:
    """What is known of the hosts that one run asks, and what the run learns of them."""

    def __init__(self, settings: Settings, *, now: datetime, known: Iterable[HostMemory] = ()) -> None:
        self._settings, self._now = settings, now
        self._agent, self._allowed = settings.user_agent, settings.allowed
        self._memories: dict[str, HostMemory] = {}
        self._changed: set[str] = set()
        self._paces: dict[str, Pace] = {}
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.busy: set[str] = set()  # not to be asked again in this run
        self.remember(known)

    def remember(self, known: Iterable[HostMemory]) -> None:
        """Takes in what earlier runs learned of hosts; what this one learned stays."""
        for memory in known:
            self._memories.setdefault(memory.host, memory)

    def unknown(self, urls: Iterable[str]) -> list[str]:
        """The hosts of addresses of which nothing is remembered yet."""
        return sorted({host_of(url) for url in urls} - self._memories.keys())

    def is_busy(self, url: str) -> bool:
        """True when the host of an address is not to be asked again in this run."""
        return host_of(url) in self.busy

    def learned(self) -> list[HostMemory]:
        """What changed since this was last asked."""
        changed = self._changed.copy()  # requests may be under way, in another thread
        self._changed -= changed
        return [self._memories[host] for host in sorted(changed)]

    def start(self) -> None:
        """Begins with a new event loop."""
        self._reading.clear()

    async def ask(self, client: Client, request: Request, slots: asyncio.Semaphore) -> Answer:
        """The answer to a request that is made when the host's turn has come; a slot is given back while it waits."""
        host = host_of(request.url)
        if (refused := await self._refusal(client, request, host)) is not None:
            return refused
        wait = self._wait(self._memories[host], request.url)
        if wait is None:
            return self._postponed(request, host, "had its share of this run")
        if wait:
            slots.release()
            await asyncio.sleep(wait)
            await slots.acquire()
        answer = await client.ask(request)
        learned = after_answer(self._memories[host], status=answer.status, headers=answer.headers, now=self._now)
        self._keep(host, learned)
        return answer

    async def _refusal(self, client: Client, request: Request, host: str) -> Failed | None:
        """Why the host is not to be asked, or not this; None when it may be."""
        if why := forbidden(request.url, self._allowed):  # half an address has no host whose robots.txt could be read
            return Failed(request=request, reason=Reason.BAD_URL, detail=f"{request.url[:200]}: {why}", seconds=0.0)
        memory = self._memories.setdefault(host, HostMemory(host=host))
        if memory.is_waiting(self._now):
            return self._postponed(request, host, f"asked to be left alone until {memory.wait_until}")
        if memory.needs_robots(self._now):
            memory = await self._read_robots(client, request.url, host)
        if may_ask(memory, request.url, self._agent):
            return None
        return Failed(request=request, reason=Reason.ROBOTS, detail="disallowed by robots.txt", seconds=0.0)

    def _wait(self, memory: HostMemory, url: str) -> float | None:
        """Seconds until the host's turn, which is taken; None when it would come too late for this run."""
        now = time.monotonic()
        if (pace := self._paces.get(memory.host)) is None:
            usual = 0.0 if endpoint(url) in self._allowed else 1 / REQUESTS_PER_SECOND
            pace = Pace(interval=max(delay(memory, self._agent), usual), until=now + PATIENCE)
            self._paces[memory.host] = pace
        if not pace.interval:
            return 0.0
        at = max(now, pace.next_at)
        if at > pace.until:
            return None
        pace.next_at = at + pace.interval
        return at - now

    async def _read_robots(self, client: Client, url: str, host: str) -> HostMemory:
        async with self._reading[host]:
            if not self._memories[host].needs_robots(self._now):  # another request was faster
                return self._memories[host]
            address = f"{urlsplit(url).scheme}://{host}/robots.txt"
            answer = await client.ask(Request(item_id=host, url=address, accept="text/plain"), seconds=ROBOTS_SECONDS)
            body = answer.body if isinstance(answer, Fetched) else b""
            self._keep(host, with_robots(self._memories[host], status=answer.status, body=body, now=self._now))
            return self._memories[host]

    def _keep(self, host: str, memory: HostMemory) -> None:
        if memory is not self._memories[host]:
            self._memories[host] = memory
            self._changed.add(host)

    def _postponed(self, request: Request, host: str, detail: str) -> Failed:
        self.busy.add(host)
        return Failed(request=request, reason=Reason.HOST_BUSY, detail=f"{host} {detail}", seconds=0.0)


@lru_cache(maxsize=8192)  # asked four times for each request
def host_of(url: str) -> str:
    """The host of an address, with the port where it is not that of the scheme; the address itself when it has none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"[{parts.hostname}]{port}" if ":" in (parts.hostname or "") else f"{parts.hostname}{port}"
    except ValueError:
        return url

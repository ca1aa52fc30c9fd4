"""Asks many addresses at once: bounded in connections, time and bytes, and never raising for what a stranger sends."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin

import aiohttp

from include.edges.web_addresses import CheckedResolver, ForbiddenAddressError, forbidden
from include.edges.web_bodies import ACCEPTED, BadEncodingError, BodyTooLargeError, decode_body
from include.records import Reason, Rejected, Stage
from include.settings import Settings
from include.urls import endpoint

CONNECTIONS_PER_HOST = 4
SECONDS = 45.0  # for everything: name, connection, redirects, body
SECONDS_SILENT = 15.0  # between two bytes
MAX_REDIRECTS = 6
MAX_BODY = 12_000_000  # bytes, packed and unpacked alike; the largest honest feeds are of 5 MB
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An address to ask, with what is known of its last answer."""

    item_id: str
    url: str
    etag: str = ""
    last_modified: str = ""
    accept: str = "*/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole answer: 2xx with its decoded body, or 304 with none."""

    request: Request
    url: str  # that answered, after redirects
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    seconds: float
    redirects: tuple[tuple[int, str], ...] = ()  # status and where it led

    @property
    def is_unchanged(self) -> bool:
        return self.status == 304

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No answer, or none of use."""

    request: Request
    reason: Reason
    detail: str
    seconds: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def rejected(self, stage: Stage) -> Rejected:
        return Rejected(stage=stage, reason=self.reason, item_id=self.request.item_id, detail=self.detail)


Answer = Fetched | Failed


class RefusedError(Exception):
    """Ends one request with a reason."""

    def __init__(self, reason: Reason, detail: str, response: aiohttp.ClientResponse | None = None) -> None:
        super().__init__(detail)
        self.reason, self.detail, self.response = reason, detail, response


def fetch(requests: Sequence[Request], settings: Settings) -> Iterator[Answer]:
    """One answer for each request, in the order they come in; as many bodies in memory as connections, at most."""
    with asyncio.Runner() as runner:
        batches = _answers(requests, settings)

        async def following() -> list[Answer]:
            return await anext(batches, [])

        try:
            while batch := runner.run(following()):
                yield from batch
        finally:
            runner.run(batches.aclose())


async def _answers(requests: Sequence[Request], settings: Settings) -> AsyncGenerator[list[Answer], None]:
    """The answers, as many at a time as are there: starting and stopping the loop for each would cost 40 us."""
    slots = asyncio.Semaphore(settings.fetch_connections)
    hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(CONNECTIONS_PER_HOST))

    async with _session(settings) as session:

        async def visit(request: Request) -> Answer:
            async with hosts[_host(request.url)]:
                await slots.acquire()  # given back when the answer was taken: that bounds the bodies that wait
                return await _ask(session, request, settings.allowed)

        done: asyncio.Queue[asyncio.Task[Answer]] = asyncio.Queue()
        tasks = {asyncio.create_task(visit(request)) for request in requests}
        for task in tasks:
            task.add_done_callback(done.put_nowait)
        try:
            while tasks:
                batch = [await done.get()]
                while not done.empty():
                    batch.append(done.get_nowait())
                tasks.difference_update(batch)  # a task that is kept keeps its body
                yield [task.result() for task in batch]
                for _ in batch:
                    slots.release()
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)


def _host(url: str) -> str:
    try:
        return endpoint(url)
    except ValueError:
        return url


def _session(settings: Settings) -> aiohttp.ClientSession:
    resolver = CheckedResolver(settings.allowed)
    connector = aiohttp.TCPConnector(
        limit=settings.fetch_connections, resolver=resolver, socket_factory=resolver.open_socket
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=SECONDS_SILENT, sock_read=SECONDS_SILENT),
        headers={"User-Agent": settings.user_agent, "Accept-Encoding": ACCEPTED},
    )


async def _ask(session: aiohttp.ClientSession, request: Request, allowed: frozenset[str]) -> Answer:
    """The answer to one request; every fault that a stranger can cause ends as a Failed."""
    started = time.monotonic()
    response: aiohttp.ClientResponse | None = None
    try:
        async with asyncio.timeout(SECONDS):
            return await _follow(session, request, allowed, started)
    except RefusedError as error:
        reason, detail, response = error.reason, error.detail, error.response
    except (aiohttp.ClientError, OSError, ValueError, BadEncodingError, BodyTooLargeError) as error:
        reason, detail = _reason(error), str(error) or type(error).__name__
    return Failed(
        request=request,
        reason=reason,
        detail=detail[:300],
        seconds=time.monotonic() - started,
        status=response.status if response is not None else None,
        headers=_headers(response) if response is not None else {},
    )


async def _follow(session: aiohttp.ClientSession, request: Request, allowed: frozenset[str], started: float) -> Fetched:
    url = request.url
    redirects: list[tuple[int, str]] = []
    while True:
        if why := forbidden(url, allowed):
            raise RefusedError(Reason.BAD_URL, f"{url}: {why}")
        async with session.get(url, headers=_conditions(request), allow_redirects=False) as response:
            if response.status not in REDIRECTS or "Location" not in response.headers:
                return Fetched(
                    request=request,
                    url=url,
                    status=response.status,
                    headers=_headers(response),
                    body=await _body(response),
                    seconds=time.monotonic() - started,
                    redirects=tuple(redirects),
                )
            url = urljoin(url, response.headers["Location"].strip())
            redirects.append((response.status, url))
            if len(redirects) > MAX_REDIRECTS:
                raise RefusedError(Reason.TOO_MANY_REDIRECTS, url, response)


def _conditions(request: Request) -> dict[str, str]:
    wanted = {"Accept": request.accept, "If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in wanted.items() if value}


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The decoded body of a good answer."""
    if response.status == 304:
        return b""
    if not 200 <= response.status < 300:
        raise RefusedError(Reason.HTTP_STATUS, f"{response.status} {response.reason or ''}".strip(), response)
    if (response.content_length or 0) > MAX_BODY:
        raise RefusedError(Reason.TOO_LARGE, f"{response.content_length} bytes announced", response)
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise RefusedError(Reason.TOO_LARGE, f"more than {MAX_BODY} bytes", response)
    return decode_body(bytes(raw), response.headers.get("Content-Encoding", ""), MAX_BODY)


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _reason(error: Exception) -> Reason:
    """What kind of trouble an exception of the client stands for."""
    if isinstance(error, ForbiddenAddressError) or isinstance(getattr(error, "os_error", None), ForbiddenAddressError):
        return Reason.FORBIDDEN_ADDRESS
    match error:
        case BodyTooLargeError():
            return Reason.TOO_LARGE
        case BadEncodingError():
            return Reason.BAD_ENCODING
        case TimeoutError():
            return Reason.TIMED_OUT
        case aiohttp.ClientConnectorDNSError():
            return Reason.DNS_FAILURE
        case aiohttp.ClientPayloadError():
            return Reason.TRUNCATED_BODY
        case ssl.CertificateError() | aiohttp.ClientConnectorError():
            return Reason.CONNECTION_FAILED
        case aiohttp.InvalidURL() | ValueError():
            return Reason.BAD_URL
        case _:
            return Reason.CONNECTION_FAILED

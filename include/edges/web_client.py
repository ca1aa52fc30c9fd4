"""Asks one address: bounded in time, bytes and redirects, and never raising for what a stranger sends."""

from __future__ import annotations

import asyncio
import ssl
import time
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp

from include.edges.web_addresses import CheckedResolver, ForbiddenAddressError, forbidden
from include.edges.web_answers import Answer, Failed, Fetched, Request
from include.edges.web_bodies import ACCEPTED, BadEncodingError, BodyTooLargeError, decode_body
from include.records import Reason
from include.settings import Settings

SECONDS = 45.0  # for everything: name, connection, redirects, body
SECONDS_SILENT = 15.0  # between two bytes
MAX_REDIRECTS = 6
MAX_BODY = 12_000_000  # bytes, packed and unpacked alike; the largest honest feeds are of 5 MB
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class RefusedError(Exception):
    """Ends one request with a reason."""

    def __init__(self, reason: Reason, detail: str, response: aiohttp.ClientResponse | None = None) -> None:
        super().__init__(detail)
        self.reason, self.detail, self.response = reason, detail, response


class Client:
    """Connections that are kept open from one request to the next."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = settings.allowed
        resolver = CheckedResolver(self._allowed)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=settings.fetch_connections, resolver=resolver, socket_factory=resolver.open_socket
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=SECONDS_SILENT, sock_read=SECONDS_SILENT),
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": ACCEPTED},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def ask(self, request: Request, *, seconds: float | None = None) -> Answer:
        """The answer to one request; every fault that a stranger can cause ends as a Failed."""
        started = time.monotonic()
        response: aiohttp.ClientResponse | None = None
        try:
            async with asyncio.timeout(seconds or SECONDS):
                return await self._follow(request, started)
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

    async def _follow(self, request: Request, started: float) -> Fetched:
        url = request.url
        redirects: list[tuple[int, str]] = []
        while True:
            if why := forbidden(url, self._allowed):
                raise RefusedError(Reason.BAD_URL, f"{url}: {why}")
            async with self._session.get(url, headers=_conditions(request), allow_redirects=False) as response:
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

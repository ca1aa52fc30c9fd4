"""The HTTP server: loopback only, conditional requests answered, every address built from the Host asked."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlsplit

import xxhash

from include.catalog.opml import write_opml
from include.local.newsstand.rendering import (
    FEED_TYPES,
    feeds,
    page_path,
    render_feed,
    render_front,
    render_page,
    render_sitemap,
    render_sitemap_index,
    sitemap_path,
)
from include.local.newsstand.stock import Newsstand, Outlet, Page, load_newsstand

ROBOTS = "User-agent: *\nDisallow: /members/\nCrawl-delay: 0\nSitemap: {base_url}/sitemap.xml\n"
HOST = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What one address answers with."""

    content_type: str
    body: bytes
    modified_at: datetime | None = None

    @property
    def etag(self) -> str:
        return f'"{xxhash.xxh3_64_hexdigest(self.body)}"'


Maker = Callable[[str], Resource]


def _front(newsstand: Newsstand, base_url: str) -> Resource:
    return Resource(content_type="text/html; charset=utf-8", body=render_front(newsstand, base_url).encode())


def _robots(base_url: str) -> Resource:
    return Resource(content_type="text/plain; charset=utf-8", body=ROBOTS.format(base_url=base_url).encode())


def _opml(base_url: str) -> Resource:
    body = write_opml(feeds(base_url), title="The demo newsstand").encode()
    return Resource(content_type="text/x-opml; charset=utf-8", body=body)


def _page(newsstand: Newsstand, outlet: Outlet, page: Page, base_url: str) -> Resource:
    html = render_page(newsstand, page, base_url)
    return Resource(
        content_type=f"text/html; charset={outlet.encoding}",
        body=html.encode(outlet.encoding, "xmlcharrefreplace"),
        modified_at=page.last_modified,
    )


def _feed(newsstand: Newsstand, outlet: Outlet, base_url: str) -> Resource:
    return Resource(
        content_type=f"{FEED_TYPES[outlet.feed]}; charset={outlet.encoding}",
        body=render_feed(newsstand, outlet, base_url).encode(outlet.encoding, "xmlcharrefreplace"),
        modified_at=max(page.last_modified for page in newsstand.pages_of(outlet)),
    )


def _sitemap(newsstand: Newsstand, outlet: Outlet, base_url: str) -> Resource:
    return Resource(
        content_type="application/gzip" if outlet.packed_sitemap else "application/xml",
        body=render_sitemap(newsstand, outlet, base_url),
    )


def _sitemap_index(newsstand: Newsstand, base_url: str) -> Resource:
    return Resource(content_type="application/xml", body=render_sitemap_index(newsstand, base_url).encode())


def routes(newsstand: Newsstand) -> Mapping[str, Maker]:
    """Every address of the newsstand (path, with the query where it counts) and what makes its answer."""
    found: dict[str, Maker] = {"/": partial(_front, newsstand), "/robots.txt": _robots, "/feeds.opml": _opml}
    found["/sitemap.xml"] = partial(_sitemap_index, newsstand)
    for outlet in newsstand.outlets:
        found[sitemap_path(outlet)] = partial(_sitemap, newsstand, outlet)
        found[outlet.feed_path] = partial(_feed, newsstand, outlet)
        for page in newsstand.pages_of(outlet):
            found[page_path(outlet, page)] = partial(_page, newsstand, outlet, page)
    return found


def find_route(known: Mapping[str, Maker], target: str) -> Maker | None:
    """The maker for a request target, whatever tracking parameters or closing slash came with it."""
    parts = urlsplit(target)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.startswith("utm_"))
    path = f"{parts.path}?{query}" if query else parts.path
    return known.get(path) or known.get(path.rstrip("/")) or known.get(path + "/") or known.get(parts.path)


def is_unchanged(resource: Resource, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """True when what the asker holds is current; the tag decides alone where it is sent (RFC 9110, 13.2.2)."""
    if if_none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in tags or resource.etag in tags
    if if_modified_since is None or resource.modified_at is None:
        return False
    try:
        return resource.modified_at <= parsedate_to_datetime(if_modified_since)
    except (ValueError, TypeError):  # a date we cannot read, or one without a zone
        return False


class NewsstandServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, newsstand: Newsstand, *, host: str = "127.0.0.1") -> None:
        super().__init__((host, port), NewsstandHandler)
        self.routes = routes(newsstand)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent about clients that hang up; our own mistakes are printed as the base class does."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def base_url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class NewsstandHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Newsstand/1"
    timeout = 30  # of an idle kept-alive connection

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        server = cast(NewsstandServer, self.server)
        make = find_route(server.routes, self.path)
        if make is None:
            self._send(HTTPStatus.NOT_FOUND, Resource(content_type="text/plain", body=b"No such page.\n"), with_body)
            return
        asked = self.headers.get("Host", "")
        resource = make(f"http://{asked}" if HOST.fullmatch(asked) else server.base_url)
        unchanged = is_unchanged(resource, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
        self._send(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK, resource, with_body)

    def _send(self, status: HTTPStatus, resource: Resource, with_body: bool) -> None:
        self.send_response(status)
        if status is not HTTPStatus.NOT_FOUND:
            self.send_header("ETag", resource.etag)
            self.send_header("Cache-Control", "max-age=0, must-revalidate")
        if resource.modified_at:
            self.send_header("Last-Modified", format_datetime(resource.modified_at.astimezone(UTC), usegmt=True))
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", resource.content_type)
            self.send_header("Content-Length", str(len(resource.body)))
        self.end_headers()
        if with_body and status is not HTTPStatus.NOT_MODIFIED:
            self.wfile.write(resource.body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: `make run` has one screen, and the pipeline logs every fetch."""


@contextmanager
def serve(port: int = 0, newsstand: Newsstand | None = None) -> Iterator[str]:
    """The base URL of a newsstand that answers until the block ends; port 0 takes a free one."""
    with NewsstandServer(port, newsstand or load_newsstand()) as server:
        thread = threading.Thread(target=server.serve_forever, name="newsstand", daemon=True)
        thread.start()
        try:
            yield server.base_url
        finally:
            server.shutdown()
            thread.join()

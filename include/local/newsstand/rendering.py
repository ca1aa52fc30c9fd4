"""Pages and feeds as the outlets would send them: HTML and XML from the templates, every URL on the asker's address."""

from __future__ import annotations

import gzip
from datetime import datetime
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.local.newsstand.stock import HERE, Newsstand, Outlet, Page, load_newsstand
from include.records import Feed, hash_id

FEED_TYPES = {"rss": "application/rss+xml", "rdf": "application/rdf+xml", "atom": "application/atom+xml"}


def _rfc822(when: datetime) -> str:
    return format_datetime(when)


def _iso(when: datetime) -> str:
    return when.isoformat()


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(rfc822=_rfc822, iso=_iso)
    return templates


def page_path(outlet: Outlet, page: Page) -> str:
    """Where on the server the page stands, query included."""
    return outlet.page_path.format(slug=page.slug, number=100 + 7 * page.number, published=page.published)


def page_url(newsstand: Newsstand, page: Page, base_url: str) -> str:
    return base_url.rstrip("/") + page_path(newsstand.outlet(page.outlet), page)


def _related(newsstand: Newsstand, outlet: Outlet, page: Page, count: int = 5) -> tuple[Page, ...]:
    """The outlet's next pages in order of the calendar, for the boxes around an article."""
    shelf = newsstand.pages_of(outlet)
    at = shelf.index(page)
    return (shelf[at + 1 :] + shelf[:at])[:count]


def render_page(newsstand: Newsstand, page: Page, base_url: str) -> str:
    """The page's HTML in its outlet's own template."""
    outlet = newsstand.outlet(page.outlet)
    template = _templates().get_template(f"{outlet.id}.html")
    return template.render(
        page=page,
        outlet=outlet,
        url=page_url(newsstand, page, base_url),
        home=base_url.rstrip("/"),
        related=[(other, page_url(newsstand, other, base_url)) for other in _related(newsstand, outlet, page)],
    )


def render_feed(newsstand: Newsstand, outlet: Outlet, base_url: str) -> str:
    """The outlet's feed, newest entry first."""
    entries = [
        (page, page_url(newsstand, page, base_url), page_url(newsstand, page, base_url) + outlet.feed_suffix)
        for page in newsstand.pages_of(outlet)
    ]
    template = _templates().get_template(f"feed.{outlet.feed}.xml")
    return template.render(outlet=outlet, entries=entries, home=base_url.rstrip("/"))


def sitemap_path(outlet: Outlet) -> str:
    """Where the outlet's news sitemap stands; packed where the outlet's address says so."""
    return f"/{outlet.id}/news-sitemap.xml" + (".gz" if outlet.packed_sitemap else "")


def render_sitemap(newsstand: Newsstand, outlet: Outlet, base_url: str) -> bytes:
    """The outlet's news sitemap, newest page first."""
    entries = [(page, page_url(newsstand, page, base_url)) for page in newsstand.pages_of(outlet)]
    body = _templates().get_template("sitemap.xml").render(outlet=outlet, entries=entries).encode()
    return gzip.compress(body, mtime=0) if outlet.packed_sitemap else body


def render_sitemap_index(newsstand: Newsstand, base_url: str) -> str:
    """Every outlet's sitemap."""
    entries = [
        (base_url.rstrip("/") + sitemap_path(outlet), max(page.last_modified for page in newsstand.pages_of(outlet)))
        for outlet in newsstand.outlets
    ]
    return _templates().get_template("sitemap_index.xml").render(entries=entries)


def render_front(newsstand: Newsstand, base_url: str) -> str:
    """The front page: every outlet with its feed and its pages."""
    shelves = [
        (outlet, [(page, page_url(newsstand, page, base_url)) for page in newsstand.pages_of(outlet)])
        for outlet in newsstand.outlets
    ]
    return _templates().get_template("front.html").render(shelves=shelves, home=base_url.rstrip("/"))


def feeds(base_url: str) -> list[Feed]:
    """The demo feeds as catalog entries, for a newsstand that answers at the address."""
    urls = [(outlet, base_url.rstrip("/") + outlet.feed_path) for outlet in load_newsstand().outlets]
    return [
        Feed(
            id=hash_id(url),
            url=url,
            title=f"{outlet.name}: all stories",
            publisher=outlet.name,
            country=outlet.country,
            language="en",
            group="newsstand",
            kind="demo",
        )
        for outlet, url in urls
    ]

"""Finds what was published on a past day in the sitemaps of the sites, whatever polling missed of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from include.edges.bounded import TooExpensiveError
from include.edges.warehouse import read, transaction, write_rows
from include.edges.web import Answer, Fetched, Hosts, Request, fetch
from include.edges.web_bodies import BadEncodingError, BodyTooLargeError, decode_body
from include.pipeline.brought_rows import Address, write_entries
from include.pipeline.parse_bounded import sitemap_within_bounds
from include.pipeline.rebuild_plan import Rebuild, Source
from include.pipeline.rebuild_progress import (
    OvertakenError,
    Step,
    add_sources,
    advance,
    count_step,
    read_sources,
    unless_dry,
)
from include.records import Reason, Tally, Window
from include.settings import Settings
from include.stages.article_urls import article_id
from include.stages.sitemaps import Listed, Sitemap, may_hold, sitemaps_in_robots, within

log = logging.getLogger("desk")
MAX_UNPACKED = 52_428_800  # the protocol's own limit
MAX_SITEMAPS = 2_000  # of one rebuild
ACCEPT = "application/xml, text/xml, application/gzip;q=0.9, text/plain;q=0.8, */*;q=0.5"


@dataclass(slots=True)
class Reading:
    """What one sitemap gave: pages of the day, and further sitemaps."""

    step: Step = field(default_factory=Step)
    addresses: list[Address] = field(default_factory=list)
    further: list[str] = field(default_factory=list)
    reason: str = ""
    detail: str = ""
    is_postponed: bool = False  # the host had its share of this run: another may ask again


def sweep_sitemaps(settings: Settings, rebuild: Rebuild, now: datetime) -> Tally:
    """How many addresses of the day the sitemaps list, and how many of them nothing had announced."""
    tally = Tally()
    tried: set[str] = set()
    names = rebuild.plan.sitemaps or _named_by_sites(settings, now, tally)
    _add(settings, rebuild, names, now)
    # Indexes add to what is unread; what an interrupted run left unread is among it.
    while unread := [name for name in _unread(settings, rebuild, now) if name not in tried]:
        tried.update(unread)
        requests = [Request(item_id=name, url=name, accept=ACCEPT) for name in unread]
        for answer in fetch(requests, settings, hosts=Hosts(settings, now=now)):
            _take(settings, rebuild, answer, tally, now)
    return tally


def _named_by_sites(settings: Settings, now: datetime, tally: Tally) -> list[str]:
    """The sitemaps that the robots.txt of the feeds' sites name."""
    with transaction(settings.warehouse) as connection:
        sites = [row.site for row in read(connection, "sitemap_sites", now=now)]
    requests = [Request(item_id=site, url=f"{site}/robots.txt", accept="text/plain, */*;q=0.5") for site in sites]
    found: list[str] = []
    for answer in fetch(requests, settings, hosts=Hosts(settings, now=now)):
        if isinstance(answer, Fetched):
            found += sitemaps_in_robots(answer.body.decode("utf-8", "replace"), base=answer.url)
    tally.add("sites_asked", len(sites))
    return sorted(set(found))


def _unread(settings: Settings, rebuild: Rebuild, now: datetime) -> list[str]:
    with transaction(settings.warehouse) as connection:
        return [row.name for row in read_sources(connection, rebuild, Source.SITEMAPS) if not row.is_done]


def _add(settings: Settings, rebuild: Rebuild, names: Iterable[str], now: datetime) -> None:
    with transaction(settings.warehouse) as connection:
        add_sources(connection, rebuild, Source.SITEMAPS, names, now)


def _take(settings: Settings, rebuild: Rebuild, answer: Answer, tally: Tally, now: datetime) -> None:
    """Writes what a sitemap gave, with the further ones that it names, in one transaction."""
    reading = read_answer(answer, rebuild.window, now)
    step, name = reading.step, answer.request.item_id
    try:
        with transaction(settings.warehouse) as connection:
            with unless_dry(connection, rebuild.plan):
                step.entries_new = write_entries(connection, reading.addresses)
                ids = [{"rebuild_id": rebuild.id, "entry_id": article_id(each.url)} for each in reading.addresses]
                write_rows(connection, "insert_rebuild_entries", ids)
            room = MAX_SITEMAPS - len(read_sources(connection, rebuild, Source.SITEMAPS))
            step.skipped["beyond_limit"] += len(reading.further[max(room, 0) :])
            add_sources(connection, rebuild, Source.SITEMAPS, reading.further[: max(room, 0)], now)
            advance(
                connection,
                rebuild,
                Source.SITEMAPS,
                name,
                step,
                position=0,
                reached=0 if reading.is_postponed else 1,
                now=now,
                is_done=not reading.is_postponed,
                reason=reading.reason,
                detail=reading.detail,
            )
    except OvertakenError:
        log.info("%s was read by another run", name)
        return
    count_step(tally, step, Source.SITEMAPS)
    tally.add("sitemaps_failed" if reading.reason else "sitemaps_read")


def read_answer(answer: Answer, window: Window, now: datetime) -> Reading:
    """What an answer says, whatever came."""
    if not isinstance(answer, Fetched):
        return Reading(reason=answer.reason, detail=answer.detail, is_postponed=answer.is_postponed)
    try:
        body = decode_body(answer.body, "gzip", MAX_UNPACKED)  # plain ones pass through
    except (BadEncodingError, BodyTooLargeError) as error:
        return Reading(reason=Reason.BAD_ENCODING, detail=str(error))
    try:
        sitemap = sitemap_within_bounds(body, url=answer.url)
    except TooExpensiveError as error:
        return Reading(reason=Reason.TOO_EXPENSIVE, detail=str(error))
    if sitemap is None:
        return Reading(reason=Reason.UNEXPECTED_TYPE, detail=answer.content_type[:100])
    reading = Reading(detail="broken off" if sitemap.is_broken else "")
    for listed in sitemap.listed:
        _sort(reading, sitemap, listed, window, now)
    reading.step.found = len(reading.addresses)
    return reading


def _sort(reading: Reading, sitemap: Sitemap, listed: Listed, window: Window, now: datetime) -> None:
    """Adds an entry of a sitemap to what it is."""
    if sitemap.kind == "index":
        if may_hold(listed, window):
            reading.further.append(listed.url)
        else:
            reading.step.skipped["sitemap_of_other_days"] += 1
        return
    match within(listed, window):
        case True:
            reading.addresses.append(
                Address(
                    url=listed.url,
                    seen_at=now,
                    title=listed.title,
                    published_at=listed.published_at,
                    publication=listed.publication,
                )
            )
        case False:
            reading.step.skipped["outside_window"] += 1
        case None:
            reading.step.skipped["undated"] += 1

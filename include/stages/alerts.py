"""Decides what is wrong with the desk, who is to be told of it, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from include.records import Message

PAGES_WITHIN = timedelta(hours=1)
READ_WITHIN = timedelta(hours=1)  # the run of collect_news that brings a page, two more, and their time


class AlertKind(StrEnum):
    WAREHOUSE_DOWN = "warehouse_down"
    FEEDS_OUT = "feeds_out"
    FEED_GROUP_OUT = "feed_group_out"
    NO_NEW_PAGES = "no_new_pages"
    EXTRACTION_BEHIND = "extraction_behind"
    VOLUME_DROP = "volume_drop"
    RUN_TROUBLE = "run_trouble"


# What a look at the warehouse finds, and finds to be over; the others are reported, and ended, by whoever sees them.
LOOKED_FOR = (
    AlertKind.FEEDS_OUT,
    AlertKind.FEED_GROUP_OUT,
    AlertKind.NO_NEW_PAGES,
    AlertKind.EXTRACTION_BEHIND,
    AlertKind.VOLUME_DROP,
)
TITLES: Mapping[AlertKind, str] = {
    AlertKind.WAREHOUSE_DOWN: "The warehouse does not answer",
    AlertKind.FEEDS_OUT: "Every feed group is out",
    AlertKind.FEED_GROUP_OUT: "Feeds of {subject} are out",
    AlertKind.NO_NEW_PAGES: "No new pages",
    AlertKind.EXTRACTION_BEHIND: "Extraction is behind",
    AlertKind.VOLUME_DROP: "Fewer {subject} than usual",
    AlertKind.RUN_TROUBLE: "{subject} is in trouble",
}
# The page that shows more: of the desk, or, with a slash in front, of Airflow.
PAGES: Mapping[AlertKind, str] = {
    AlertKind.WAREHOUSE_DOWN: "/dags/watch_desk",
    AlertKind.FEEDS_OUT: "feeds?state=failing",
    AlertKind.FEED_GROUP_OUT: "feeds?state=failing",
    AlertKind.NO_NEW_PAGES: "",
    AlertKind.EXTRACTION_BEHIND: "",
    AlertKind.VOLUME_DROP: "coverage/{day}",
    AlertKind.RUN_TROUBLE: "/dags/{subject}/runs/{run_id}",
}
REMIND_AFTER = timedelta(days=1)
# What follows from what: a consequence is not told while its cause is open, nor for as long after as it looks back.
EVERYTHING = ""
CAUSES: Mapping[AlertKind, tuple[tuple[AlertKind, str], ...]] = {
    AlertKind.FEED_GROUP_OUT: ((AlertKind.FEEDS_OUT, EVERYTHING),),
    AlertKind.NO_NEW_PAGES: (
        (AlertKind.WAREHOUSE_DOWN, EVERYTHING),
        (AlertKind.FEEDS_OUT, EVERYTHING),
        (AlertKind.RUN_TROUBLE, "collect_news"),
    ),
    AlertKind.EXTRACTION_BEHIND: (
        (AlertKind.WAREHOUSE_DOWN, EVERYTHING),
        (AlertKind.RUN_TROUBLE, "extract_sanctions"),
    ),
    AlertKind.VOLUME_DROP: (
        (AlertKind.WAREHOUSE_DOWN, EVERYTHING),
        (AlertKind.FEEDS_OUT, EVERYTHING),
        (AlertKind.FEED_GROUP_OUT, EVERYTHING),
        (AlertKind.NO_NEW_PAGES, EVERYTHING),
        (AlertKind.RUN_TROUBLE, "collect_news"),
    ),
    AlertKind.RUN_TROUBLE: ((AlertKind.WAREHOUSE_DOWN, EVERYTHING),),
}
LOOKS_BACK: Mapping[AlertKind, timedelta] = {
    AlertKind.NO_NEW_PAGES: PAGES_WITHIN,
    AlertKind.EXTRACTION_BEHIND: READ_WITHIN,
    AlertKind.VOLUME_DROP: timedelta(hours=24),
    AlertKind.FEED_GROUP_OUT: timedelta(minutes=30),
    AlertKind.RUN_TROUBLE: timedelta(minutes=30),  # a run that the outage broke ends its last try after it
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that is wrong now."""

    kind: AlertKind
    subject: str = ""
    detail: str
    run_id: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGroup:
    """How many feeds of a group of the catalog fail, and why most of those do."""

    name: str
    feeds: int
    failing: int
    reason: str

    @property
    def is_out(self) -> bool:
        return self.failing * 2 > self.feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What came in a day, where that is less than half of what the same weekday usually brings."""

    name: str
    today: int
    usual: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What a look at the warehouse saw."""

    newest_page_at: datetime | None
    live_since: datetime | None  # None where only the demo newsstand is asked
    waiting_since: datetime | None
    groups: tuple[FeedGroup, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """An alert with its history: a row of news.alerts."""

    id: int
    kind: AlertKind
    subject: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None = None
    run_id: str = ""
    told_to: frozenset[str] = frozenset()
    told_at: Mapping[str, datetime] = field(default_factory=dict)  # the last time, by channel
    end_told_to: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return TITLES[self.kind].format(subject=self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one channel is to be told: what began, what it explains, what goes on for another day, and what is over."""

    opened: tuple[Outage, ...]
    explained: tuple[Outage, ...]
    ongoing: tuple[Outage, ...]
    ended: tuple[Outage, ...]

    @property
    def ids(self) -> list[int]:
        """Of the outages that this tells; the explained ones are not told by it."""
        return [outage.id for outage in (*self.opened, *self.ongoing, *self.ended)]


def find_alerts(pulse: Pulse, *, now: datetime) -> tuple[Alert, ...]:
    """What is wrong by the warehouse's rows."""
    return (*_silence(pulse, now), *_backlog(pulse, now), *_groups_out(pulse.groups), *_drops(pulse.shortfalls))


def _silence(pulse: Pulse, now: datetime) -> Iterable[Alert]:
    if pulse.live_since is None:
        return
    since = max(filter(None, (pulse.newest_page_at, pulse.live_since)))
    if now - since > PAGES_WITHIN:
        yield Alert(kind=AlertKind.NO_NEW_PAGES, detail=f"The last page came {when(since)}.")


def _backlog(pulse: Pulse, now: datetime) -> Iterable[Alert]:
    if pulse.waiting_since and now - pulse.waiting_since > READ_WITHIN:
        detail = f"What came {when(pulse.waiting_since)} has not been read yet."
        yield Alert(kind=AlertKind.EXTRACTION_BEHIND, detail=detail)


def _groups_out(groups: Sequence[FeedGroup]) -> Iterable[Alert]:
    out = [group for group in groups if group.is_out]
    if len(out) > 1 and len(out) == len(groups):
        failing, feeds = sum(group.failing for group in out), sum(group.feeds for group in out)
        detail = f"{failing} of {feeds} feeds fail, in all {len(out)} groups: look at the network first."
        yield Alert(kind=AlertKind.FEEDS_OUT, detail=detail)
    else:
        for group in out:
            detail = f"{group.failing} of {group.feeds} feeds fail, most of them with {group.reason}."
            yield Alert(kind=AlertKind.FEED_GROUP_OUT, subject=group.name, detail=detail)


def _drops(shortfalls: Sequence[Shortfall]) -> Iterable[Alert]:
    for drop in shortfalls:
        detail = f"{drop.today} {drop.name} in 24 hours; on this day of the week {drop.usual} are usual."
        yield Alert(kind=AlertKind.VOLUME_DROP, subject=drop.name, detail=detail)


def news_for(channel: str, outages: Sequence[Outage], *, now: datetime) -> News:
    """What that channel has not been told; of a chain of causes only the first."""
    untold = [outage for outage in outages if outage.closed_at is None and channel not in outage.told_to]
    due = [outage for outage in outages if _is_reminder_due(channel, outage, now)]
    explained = {outage.id for outage in (*untold, *due) if _is_explained(outage, outages, now)}
    return News(
        opened=tuple(outage for outage in untold if outage.id not in explained),
        explained=tuple(outage for outage in untold if outage.id in explained),
        ongoing=tuple(outage for outage in due if outage.id not in explained),
        ended=tuple(
            outage
            for outage in outages
            if outage.closed_at and channel in outage.told_to and channel not in outage.end_told_to
        ),
    )


def _is_reminder_due(channel: str, outage: Outage, now: datetime) -> bool:
    is_known = outage.closed_at is None and channel in outage.told_to
    return is_known and now - outage.told_at.get(channel, outage.opened_at) >= REMIND_AFTER


def _is_explained(outage: Outage, outages: Iterable[Outage], now: datetime) -> bool:
    causes = CAUSES.get(outage.kind, ())
    looks_back = LOOKS_BACK.get(outage.kind, timedelta())
    return any(
        (other.closed_at is None or now - other.closed_at < looks_back)
        and any(other.kind == kind and subject in (EVERYTHING, other.subject) for kind, subject in causes)
        for other in outages
        if other.id != outage.id
    )


def write_message(news: News, *, desk_url: str) -> Message | None:
    """One message of all the news, or None when there is none."""
    told = (*news.opened, *news.ongoing, *news.ended)
    if not told:
        return None
    lines = [line for outage in news.opened for line in _opening(outage, desk_url)]
    if news.opened and news.explained:
        lines += ["", "With it, and not told on its own:"]
        lines += [f"- {outage.title}: {outage.detail}" for outage in news.explained]
    lines += [line for outage in news.ongoing for line in _opening(outage, desk_url, "Still: ")]
    lines += [line for outage in news.ended for line in _ending(outage)]
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    state = "" if news.opened else "Still: " if news.ongoing else "Over: "
    return Message(subject=f"Sanctions Desk: {state}{told[0].title}{more}", text="\n".join(lines).strip())


def _opening(outage: Outage, desk_url: str, state: str = "") -> list[str]:
    return [
        "",
        f"{state}{outage.title}, noticed {when(outage.opened_at)}",
        outage.detail,
        f"What to do: docs/alerts.md, section {outage.kind}",
        *([_page(outage, desk_url)] if desk_url else []),
    ]


def _page(outage: Outage, desk_url: str) -> str:
    middle = outage.opened_at - timedelta(hours=12)  # of the 24 hours that a volume is counted over
    page = PAGES[outage.kind].format(
        day=f"{middle:%Y-%m-%d}", subject=quote(outage.subject, safe=""), run_id=quote(outage.run_id, safe="")
    )
    root = desk_url.removesuffix("/desk") if page.startswith("/") else f"{desk_url}/"
    return (root + page).removesuffix("/runs/")  # an outage of before runs were kept leads to its DAG


def _ending(outage: Outage) -> list[str]:
    assert outage.closed_at
    minutes = round((outage.closed_at - outage.opened_at).total_seconds() / 60)
    lasted = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
    return ["", f"Over since {when(outage.closed_at)}: {outage.title}, after {lasted}"]


def when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

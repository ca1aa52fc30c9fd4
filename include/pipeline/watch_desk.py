"""Looks whether the desk does its work, and tells people once of what is wrong and once when it is over."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import psycopg2

from include.edges.alert_channels import Channel, UndeliveredError
from include.edges.warehouse import Connection, as_json, read, transaction, write
from include.records import Tally
from include.settings import Settings
from include.stages.alerts import (
    LOOKED_FOR,
    Alert,
    AlertKind,
    FeedGroup,
    Outage,
    Pulse,
    Shortfall,
    find_alerts,
    news_for,
    write_message,
)

log = logging.getLogger("desk")


@dataclass(frozen=True, slots=True, kw_only=True)
class DownSince:
    """Since when the warehouse does not answer, and when each channel was last told."""

    since: datetime
    told_at: Mapping[str, datetime] = field(default_factory=dict)


class Memory(Protocol):
    """Where that is kept while the warehouse cannot keep it."""

    def read(self) -> DownSince | None: ...

    def write(self, down: DownSince | None) -> None: ...


def look_around(settings: Settings, *, now: datetime) -> Tally:
    """How many alerts of each kind are open after opening what is wrong and closing what is over.

    Sessions of analysts that hold the warehouse for too long are ended on the way.
    """
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        tally.add("sessions_ended", len(read(connection, "end_long_sessions", minutes=settings.analyst_minutes)))
        found = find_alerts(_pulse(connection, now), now=now)
        _keep(connection, found, now)
        keys = [alert.key for alert in found]
        kinds = [str(kind) for kind in LOOKED_FOR]
        tally.add("alerts_closed", write(connection, "close_alerts", kinds=kinds, keys=keys, now=now))
    for alert in found:
        tally.add(f"open_{alert.kind}")
    return tally


def _pulse(connection: Connection, now: datetime) -> Pulse:
    (row,) = read(connection, "desk_pulse", now=now)
    return Pulse(
        newest_page_at=row.newest_page_at,
        live_since=row.live_since,
        waiting_since=row.waiting_since,
        groups=tuple(FeedGroup(**row._asdict()) for row in read(connection, "feed_groups_in_trouble")),
        shortfalls=tuple(Shortfall(**row._asdict()) for row in read(connection, "volumes_below_band", now=now)),
    )


def _keep(connection: Connection, alerts: Sequence[Alert], now: datetime) -> None:
    write(connection, "upsert_alerts", rows=as_json([asdict(alert) for alert in alerts]), now=now)


def report(settings: Settings, alert: Alert, *, now: datetime) -> None:
    """Keeps an alert that somebody else noticed."""
    with transaction(settings.warehouse) as connection:
        _keep(connection, [alert], now)


def settle(settings: Settings, kind: AlertKind, subject: str, *, now: datetime) -> bool:
    """Whether such an alert was open; it no longer is."""
    with transaction(settings.warehouse) as connection:
        return bool(write(connection, "close_alert", kind=kind, subject=subject, now=now))


def tell_alerts(
    settings: Settings, *, now: datetime, channels: Sequence[Channel], memory: Memory, desk_url: str = ""
) -> Tally:
    """How many messages went out. Raises UndeliveredError when a channel took none, after the others have been told.

    A warehouse that does not answer is an outage as well: it is kept in `memory` until it can be kept in the warehouse.
    """
    tally = Tally()
    failed: list[str] = []
    down = memory.read()
    try:
        with transaction(settings.warehouse) as connection:
            if down:
                _keep_past(connection, down, now)
            outages = [outage_from(row) for row in read(connection, "alerts_to_tell", now=now)]
            for channel in channels:
                ids = _tell(channel, outages, now, desk_url, tally, failed)
                write(connection, "mark_alerts_told", channel=channel.name, ids=ids, now=now)
    except psycopg2.OperationalError as error:
        log.warning("the warehouse does not answer: %s", " ".join(str(error).split()))
        _tell_down(down or DownSince(since=now), channels, memory, now, desk_url, tally, failed)
    else:
        if down:
            memory.write(None)
    if failed:
        raise UndeliveredError("; ".join(failed))
    return tally


def _tell(
    channel: Channel, outages: Sequence[Outage], now: datetime, desk_url: str, tally: Tally, failed: list[str]
) -> list[int]:
    """The ids of the outages that the channel has now been told of."""
    news = news_for(channel.name, outages, now=now)
    message = write_message(news, desk_url=desk_url)
    if message is None:
        return []
    try:
        channel.send(message)
    except UndeliveredError as error:
        log.warning("%s: %s", channel.name, error)
        failed.append(str(error))
        return []
    tally.add(f"messages_{channel.name}")
    return news.ids


def _tell_down(
    down: DownSince,
    channels: Sequence[Channel],
    memory: Memory,
    now: datetime,
    desk_url: str,
    tally: Tally,
    failed: list[str],
) -> None:
    for channel in channels:
        if _tell(channel, [_outage_of(down)], now, desk_url, tally, failed):
            down = replace(down, told_at={**down.told_at, channel.name: now})
    memory.write(down)


DOWN = "Nothing can be read or written; collecting goes on by itself when it is back."


def _outage_of(down: DownSince) -> Outage:
    return Outage(
        id=0,
        kind=AlertKind.WAREHOUSE_DOWN,
        subject="",
        detail=DOWN,
        opened_at=down.since,
        told_to=frozenset(down.told_at),
        told_at=down.told_at,
    )


def _keep_past(connection: Connection, down: DownSince, now: datetime) -> None:
    write(
        connection,
        "insert_past_alert",
        kind=AlertKind.WAREHOUSE_DOWN,
        subject="",
        detail=DOWN,
        opened_at=down.since,
        closed_at=now,
        told_to=list(down.told_at),
    )


def outage_from(row: Any) -> Outage:
    return Outage(
        id=row.id,
        kind=AlertKind(row.kind),
        subject=row.subject,
        detail=row.detail,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        run_id=row.run_id,
        told_to=frozenset(row.told_to),
        told_at={channel: datetime.fromisoformat(at) for channel, at in row.told_at.items()},
        end_told_to=frozenset(row.end_told_to),
    )

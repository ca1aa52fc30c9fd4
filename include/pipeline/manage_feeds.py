"""What operators do to feeds: pause, resume, poll now, retire, and bring back, with who did it and when."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from include.edges.warehouse import read, transaction, write
from include.settings import Settings

BY_OPERATOR = "retired_by_operator"


class Action(StrEnum):
    """What an operator may do to a feed."""

    PAUSE = "pause"
    RESUME = "resume"
    POLL_NOW = "poll_now"
    RETIRE = "retire"
    UNRETIRE = "unretire"


class UnknownFeedError(Exception):
    """There is no feed with this id."""


class RefusedActionError(Exception):
    """The action makes no sense as the feed stands; the message says what to do first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides whether and when a feed is asked."""

    state: str
    reason: str = ""
    failures: int = 0
    is_enabled: bool = True
    paused_at: datetime | None = None
    next_poll_at: datetime | None = None  # None: with the next run

    @property
    def is_retired(self) -> bool:
        return self.state == "retired"

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


def decide(standing: Standing, action: Action, now: datetime) -> Standing:
    """How the feed stands after the action; the same when there is nothing to do. Raises RefusedActionError."""
    match action:
        case Action.PAUSE:
            if standing.is_retired:
                raise RefusedActionError("It is retired, and is not asked anyway.")
            return standing if standing.is_paused else dataclasses.replace(standing, paused_at=now, is_enabled=False)
        case Action.RESUME:  # should the catalog have dropped it meanwhile, the next run disables it again
            return dataclasses.replace(standing, paused_at=None, is_enabled=True) if standing.is_paused else standing
        case Action.RETIRE:
            if standing.is_retired:
                return standing
            return dataclasses.replace(standing, state="retired", reason=BY_OPERATOR)
        case Action.UNRETIRE:
            if not standing.is_retired:
                return standing
            return dataclasses.replace(standing, state="new", reason="", failures=0, next_poll_at=None)
        case Action.POLL_NOW:
            return _asked_at_once(standing, now)


def _asked_at_once(standing: Standing, now: datetime) -> Standing:
    """Due, and patient again should it fail once more."""
    if standing.is_retired:
        raise RefusedActionError("It is retired: bring it back first.")
    if standing.is_paused:
        raise RefusedActionError("It is paused: resume it first.")
    if not standing.is_enabled:
        raise RefusedActionError("The catalog no longer has it: add it to feeds.yml again.")
    if standing.next_poll_at is None or standing.next_poll_at <= now:
        return standing
    return dataclasses.replace(standing, failures=0, next_poll_at=None)


def act_on_feed(
    settings: Settings, feed_id: str, action: Action, *, acted_by: str, note: str = "", now: datetime
) -> bool:
    """False when there was nothing to do. Raises UnknownFeedError, RefusedActionError."""
    with transaction(settings.warehouse) as connection:
        read(connection, "limit_wait")
        rows = read(connection, "lock_feed", feed_id=feed_id)
        if not rows:
            raise UnknownFeedError(feed_id)
        before = Standing(**rows[0]._asdict())
        after = decide(before, action, now)
        if after == before:
            return False
        write(connection, "update_feed_standing", feed_id=feed_id, **dataclasses.asdict(after))
        write(connection, "insert_feed_action", feed_id=feed_id, action=action, now=now, acted_by=acted_by, note=note)
    return True

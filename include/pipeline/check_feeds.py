"""Asks feeds whether they are what the catalog says, without a warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from include.edges.web import Answer, Failed, Hosts, Request, fetch
from include.pipeline.parse_bounded import parse_within_bounds
from include.records import Feed, Rejected, Stage
from include.settings import Settings
from include.stages.feeds import ParsedFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheck:
    """What one feed answered."""

    feed: Feed
    status: int | None
    content_type: str
    final_url: str
    entry_ids: frozenset[str]
    newest_at: datetime | None
    problem: str  # empty when it is well

    @property
    def is_good(self) -> bool:
        return not self.problem


def check_feeds(settings: Settings, feeds: Sequence[Feed], *, now: datetime) -> Iterator[FeedCheck]:
    """One check for each feed, as the answers come in."""
    by_id = {feed.id: feed for feed in feeds}
    requests = [Request(item_id=feed.id, url=feed.url) for feed in by_id.values()]
    for answer in fetch(requests, settings, hosts=Hosts(settings, now=now)):
        yield _checked(by_id[answer.request.item_id], answer)


def _checked(feed: Feed, answer: Answer) -> FeedCheck:
    parsed: ParsedFeed | Rejected
    if isinstance(answer, Failed):
        parsed, final_url = answer.rejected(Stage.POLL), feed.url
    else:
        parsed = parse_within_bounds(answer.body, feed=feed, content_type=answer.content_type, url=answer.url)
        final_url = answer.url
    entries = () if isinstance(parsed, Rejected) else parsed.entries
    return FeedCheck(
        feed=feed,
        status=answer.status,
        content_type=answer.headers.get("content-type", "").partition(";")[0],
        final_url=final_url,
        entry_ids=frozenset(entry.id for entry in entries),
        newest_at=max((entry.published_at for entry in entries if entry.published_at), default=None),
        problem=f"{parsed.reason}: {parsed.detail}" if isinstance(parsed, Rejected) else "",
    )


def duplicates(checks: Iterable[FeedCheck]) -> dict[str, Feed]:
    """For the id of each feed that repeats an earlier one, that earlier feed: same final address, or same entries."""
    first: dict[object, Feed] = {}
    found = {}
    for check in checks:
        marks = (check.final_url, check.entry_ids) if check.is_good else ()
        if earlier := next((first[mark] for mark in marks if mark in first), None):
            found[check.feed.id] = earlier
        for mark in marks:
            first.setdefault(mark, check.feed)
    return found

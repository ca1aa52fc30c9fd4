"""Places the articles that no grouping of this version has placed, each in its story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.freeze_statistics import learn_new_publishers
from include.pipeline.outcome_rows import outcome_row
from include.pipeline.postings import WarehousePostings, groupable
from include.records import Stage, StoryMember, Tally
from include.settings import Settings
from include.stages.stories import GROUP_VERSION, Groupable, group_articles
from include.stages.stories_changes import StoryChange, story_changes

LISTED = 50_000  # articles pending
BATCH = 500  # articles of one transaction, so that an interrupted run keeps most of its work


def group_stories(settings: Settings, *, now: datetime) -> Tally:
    """How many articles were placed, and how many stories changed by it."""
    tally = Tally()
    while True:
        pending = _pending(settings)
        for start in range(0, len(pending), BATCH):
            _group_batch(settings, pending[start : start + BATCH], now, tally)
        if len(pending) < LISTED:  # another look through all history would find what came meanwhile: the next run does
            return tally


def _pending(settings: Settings) -> list[str]:
    with transaction(settings.warehouse) as connection:
        return [row.id for row in read(connection, "pending_articles", version=GROUP_VERSION, batch_size=LISTED)]


def _group_batch(settings: Settings, ids: Sequence[str], now: datetime, tally: Tally) -> None:
    with transaction(settings.warehouse) as connection:
        read(connection, "lock_grouping")
        newcomers = [groupable(row) for row in read(connection, "articles_to_group", ids=ids, version=GROUP_VERSION)]
        if newcomers:
            learn_new_publishers(connection, {article.source for article in newcomers}, now, tally)
            postings = WarehousePostings(connection)
            members = group_articles(newcomers, postings=postings)
            _write(connection, newcomers, members, postings, now)
            tally.add("articles_placed", len(newcomers))
            tally.add("stories_changed", len({member.story_id for member in members}))


def _write(
    connection: Connection,
    newcomers: Sequence[Groupable],
    members: Sequence[StoryMember],
    postings: WarehousePostings,
    now: datetime,
) -> None:
    before = postings.stories([member.article_id for member in members])
    write_rows(connection, "upsert_story_members", [member_row(member) for member in members])
    write_rows(connection, "upsert_stories", story_rows(members))
    left = set(before.values()) - {member.story_id for member in members}
    write(connection, "delete_empty_stories", ids=sorted(left))
    after = {member.article_id: member.story_id for member in members}
    moved = [article_id for article_id, story_id in before.items() if after[article_id] != story_id]
    if moved:
        changes = story_changes(before, after, postings.matches(moved))
        write_rows(connection, "insert_story_changes", [change_row(change, now) for change in changes])
    outcomes = [
        outcome_row(Stage.GROUP, article.id, version=GROUP_VERSION, now=now, rejected=None) for article in newcomers
    ]
    write_rows(connection, "upsert_outcomes", outcomes)


def member_row(member: StoryMember) -> dict[str, Any]:
    return {
        "article_id": member.article_id,
        "story_id": member.story_id,
        "relation": member.relation,
        "score": member.score,
        "group_version": GROUP_VERSION,
    }


def story_rows(members: Sequence[StoryMember]) -> list[dict[str, Any]]:
    """A row for each story, by its canonical member; the warehouse counts the others."""
    return [
        {
            "id": member.story_id,
            "canonical_id": member.article_id,
            "reason": member.reason,
            "group_version": GROUP_VERSION,
        }
        for member in members
        if member.article_id == member.canonical_id
    ]


def change_row(change: StoryChange, now: datetime) -> dict[str, Any]:
    return {
        "changed_at": now,
        "kind": change.kind,
        "from_story_id": change.from_story_id,
        "into_story_id": change.into_story_id,
        "article_count": len(change.article_ids),
        "later_article_id": change.match.later_id if change.match else None,
        "earlier_article_id": change.match.earlier_id if change.match else None,
        "score": change.match.score if change.match else None,
        "group_version": GROUP_VERSION,
    }

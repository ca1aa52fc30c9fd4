"""Places the articles that no grouping of this version has placed, each in its story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.outcome_rows import outcome_row
from include.pipeline.postings import WarehousePostings, groupable, signed
from include.records import Stage, StoryMember, Tally
from include.settings import Settings
from include.stages.stories import GROUP_VERSION, Groupable, find_templates, group_articles

BATCH = 500  # articles of one transaction, so that an interrupted run keeps most of its work
PAGES_TO_LEARN = 20  # of a publisher, before its furniture is told from its news
PAGES_LEARNED_FROM = 500


def group_stories(settings: Settings, *, now: datetime) -> Tally:
    """How many articles were placed, and how many stories changed by it."""
    tally = Tally()
    while _group_batch(settings, now, tally):
        pass
    return tally


def _group_batch(settings: Settings, now: datetime, tally: Tally) -> bool:
    """True when there was something to place."""
    with transaction(settings.warehouse) as connection:
        read(connection, "lock_grouping")
        newcomers = [
            groupable(row) for row in read(connection, "articles_to_group", version=GROUP_VERSION, batch_size=BATCH)
        ]
        if newcomers:
            _learn_templates(connection, now, tally)
            postings = WarehousePostings(connection)
            members = group_articles(newcomers, postings=postings)
            _write(connection, newcomers, members, postings, now)
            tally.add("articles_placed", len(newcomers))
            tally.add("stories_changed", len({member.story_id for member in members}))
    return bool(newcomers)


def _learn_templates(connection: Connection, now: datetime, tally: Tally) -> None:
    """Learned once for each publisher and then kept, so that the same articles group the same way tomorrow."""
    for publisher in read(connection, "publishers_without_templates", pages=PAGES_TO_LEARN):
        texts = read(
            connection, "pages_to_learn_templates", publisher=publisher.publisher, batch_size=PAGES_LEARNED_FROM
        )
        found = find_templates((publisher.publisher, row.text) for row in texts).get(publisher.publisher, frozenset())
        rows = [
            {"publisher": publisher.publisher, "paragraph": paragraph, "learned_at": now}
            for paragraph in sorted(signed(found))
        ]
        tally.add("templates_learned", write_rows(connection, "insert_templates", rows))


def _write(
    connection: Connection,
    newcomers: Sequence[Groupable],
    members: Sequence[StoryMember],
    postings: WarehousePostings,
    now: datetime,
) -> None:
    stories = {member.story_id for member in members}
    left = set(postings.stories([member.article_id for member in members]).values()) - stories
    write_rows(connection, "upsert_story_members", [member_row(member) for member in members])
    write(connection, "upsert_stories", ids=sorted(stories | left), version=GROUP_VERSION)
    write(connection, "delete_empty_stories", ids=sorted(left))
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

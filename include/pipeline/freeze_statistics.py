"""What grouping takes as given: each publisher's furniture, learned at night and then kept; and which postings stay.

The other statistic, how much each word tells, lies frozen beside the verifier that was trained with it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.templates import signed
from include.records import Tally
from include.settings import Settings
from include.stages.stories import find_templates

PAGES_TO_LEARN = 20  # of a publisher, before its furniture is told from its news
PAGES_LEARNED_FROM = 500
LEARNED_FROM = timedelta(days=30)
KEPT_WHOLE = timedelta(days=45)  # later, copies that add nothing no longer bear postings
ALWAYS = "-infinity"


def learn_templates(settings: Settings, *, now: datetime) -> Tally:
    """How many paragraphs were found to be furniture of publishers; articles seen from now on are compared without."""
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        read(connection, "lock_grouping")
        for row in read(connection, "publishers_to_learn", since=now - LEARNED_FROM, pages=PAGES_TO_LEARN):
            tally.add("templates_learned", _learn(connection, row.publisher, now=now, holds_from=now))
            tally.add("publishers")
    return tally


def learn_new_publishers(connection: Connection, publishers: Collection[str], now: datetime, tally: Tally) -> None:
    """Learns the furniture of those of the publishers that have none yet, for all their articles."""
    for row in read(connection, "publishers_without_templates", publishers=sorted(publishers), pages=PAGES_TO_LEARN):
        tally.add("templates_learned", _learn(connection, row.publisher, now=now, holds_from=ALWAYS))


def trim_sketches(settings: Settings, *, now: datetime) -> Tally:
    """How many postings of old copies were dropped."""
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        read(connection, "lock_grouping")
        tally.add("postings_dropped", write(connection, "delete_old_sketches", before=now - KEPT_WHOLE))
    return tally


def _learn(connection: Connection, publisher: str, *, now: datetime, holds_from: datetime | str) -> int:
    texts = read(connection, "pages_to_learn_templates", publisher=publisher, batch_size=PAGES_LEARNED_FROM)
    found = find_templates((publisher, row.text) for row in texts).get(publisher, frozenset())
    rows: list[dict[str, Any]] = [
        {"publisher": publisher, "paragraph": paragraph, "learned_at": now, "holds_from": holds_from}
        for paragraph in sorted(signed(found))
    ]
    write(connection, "insert_learned_publisher", publisher=publisher, learned_at=now)
    return write_rows(connection, "insert_templates", rows)

"""Cleans pages in a process that can be ended: what one costs shows only in cleaning it."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from include.edges.bounded import BoundedWorker, TooExpensiveError
from include.records import Article, RawPage, Reason, Rejected, Stage
from include.stages.clean import clean_page

# Cleaning is 10 ms for 60 KB of honest markup, and handing a page over half of one. 600 KB of empty paragraphs take
# 12 s and 300 MB; a tag of 120,000 attributes takes hours, as each is compared with those before it.
SECONDS = 10.0


def clean_within_bounds(page: RawPage, *, now: datetime) -> Article | Rejected:
    """The article on a page or why there is none; TOO_EXPENSIVE when cleaning it was ended."""
    try:
        return _worker().call(clean_page, page, now=now)
    except TooExpensiveError as error:
        return Rejected(stage=Stage.CLEAN, reason=Reason.TOO_EXPENSIVE, item_id=page.id, detail=str(error))


@cache
def _worker() -> BoundedWorker:
    return BoundedWorker(seconds=SECONDS)

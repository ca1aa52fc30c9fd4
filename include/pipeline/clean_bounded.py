"""Cleans a page here when it is of ordinary size, and in a process that can be ended when it may be a trap."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from include.edges.bounded import BoundedWorker, TooExpensiveError
from include.records import Article, RawPage, Reason, Rejected, Stage
from include.stages.clean import clean_page

# Cleaning is 10 ms for 60 KB of honest markup. 2 MB of empty paragraphs take 12 s and 300 MB; a tag of 120,000
# attributes takes hours, as each is compared with those before it. Depth needs no limit: libxml2 stops at 256.
ORDINARY_BYTES = 600_000
ORDINARY_TAG = 20_000  # bytes between < and >


def clean_within_bounds(page: RawPage, *, now: datetime) -> Article | Rejected:
    """The article on a page or why there is none; TOO_EXPENSIVE when cleaning it was ended."""
    if not may_be_a_trap(page.body):
        return clean_page(page, now=now)
    try:
        return _worker().call(clean_page, page, now=now)
    except TooExpensiveError as error:
        return Rejected(stage=Stage.CLEAN, reason=Reason.TOO_EXPENSIVE, item_id=page.id, detail=str(error))


def may_be_a_trap(body: bytes) -> bool:
    """True for pages that are larger, or have larger tags, than articles have."""
    if len(body) > ORDINARY_BYTES:
        return True
    long = (piece for piece in body.split(b"<") if len(piece) > ORDINARY_TAG)  # text and scripts may be long
    return any(piece.find(b">", 0, ORDINARY_TAG) < 0 for piece in long)


@cache
def _worker() -> BoundedWorker:
    return BoundedWorker()

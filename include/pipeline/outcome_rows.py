"""What a stage made of an item, as a row of news.outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from include.records import Rejected, Stage


def outcome_row(
    stage: Stage, item_id: str, *, version: str, now: datetime, rejected: Rejected | None
) -> dict[str, Any]:
    """The row; `rejected` when the stage could not use the item."""
    return {
        "stage": stage,
        "item_id": item_id,
        "version": version,
        "is_rejected": rejected is not None,
        "reason": rejected.reason if rejected else "",
        "detail": rejected.detail if rejected else "",
        "done_at": now,
    }

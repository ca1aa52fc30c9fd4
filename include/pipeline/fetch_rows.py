"""One request made, as a row of news.fetches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from include.edges.web import Answer, Failed
from include.records import ArchiveRecord, Rejected


def fetch_row(
    kind: str, answer: Answer, *, now: datetime, rejected: Rejected | None = None, record: ArchiveRecord | None = None
) -> dict[str, Any]:
    """The row; `rejected` when the answer came but its body is of no use, `record` where the archive keeps it."""
    body_bytes = 0 if isinstance(answer, Failed) else len(answer.body)
    problem = answer if isinstance(answer, Failed) else rejected
    return {
        "kind": kind,
        "item_id": answer.request.item_id,
        "url": answer.request.url,
        "fetched_at": now,
        "status": answer.status,
        "reason": problem.reason if problem else "",
        "detail": problem.detail if problem else "",
        "body_bytes": body_bytes,
        "seconds": round(answer.seconds, 3),
        "warc_file": record.file if record else None,
        "warc_offset": record.offset if record else None,
        "warc_length": record.length if record else None,
    }

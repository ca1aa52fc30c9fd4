"""What a rebuild brought and changed, as tables for the task's log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

SHOWN = 200  # changes in full; beyond them the rows of news.rebuild_changes tell


def sources_table(sources: Iterable[Any]) -> str:
    """One line for each file, sitemap or list that was read."""
    rows = [
        (
            each.source,
            each.name if len(each.name) <= 70 else f"...{each.name[-67:]}",
            "done" if each.is_done and not each.reason else each.reason or "unread",
            each.found,
            each.entries_new,
            each.pages_new,
            ", ".join(f"{why} {n}" for why, n in sorted(each.skipped.items())),
        )
        for each in sources
    ]
    return table(("source", "name", "state", "found", "new addresses", "new pages", "passed over"), rows)


def changes_table(changes: Sequence[Any]) -> str:
    """How many articles, stories and events are new, changed and gone, and which."""
    counts = Counter((each.kind, each.change) for each in changes)
    rows = [
        (kind, *(counts[kind, change] for change in ("new", "changed", "gone")))
        for kind in ("article", "story", "event")
    ]
    shown = [(each.kind, each.change, each.label[:100]) for each in changes[:SHOWN]]
    more = f"\n... and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    return (
        table(("", "new", "changed", "gone"), rows)
        + ("\n" + table(("kind", "change", "which"), shown) if shown else "")
        + more
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their widest cell, on a line of their own."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n" + "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])

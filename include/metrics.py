"""The desk's own counters, sent by Airflow's exporter beside its own; docs/metrics.md lists them."""

from __future__ import annotations

from collections.abc import Mapping

# What a stage takes in and what it makes, by the names in its tally.
FLOWS: Mapping[str, tuple[str, str]] = {
    "poll_feeds": ("feeds_polled", "entries_new"),
    "fetch_pages": ("pages_fetched", "pages_new"),
    "revisit_pages": ("pages_fetched", "pages_new"),
    "clean_pages": ("pages_cleaned", "articles"),
    "group_stories": ("articles_placed", "stories_changed"),
    "extract_events": ("articles", "mentions"),
    "resolve_events": ("mentions", "events_written"),
}
REJECTED = "rejected_"


def count_run(function: str, counts: Mapping[str, int], *, seconds: float, is_done: bool) -> None:
    """Sends what one run of a pipeline function did, a failed one's part included; nothing where metrics are off."""
    from airflow.sdk.observability import stats

    stage = {"stage": function}
    stats.incr("desk.runs", tags=stage | {"state": "done" if is_done else "failed"})
    stats.timing("desk.seconds", seconds, tags=stage)
    if flow := FLOWS.get(function):
        stats.incr("desk.items_in", counts.get(flow[0], 0), tags=stage)
        stats.incr("desk.items_out", counts.get(flow[1], 0), tags=stage)
    for name, n in counts.items():
        if name.startswith(REJECTED):
            stats.incr("desk.items_rejected", n, tags=stage | {"reason": name.removeprefix(REJECTED)})

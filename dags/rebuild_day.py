"""
### Rebuild a day

**Makes** one past day again at today's versions: its pages are read from the archive, cleaned, grouped, extracted and
resolved anew. Same versions give the same rows.

**Fed by** the pages fetched on the run's day (`data_interval_start` to `data_interval_end`, UTC). Start it with
Airflow's backfill form, `airflow backfill create --dag-id rebuild_day --from-date 2026-03-01 --to-date 2026-03-07`, or
`POST /api/v2/backfills`. Its own schedule closes the day before, every night.

**When it fails**

* `reopen_day` failed: the warehouse is down; nothing was changed.
* A later task failed: clear it. The day's pages stay pending until they are done, and the next run of
  `extract_sanctions` takes them as well.
* `report_day` says `pages_missing_from_archive`: their WARC files were moved or lost; their rows stay as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronDataIntervalTimetable, dag, get_current_context, task

from include.records import Window
from include.scheduling import TASK_DEFAULTS, carry_out, shards


def window() -> Window:
    """The day of this run."""
    context = get_current_context()
    return Window(start=context["data_interval_start"], end=context["data_interval_end"])


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["extract", "backfill"],
)
def rebuild_day():
    @task
    def reopen_day():
        from include.pipeline.rebuild import reopen_day

        return carry_out(reopen_day, window=window())

    @task(map_index_template="shard {{ task.op_kwargs.shard }}")
    def clean_pages(shard: int):
        from include.pipeline.clean_pages import clean_pages

        return carry_out(clean_pages, shard=shard)

    @task
    def group_stories():
        from include.pipeline.group_stories import group_stories

        return carry_out(group_stories)

    @task(map_index_template="shard {{ task.op_kwargs.shard }}")
    def extract_events(shard: int):
        from include.pipeline.extract_events import extract_events

        return carry_out(extract_events, shard=shard)

    @task
    def resolve_events():
        from include.pipeline.resolve_events import resolve_events

        return carry_out(resolve_events)

    @task
    def report_day():
        from include.pipeline.rebuild import report_day

        return carry_out(report_day, window=window())

    cleaned = clean_pages.expand(shard=shards())
    extracted = extract_events.expand(shard=shards())
    reopen_day() >> cleaned >> group_stories() >> extracted >> resolve_events() >> report_day()


rebuild_day()

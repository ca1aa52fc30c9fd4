"""
### Rebuild a day

**Makes** one past day again at today's versions: brings its pages back from the sources that the run asks for, in
their order, cleans, groups, extracts and resolves them anew, and reports what that made, changed and took away: as
tables in the log of `report_day`, and as rows in `news.rebuilds`, `news.rebuild_sources` and `news.rebuild_changes`.
Same versions and sources give the same rows.

**Fed by** a day (`data_interval_start` to `data_interval_end`, UTC): the pages fetched or published on it. Start it
with the backfill form, `airflow backfill create --dag-id rebuild_day --from-date 2026-03-01 --to-date 2026-03-07`,
or `POST /api/v2/backfills`; `dag_run_conf` holds the params. Its own schedule closes the day before, every night: it
sweeps the sites' sitemaps for what polling missed, says how much that was, and does nothing else again, whatever the
params.

**Sources**

* `archive`: pages whose rows were lost come back from our own WARC files.
* `warc`: WARC files below `warc_prefix`, laid out as Common Crawl lays out its news crawl; only records of the day.
* `sitemaps`: the addresses in `sitemaps`, or those that the robots.txt of the feeds' sites name; only pages of the day.
* `csv`: a file at `csv_path` with a column `url`, and `published` and `title` if it has them.

`warc_prefix` and `csv_path` lie below one of `DESK_BACKFILL_PLACES`: by default the folder `backfill` in `DESK_HOME`,
the archive, and `s3://commoncrawl`.

**When it fails**

* It yields to live collection: its tasks run in the pool `backfill` (two slots), behind live ones. Nothing runs at all
  when that pool is missing: `python -m include.edges.airflow_pools` makes it.
* `bring_pages` failed: a source cannot be read (the log names it) or the warehouse is down. Clear it: every file goes
  on at the byte that it had reached. A file or sitemap that is damaged or gone fails nothing; it has a `reason` in
  `news.rebuild_sources`.
* `BadPlanError`: the params name a source without its address, one outside of `DESK_BACKFILL_PLACES`, or one that can't
  be asked; the message says which.
* A later task failed: clear it. The day's pages stay pending until they are done, and the next run of
  `extract_sanctions` takes them as well.
* `report_day` says `pages_missing_from_archive`: their WARC files were moved or lost; their rows stay as they are.
* Skipped from `reopen_day` on: it was a dry run. `bring_pages` says what it would have brought.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.records import Window
from include.scheduling import BACKFILL_DEFAULTS, carry_out, shards

PARAMS = {
    "sources": Param(
        ["archive"],
        type="array",
        items={"type": "string", "enum": ["archive", "warc", "sitemaps", "csv"]},
        maxItems=4,
        examples=["archive", "warc", "sitemaps", "csv"],
        title="Sources",
        description="Where pages come from, in this order; later ones add what earlier ones did not have",
    ),
    "stages": Param(
        ["clean", "group", "extract"],
        type="array",
        items={"type": "string", "enum": ["clean", "group", "extract"]},
        maxItems=3,
        examples=["clean", "group", "extract"],
        title="Stages to do again",
        description="What is pending is done anyway; none here: nothing is done again",
    ),
    "dry_run": Param(
        False, type="boolean", title="Dry run", description="Count what the sources would bring, and write none of it"
    ),
    "warc_prefix": Param(
        None,
        type=["null", "string"],
        maxLength=2000,
        title="WARC files",
        description="Folder, file or s3:// prefix, for the source warc: s3://commoncrawl/crawl-data/CC-NEWS/2026/03",
    ),
    "sitemaps": Param(
        None,
        type=["null", "array"],
        items={"type": "string", "pattern": "^https?://", "maxLength": 2000},
        maxItems=1000,
        title="Sitemaps",
        description="Addresses of sitemaps or indexes, one a line; none: those that the sites' robots.txt name",
    ),
    "csv_path": Param(
        None,
        type=["null", "string"],
        maxLength=2000,
        title="List of addresses",
        description="CSV file with a column url, at a path or s3:// address, for the source csv",
    ),
}

# A run by hand without a date has no interval.
SHARD_OF_DAY = "{% if data_interval_start %}{{ data_interval_start | ds }}, {% endif %}shard {{ task.op_kwargs.shard }}"


def window() -> Window:
    """The day of this run; a run by hand without a date is of yesterday."""
    context = get_current_context()
    if (start := context.get("data_interval_start")) and (end := context.get("data_interval_end")):
        return Window(start=start, end=end)
    today = context["dag_run"].run_after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(start=today - timedelta(days=1), end=today)


def plan():
    """What this run is asked to do; scheduled ones close the day before."""
    from include.pipeline.rebuild_plan import NIGHTLY, read_plan

    context = get_current_context()
    return NIGHTLY if context["dag_run"].run_type == "scheduled" else read_plan(context["params"])


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2016, 1, 1, tzinfo=UTC),  # backfills reach no further back
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    default_args=BACKFILL_DEFAULTS,
    params=PARAMS,
    doc_md=__doc__,
    tags=["extract", "backfill"],
)
def rebuild_day():
    # Several gigabytes take their time, and it goes on where it stopped.
    @task(execution_timeout=timedelta(hours=6))
    def bring_pages():
        from include.pipeline.bring_pages import bring_pages

        return carry_out(bring_pages, window=window(), plan=plan())

    @task
    def reopen_day():
        from include.pipeline.rebuild import reopen_day

        asked = plan()
        if asked.is_dry_run:
            raise AirflowSkipException("a dry run")
        return carry_out(reopen_day, window=window(), stages=asked.stages)

    @task(map_index_template=SHARD_OF_DAY)
    def clean_pages(shard: int):
        from include.pipeline.clean_pages import clean_pages

        return carry_out(clean_pages, shard=shard)

    @task
    def group_stories():
        from include.pipeline.group_stories import group_stories

        return carry_out(group_stories)

    @task(map_index_template=SHARD_OF_DAY)
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

        return carry_out(report_day, window=window(), plan=plan())

    cleaned = clean_pages.expand(shard=shards())
    extracted = extract_events.expand(shard=shards())
    bring_pages() >> reopen_day() >> cleaned >> group_stories() >> extracted >> resolve_events() >> report_day()


rebuild_day()

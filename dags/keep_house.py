"""
### Keep house

**Makes** new rows in `news.templates` (paragraphs that a publisher prints on many pages, without which grouping
compares its articles from then on), and drops postings of `news.sketches` that old copies no longer need. It counts
the days gone by anew (`news.day_counts`, which the page Coverage shows). Beside that it makes the partitions of
`news.fetches`, `news.sketches` and `news.article_texts` for the next three months and for rows of other times, drops
those of requests and postings older than `DESK_FETCHES_DAYS` and `DESK_SKETCHES_DAYS`, and moves texts older than
`DESK_TEXTS_DAYS` that support no act to Parquet files under `DESK_ARCHIVE_URL/texts/`. And it writes events, mentions,
parties and measures as Parquet files to `DESK_SNAPSHOT_URL/YYYY-MM-DD/`, drops snapshots older than
`DESK_SNAPSHOT_DAYS`, and announces the asset `snapshots`; `docs/exports.md` says how to read them.

**Fed by** the articles of the last 30 days. Between two nights the statistics stand still, so that the same articles
group the same way whenever they are grouped.

**When it fails**

* `learn_templates` failed: the warehouse is down, or a grouping held its lock too long. Nothing was changed; grouping
  goes on with the furniture it knows. Clear the task or wait for the next night.
* `trim_sketches` failed: the same; the table of postings stays larger for a day.
* `keep_partitions` failed: a query held a table for longer than five seconds, or the warehouse is down. What was done
  stays done; nothing is refused meanwhile, as rows without a partition of their own go to the default one. Clear it, or
  wait for the next night.
* `drop_texts` failed: the same, or the archive cannot be written. A text is dropped when its file is whole; a file that
  the table `news.text_archives` does not name holds texts that the warehouse still has. Clear it.
* `count_days` failed: the warehouse is down. Coverage shows the days as they were counted before.
* `take_snapshot` failed: the warehouse is down, or the store of the snapshots cannot be written. The snapshots of
  earlier days are whole; a day is not when its `manifest.json` says so. Clear it: the day is written anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, dag, task

from include.scheduling import TASK_DEFAULTS, carry_out

snapshots = Asset("snapshots", uri="desk://warehouse/snapshots")


@dag(
    schedule="30 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["keep", "news"],
)
def keep_house():
    @task
    def learn_templates():
        from include.pipeline.freeze_statistics import learn_templates

        return carry_out(learn_templates)

    @task
    def trim_sketches():
        from include.pipeline.freeze_statistics import trim_sketches

        return carry_out(trim_sketches)

    @task
    def keep_partitions():
        from include.pipeline.keep_partitions import keep_partitions

        return carry_out(keep_partitions)

    @task
    def drop_texts():
        from include.pipeline.drop_texts import drop_texts

        return carry_out(drop_texts)

    @task
    def count_days():
        from include.pipeline.count_days import count_days

        return carry_out(count_days)

    @task(outlets=[snapshots])
    def take_snapshot(*, outlet_events):
        from include.pipeline.snapshot import take_snapshot

        outlet_events[snapshots].extra = carry_out(take_snapshot)

    learn_templates() >> trim_sketches()
    keep_partitions() >> drop_texts()
    count_days()
    take_snapshot()  # beside them: the day gets its snapshot whatever becomes of the statistics


keep_house()

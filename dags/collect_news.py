"""
### Collect news

**Makes** new rows in `news.entries` and `news.pages`, and WARC files in the archive; then announces the asset `pages`,
which sets off `extract_sanctions`.

**Fed by** the feeds of `include/catalog/feeds.yml` (and the demo newsstand when `DESK_FEEDS` names it). Every 15
minutes it asks the feeds that are due; a feed says by its own history how often that is. Pages that carried events are
looked at again after 6 hours, 24 hours and 7 days, and those whose headline a feed changed at once.

**When it fails**

* A bad feed or page never fails a run: it is a row with a reason in `news.fetches`. Look at `mart.feed_health`.
* `sync_feeds` failed: the catalog does not validate (the log names the entry), or the warehouse is down.
* `poll_feeds`, `fetch_pages` or `revisit_pages` failed: the warehouse or the archive cannot be written. Mend that and
  clear the task:
  everything is an upsert, and what was done is not done again.
* No new pages for hours although it is green: `select * from mart.feed_health where state = 'failing'`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, dag, task

from include.scheduling import TASK_DEFAULTS, WEB, carry_out, done_within, shards

pages = Asset("pages", uri="desk://news/pages")


@dag(
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    deadline=done_within(timedelta(hours=1)),
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["collect", "news"],
)
def collect_news():
    @task
    def sync_feeds():
        from include.pipeline.sync_feeds import sync_feeds

        return carry_out(sync_feeds)

    @task(pool=WEB.name, map_index_template="shard {{ task.op_kwargs.shard }}")
    def poll_feeds(shard: int):
        from include.pipeline.poll_feeds import poll_feeds

        return carry_out(poll_feeds, shard=shard)

    @task(pool=WEB.name, map_index_template="shard {{ task.op_kwargs.shard }}")
    def fetch_pages(shard: int):
        from include.pipeline.fetch_pages import fetch_pages

        return carry_out(fetch_pages, shard=shard)

    @task(pool=WEB.name, map_index_template="shard {{ task.op_kwargs.shard }}")
    def revisit_pages(shard: int):
        from include.pipeline.fetch_pages import revisit_pages

        return carry_out(revisit_pages, shard=shard)

    # Announced even when nothing is new: what an earlier extraction left pending is then picked up.
    @task(outlets=[pages])
    def announce_pages(fetched, revisited, *, outlet_events):
        total = {}
        for tally in [*fetched, *revisited]:
            total |= {name: total.get(name, 0) + n for name, n in tally.items()}
        outlet_events[pages].extra = total
        return total

    polled = poll_feeds.expand(shard=shards())
    fetched = fetch_pages.expand(shard=shards())
    revisited = revisit_pages.expand(shard=shards())
    sync_feeds() >> polled >> fetched >> revisited
    announce_pages(fetched, revisited)


collect_news()

"""
### Extract sanctions

**Makes** clean articles (`news.articles`), stories (`news.stories`), mentions and events (`sanctions.*`); then
announces the asset `sanctions_events`.

**Fed by** the asset `pages` of `collect_news`. It takes whatever is pending: pages, articles and mentions that have no
outcome at the stages' current versions. Raising a version does history again.

**When it fails**

* A bad page or article never fails a run: it is a row with a reason in `news.outcomes`.
* `clean_pages` failed: usually the archive cannot be read. The log names the record.
* A task of `hard_checks` failed: its log says what must hold and how many rows offend. The asset is then not announced,
  so that nothing downstream works with rows that cannot be trusted. Look at the rows with its statement,
  `include/sql/checks/NAME.sql`.
* A task of `soft_checks` is skipped: the same, and somebody should look, but the asset is announced.
* After mending, clear the failed task, or just wait: the next run picks up what is pending. Running twice is harmless.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, TriggerRule, dag, task, task_group

from include.quality import WarehouseCheckOperator, list_checks
from include.scheduling import NLP, TASK_DEFAULTS, carry_out, done_within, shards

pages = Asset("pages", uri="desk://news/pages")
sanctions_events = Asset("sanctions_events", uri="desk://sanctions/events")


@dag(
    schedule=[pages],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    deadline=done_within(timedelta(minutes=30)),  # two more runs of collect_news have announced pages by then
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["extract", "sanctions"],
)
def extract_sanctions():
    @task(pool=NLP.name, map_index_template="shard {{ task.op_kwargs.shard }}")
    def clean_pages(shard: int):
        from include.pipeline.clean_pages import clean_pages

        return carry_out(clean_pages, shard=shard)

    @task(pool=NLP.name)
    def group_stories():
        from include.pipeline.group_stories import group_stories

        return carry_out(group_stories)

    @task(pool=NLP.name, map_index_template="shard {{ task.op_kwargs.shard }}")
    def extract_events(shard: int):
        from include.pipeline.extract_events import extract_events

        return carry_out(extract_events, shard=shard)

    @task(pool=NLP.name)
    def resolve_events():
        from include.pipeline.resolve_events import resolve_events

        return carry_out(resolve_events)

    @task_group
    def hard_checks():
        for check in list_checks():
            if check.is_hard:
                WarehouseCheckOperator(task_id=check.name, check=check)

    @task_group
    def soft_checks():
        for check in list_checks():
            if not check.is_hard:
                WarehouseCheckOperator(task_id=check.name, check=check)

    @task(outlets=[sanctions_events], trigger_rule=TriggerRule.NONE_FAILED)  # a soft check that warns is skipped
    def announce_events(resolved, *, outlet_events):
        outlet_events[sanctions_events].extra = resolved

    cleaned = clean_pages.expand(shard=shards())
    extracted = extract_events.expand(shard=shards())
    resolved = resolve_events()
    cleaned >> group_stories() >> extracted >> resolved
    resolved >> [hard_checks(), soft_checks()] >> announce_events(resolved)


extract_sanctions()

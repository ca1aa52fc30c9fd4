"""
### Watch the desk

**Makes** alerts: rows of `news.alerts`, and one message for each outage, for each further day of it and for its end, by
mail (connection `desk_alerts_smtp`), by a Slack-style webhook (`desk_alerts_webhook`), and always in the log of
`tell_alerts`. Beside that it counts what each step left of today and yesterday (`news.recent_counts`), which the page
Overview shows.

**Fed by** the warehouse, every ten minutes: new pages within an hour, reading within another, feed groups most of whose
feeds fail, volumes below the band of four weeks. Failed and late runs are reported as they happen by Airflow's own
processes (`plugins/desk/listener.py`, deadline alerts); what those could not deliver is delivered here.

**When it fails**

* `look_around` failed: the warehouse does not answer, which `tell_alerts` then tells; or a statement is wrong.
* `tell_alerts` failed: a channel took no message (the log says which, and the kind of error). The others have been
  told, and the next run tries again. Look at the connection in Admin, Connections.
* `count_recent_days` failed: the warehouse does not answer. Overview says when the numbers were counted.
* What each alert means, and its cure: `docs/alerts.md`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import TriggerRule, dag, task

from include.scheduling import TASK_DEFAULTS, carry_out


@dag(
    schedule="*/10 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args=TASK_DEFAULTS | {"retries": 1},  # the next look is near, and whoever waits for word waits for this
    doc_md=__doc__,
    tags=["keep", "alerts"],
)
def watch_desk():
    @task
    def look_around():
        from include.pipeline.watch_desk import look_around

        return carry_out(look_around)

    @task(trigger_rule=TriggerRule.ALL_DONE)  # a warehouse that cannot be looked at is the first thing to tell
    def tell_alerts():
        from include.edges.alert_channels import channels
        from include.pipeline.watch_desk import tell_alerts
        from include.run_alerts import VariableMemory, desk_url

        return carry_out(tell_alerts, channels=channels(), memory=VariableMemory(), desk_url=desk_url())

    @task
    def count_recent_days():
        from include.pipeline.count_days import count_recent_days

        return carry_out(count_recent_days)

    look_around() >> tell_alerts()
    count_recent_days()


watch_desk()

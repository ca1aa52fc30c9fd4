"""What Airflow's own processes report of runs: failures by the listener, late ones by deadline alerts.

They end in the same table and channels as what `watch_desk` finds. A warehouse that does not answer is for that DAG to
tell: here it is only logged. Airflow imports this module whenever it parses a DAG with a deadline, so what is heavy is
imported where it is needed.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from include.edges.alert_channels import UndeliveredError, channels
from include.settings import settings
from include.stages.alerts import Alert, AlertKind

if TYPE_CHECKING:
    from include.pipeline.watch_desk import DownSince

log = logging.getLogger("desk")
VARIABLE = "desk_warehouse_down"


class VariableMemory:
    """Since when the warehouse is down, kept in Airflow's own database: only tasks can write it."""

    def read(self) -> DownSince | None:
        from airflow.sdk import Variable

        from include.pipeline.watch_desk import DownSince

        kept = Variable.get(VARIABLE, default=None, deserialize_json=True)
        if kept is None:
            return None
        told_at = kept.get("told_at") or dict.fromkeys(
            kept.get("told_to", ()), kept["since"]
        )  # as it was kept before reminders
        moments = {channel: datetime.fromisoformat(at) for channel, at in told_at.items()}
        return DownSince(since=datetime.fromisoformat(kept["since"]), told_at=moments)

    def write(self, down: DownSince | None) -> None:
        from airflow.sdk import Variable

        if down is None:
            Variable.delete(VARIABLE)
        else:
            told_at = {channel: at.isoformat() for channel, at in down.told_at.items()}
            kept = {"since": down.since.isoformat(), "told_at": told_at}
            Variable.set(VARIABLE, kept, serialize_json=True)


class NoMemory:
    """For processes that leave an unreachable warehouse to `watch_desk`."""

    def read(self) -> DownSince | None:
        return None

    def write(self, down: DownSince | None) -> None:
        pass


def desk_url() -> str:
    """Where the desk's pages are, as Airflow says of itself."""
    from airflow.sdk.configuration import conf

    return str(conf.get("api", "base_url", fallback="")).rstrip("/") + "/desk"


def tell_trouble(dag_id: str, run_id: str, detail: str) -> None:
    """Tells that a DAG's run failed or is late; once, until one succeeds."""
    import psycopg2

    from include.pipeline.watch_desk import report, tell_alerts

    now = datetime.now(UTC)
    try:
        trouble = Alert(kind=AlertKind.RUN_TROUBLE, subject=dag_id, detail=detail, run_id=run_id)
        report(settings(), trouble, now=now)
        tell_alerts(settings(), now=now, channels=channels(), memory=NoMemory(), desk_url=desk_url())
    except (psycopg2.Error, UndeliveredError) as error:
        log.warning("%s: %s (%s); watch_desk tries again", dag_id, detail, type(error).__name__)


def tell_success(dag_id: str) -> None:
    """Ends the trouble of a DAG, if there was any."""
    import psycopg2

    from include.pipeline.watch_desk import settle, tell_alerts

    now = datetime.now(UTC)
    try:
        if settle(settings(), AlertKind.RUN_TROUBLE, dag_id, now=now):
            tell_alerts(settings(), now=now, channels=channels(), memory=NoMemory(), desk_url=desk_url())
    except (psycopg2.Error, UndeliveredError) as error:
        log.warning("the end of the trouble of %s was not told (%s)", dag_id, type(error).__name__)


def deadline_missed(context: dict[str, Any]) -> None:
    """What a missed DeadlineAlert of Airflow's calls, on the executor."""
    run = context["dag_run"]
    tell_trouble(run["dag_id"], run["dag_run_id"], f"The run {run['dag_run_id']} was not done by its deadline.")

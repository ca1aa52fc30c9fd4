"""The checks of the warehouse, run by the operators that Airflow runs them by."""

from __future__ import annotations

from datetime import datetime

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from include import quality
from include.settings import Settings


def run_check(settings: Settings, check: quality.Check, *, now: datetime) -> None:
    """Raises what its task would raise."""

    class Moment(datetime):
        @classmethod
        def now(cls, tz=None):
            return now

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quality, "settings", lambda: settings)
        patch.setattr(quality, "datetime", Moment)
        quality.WarehouseCheckOperator(task_id=check.name, check=check).execute({})


def complaints(settings: Settings, *, now: datetime) -> dict[str, str]:
    """What each check that does not hold says."""
    said = {}
    for check in quality.list_checks():
        try:
            run_check(settings, check, now=now)
        except (AirflowException, AirflowSkipException) as error:
            said[check.name] = str(error)
    return said

"""A warehouse that cannot be read is told on a page, and in the log, without its password."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from include.settings import Settings
from tests.planted_secrets import SECRETS, leaks

PASSWORD = SECRETS["warehouse password"]


@pytest.mark.parametrize("fault", ["no server", "wrong password"])
@pytest.mark.parametrize("page", ["", "events", "feeds", "coverage"])
def test_a_page_does_not_repeat_a_password(postgres, point_at, log_in, caplog, fault: str, page: str):
    port = postgres.port if fault == "wrong password" else 1
    dsn = f"postgresql://desk_loader:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"
    point_at(Settings(AIRFLOW_CONN_WAREHOUSE=dsn))
    answer = log_in("admin").get(f"/desk/{page}")
    assert answer.status_code == 503
    assert leaks(answer.text + repr(answer.headers)) == []
    assert "could not be read" in caplog.text
    assert leaks(caplog.text) == []

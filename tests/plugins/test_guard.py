"""Every route is behind Airflow's permissions, and every answer forbids the browser what the pages do not need."""

from __future__ import annotations

import re

import pytest

from include.settings import Settings
from plugins.desk.app import make_app

SOME = "00000000-0000-0000-0000-000000000000"


def routes() -> list[tuple[str, str]]:
    """Method and path of every route, with some id in it."""
    return [
        (method, "/desk" + re.sub(r"{[^}]+}", SOME, route.path))
        for route in make_app().routes
        for method in sorted(route.methods - {"HEAD"})
    ]


@pytest.mark.parametrize(("method", "path"), routes())
def test_nobody_sees_or_does_anything_without_logging_in(log_in, method, path):
    answer = log_in("").request(method, path)
    assert answer.status_code == 401
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("method", "path"), [each for each in routes() if each[0] != "GET"])
def test_a_viewer_changes_nothing(viewer, method, path):
    assert viewer.request(method, path).status_code == 403


@pytest.mark.parametrize(("method", "path"), [each for each in routes() if each[0] == "GET"])
def test_every_answer_forbids_scripts_of_others(viewer, method, path):
    answer = viewer.request(method, path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_there_is_no_other_way_in():
    paths = {route.path for route in make_app().routes}
    assert not paths & {"/docs", "/redoc", "/openapi.json"}


def test_a_write_from_another_site_is_refused(log_in):
    answer = log_in("admin").post("/desk/", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code in (403, 405)


def test_a_file_outside_the_folder_is_not_served(viewer):
    for name in ("../app.py", "%2e%2e/app.py", "/etc/passwd", "vendor/../../app.py"):
        assert viewer.get(f"/desk/static/{name}").status_code == 404


def test_a_warehouse_that_is_down_is_told(point_at, log_in):
    point_at(Settings(AIRFLOW_CONN_WAREHOUSE="postgresql://a:secret@127.0.0.1:1/c"))
    answer = log_in("viewer").get("/desk/")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "secret" not in answer.text

"""Every page is behind Airflow's permissions, and every answer forbids the browser what the pages do not need."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN

from include.settings import Settings
from plugins.desk.app import make_app
from plugins.desk.guard import DEEDS, Deed

SOME = "00000000-0000-0000-0000-000000000000"
ACTS = {
    f"/desk/feeds/{SOME}": "collect_news",
    "/desk/coverage/replays": "rebuild_day",
    "/desk/coverage/replays/1": "rebuild_day",
}
FILES = "/desk/static/"


def routes() -> list[tuple[str, str]]:
    """Method and path of every route, with some id in it."""
    return [
        (method, "/desk" + re.sub(r"{[^}]+}", "1" if "replay_id" in route.path else SOME, route.path))
        for route in make_app().routes
        for method in sorted(route.methods - {"HEAD"})
    ]


GUARDED = [(method, path) for method, path in routes() if not path.startswith(FILES)]


def test_the_walk_goes_everywhere():
    assert {path for method, path in routes() if method != "GET"} == set(ACTS)
    assert len(routes()) == len(GUARDED) + 1 > 12


@pytest.mark.parametrize(("method", "path"), [*GUARDED, ("GET", "/desk/events/"), ("HEAD", "/desk/events")])
def test_nobody_sees_or_does_anything_without_logging_in(log_in, method, path):
    answer = log_in("").request(method, path, headers={"origin": "http://evil.example", "host": "evil.example"})
    assert answer.status_code == 401
    assert "Traceback" not in answer.text
    assert "location" not in answer.headers


def test_who_is_not_logged_in_is_led_there_and_back(log_in):
    page = log_in("").get("/desk/feeds?state=failing").text
    assert 'href="/api/v2/auth/login?next=/desk/feeds%3Fstate%3Dfailing"' in page
    assert "Please log in" in page
    for file in re.findall(r'"(/desk/static/[^"]+)"', page):
        answer = log_in("").get(file)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "max-age=3600" in log_in("").get("/desk/static/desk.css?v=old").headers["cache-control"]


@pytest.mark.parametrize("path", ACTS)
def test_a_viewer_changes_nothing(viewer, path):
    answer = viewer.post(path)
    assert answer.status_code == 403
    assert "Whoever gives out its roles" in answer.text


@pytest.fixture
def let_through(monkeypatch) -> Iterator[set[str]]:
    """The DAGs that Airflow's auth manager lets people at, whatever they want to do there."""
    dags: set[str] = set()
    monkeypatch.setattr(get_auth_manager(), "is_authorized_dag", lambda *, details, **_: details and details.id in dags)
    return dags


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_the_caller_does_not_choose_the_dag_that_is_asked_about(operator, let_through, method, path):
    let_through |= {"other_dag"}
    for query in ("", "?dag_id=other_dag", "?dag_id=~"):
        assert operator.request(method, path + query).status_code == 403
    let_through |= {"extract_sanctions"}
    assert (operator.request(method, path + "?dag_id=other_dag").status_code == 403) == (method == "POST")
    let_through |= {ACTS.get(path, "")}
    assert operator.request(method, path).status_code not in (401, 403)


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


@pytest.fixture
def browser(desk, point_at, served_pages, log_in) -> Iterator[httpx.Client]:
    """An operator known by a cookie, as browsers are."""
    point_at(desk[0])
    token = log_in("op").headers["authorization"].removeprefix("Bearer ")
    with httpx.Client(base_url=served_pages, cookies={COOKIE_NAME_JWT_TOKEN: token}, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://evil.example", "authorization": "Basic eDp5"},
    ],
)
def test_a_write_from_another_site_is_refused(browser, path, sent):
    answer = browser.post(path, headers=sent)
    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("name", ["sec-fetch-site", "origin", "proxy"])
def test_a_write_from_our_own_page_is_read(browser, path, name, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://desk.example/airflow")
    own = {
        "sec-fetch-site": "same-origin",
        "origin": str(browser.base_url).rstrip("/"),
        "proxy": "https://desk.example",
    }[name]
    answer = browser.post(path, headers={name.replace("proxy", "origin"): own})
    assert answer.status_code == 422  # it has no fields


def test_a_program_with_a_token_of_its_own_is_read(operator):
    assert operator.post(f"/desk/feeds/{SOME}").status_code == 422


def test_what_may_not_be_done_is_not_offered(viewer, operator, desk):
    from tests.newsstand_run import query

    [(feed_id,)] = [each.values() for each in query(desk[1].loader, "select id::text from news.feeds limit 1")]
    for page in (f"/desk/feeds/{feed_id}", "/desk/coverage", "/desk/coverage/2026-03-04"):
        assert 'method="post"' in operator.get(page).text
        seen = viewer.get(page).text
        assert 'method="post"' not in seen
        assert "users, operators and admins" in seen


def test_every_deed_names_a_dag_of_ours():
    assert {deed.dag_id for deed in DEEDS.values()} == {"extract_sanctions", "collect_news", "rebuild_day"}
    assert DEEDS["look"] == Deed("GET", "extract_sanctions")


def test_head_is_answered_as_get_is(viewer):
    for path in ("/desk/", "/desk/events", f"/desk/events/{SOME}", "/desk/static/desk.css"):
        got, head = viewer.get(path), viewer.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]


def test_a_file_outside_the_folder_is_not_served(viewer):
    for name in ("../app.py", "%2e%2e/app.py", "/etc/passwd", "vendor/../../app.py"):
        assert viewer.get(f"/desk/static/{name}").status_code == 404


def test_a_warehouse_that_is_down_is_told(point_at, log_in):
    point_at(Settings(AIRFLOW_CONN_WAREHOUSE="postgresql://a:secret@127.0.0.1:1/c"))
    answer = log_in("viewer").get("/desk/")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "does not answer" in answer.text
    assert "secret" not in answer.text

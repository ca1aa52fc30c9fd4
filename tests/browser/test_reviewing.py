"""A doubtful act is answered in Airflow's own pages, and its page in the desk shows who decided what."""

from __future__ import annotations

import re
import time

from tests.running_desk import rows

WAITED = 120


def start_review(page) -> None:
    """A run of review_events, until its questions stand under Required Actions."""
    started = page.request.post("/api/v2/dags/review_events/dagRuns", data={"logical_date": None, "conf": {}})
    assert started.ok, started.text()
    deadline = time.monotonic() + WAITED
    asked = "/api/v2/dags/review_events/dagRuns/~/hitlDetails?state=awaiting_input"
    while not page.request.get(asked).json()["total_entries"]:
        assert time.monotonic() < deadline
        page.wait_for_timeout(500)


def test_a_question_is_answered_and_the_decision_stands_on_the_page_of_its_act(page, home):
    start_review(page)
    page.goto("/")
    page.get_by_role("link", name="Desk", exact=True).click()
    desk = page.frame_locator("iframe")
    desk.locator("[data-alone]").wait_for(state="hidden")  # the page's script has run
    desk.get_by_role("link", name="Answer the question on it").first.click()
    page.wait_for_url(re.compile("/required_actions"))
    page.locator("tbody").get_by_role("link").first.click()
    page.get_by_text("Reports", exact=True).wait_for()
    (act,) = re.findall(r"Act ([0-9a-f-]{36})", page.locator("#root").inner_text())
    options = page.locator("div:has(> input[name=element_chosen_options])").get_by_role("combobox")
    options.press("ArrowDown")
    page.get_by_role("option", name="Right with changes").click()
    page.locator("[name=element_event_date]").fill("2031-05-06")
    page.locator("[name=element_note]").fill("<b>as the gazette says</b>")
    page.get_by_role("button", name="Respond").click()
    deadline = time.monotonic() + WAITED
    kept = f"select event_date, review_status from mart.events where event_id = '{act}'"
    while rows(home, kept) != [("2031-05-06", "accepted")]:  # the act is resolved again after the decision is kept
        assert time.monotonic() < deadline, (rows(home, kept), rows(home, "select * from sanctions.questions"))
        page.wait_for_timeout(500)
    assert len(rows(home, f"select 1 from mart.decisions where event_id = '{act}'")) == 1
    page.goto(f"/desk/events/{act}")
    said = page.locator("section").filter(has_text="What people decided").inner_text()
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d, admin: Right with changes – <b>as the gazette says</b>", said), said
    assert 'event date: "2031-05-06"' in said
    assert page.get_by_role("link", name="Answer the question on it").count() == 0

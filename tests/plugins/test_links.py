"""Every task that fills a page leads to one that there is."""

from __future__ import annotations

from types import SimpleNamespace

from plugins.desk.links import PAGES, DeskPageLink
from plugins.desk.pages import TABS


def link_of(task_id: str) -> str:
    return DeskPageLink().get_link(None, ti_key=SimpleNamespace(task_id=task_id))


def test_a_task_leads_to_the_page_it_fills():
    assert link_of("resolve_events").endswith("/desk/events")
    assert link_of("poll_feeds").endswith("/desk/feeds")


def test_other_tasks_have_no_link():
    assert link_of("hard_checks.parties_have_names") == ""


def test_the_pages_are_tabs_of_the_desk():
    assert set(PAGES.values()) <= {tab for tab, _ in TABS}

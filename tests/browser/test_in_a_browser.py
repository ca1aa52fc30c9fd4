"""The desk as people meet it: logging in, reading every page, pausing a feed, doing a day again, strangers' texts."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.running_desk import rows

PROJECT = Path(__file__).resolve().parent.parent.parent
# Pictures of the guide are made anew when somebody asks: DESK_SCREENSHOTS=docs/images
PICTURES = os.environ.get("DESK_SCREENSHOTS")
EVIL = '"><img src=x onerror="document.title=\'taken\'"></script><script>document.title="taken"</script>'
PAGES = {"": "Overview", "events": "Events", "stories": "Stories", "feeds": "Feeds", "coverage": "Coverage"}


def picture(page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(800)
        page.screenshot(path=PROJECT / PICTURES / f"{name}.png")


def is_drawn(page) -> bool:
    """Whether every chart has something on its canvas."""
    expect = pytest.importorskip("playwright.sync_api").expect
    # Not by wait_for_function: it evaluates a string, which the pages' policy refuses.
    expect(page.locator(".chart:not(:has(canvas))")).to_have_count(0)
    return page.evaluate(
        """[...document.querySelectorAll('.chart canvas')].every((canvas) =>
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value))"""
    )


def test_the_desk_stands_in_the_navigation_and_in_the_frame(page):
    page.goto("/")
    page.get_by_role("link", name="Desk", exact=True).click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Overview").wait_for()
    frame.get_by_role("link", name="Events", exact=True).click()
    frame.get_by_role("heading", name="Events").wait_for()
    assert frame.get_by_role("link", name="Airflow", exact=True).count() == 0  # it is around us already


@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_every_page_can_be_read(page, path, heading):
    page.goto(f"/desk/{path}")
    assert page.get_by_role("heading", level=1).inner_text() == heading
    assert is_drawn(page)
    picture(page, heading.lower())


def test_an_event_is_found_and_its_sentence_stands_marked_in_its_article(page):
    page.goto("/desk/events")
    page.get_by_role("combobox", name="Target").fill("KP")
    page.get_by_role("combobox", name="Measure").select_option("export_ban")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("row").filter(has_text="2371").get_by_role("link").first.click()
    page.get_by_role("heading", level=1).filter(has_text="North Korea").wait_for()
    page.get_by_role("link", name="in its article").last.click()
    assert any("North Korea" in mark for mark in page.locator("mark").all_inner_texts())
    picture(page, "event")
    page.get_by_role("link", name="archived page").first.click()
    assert page.get_by_text("agrees with the bytes").is_visible()
    assert "<html" in page.locator("pre").inner_text().lower()


def test_what_two_members_of_a_story_say_differently(page):
    page.goto("/desk/stories?least_publishers=3")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="What differs").click()
    page.locator("#difference").wait_for()
    assert page.locator("del, ins").count() > 2
    picture(page, "story")


def test_a_feed_is_paused_and_who_did_it_stands_there(page, home):
    page.goto("/desk/feeds")
    page.get_by_role("link", name=re.compile("Daily Lantern")).first.click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()
    assert page.get_by_text("admin").count()
    assert rows(home, "select action, acted_by from mart.feed_actions") == [("pause", "admin")]
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Pause").wait_for()


def test_a_day_is_done_again_and_what_changed_is_shown(page, home):
    ((article, day),) = rows(
        home,
        "update news.articles set byline = 'Nobody' where id = (select article_id from mart.event_evidence"
        " where published_at < current_date - 30 order by article_id limit 1)"
        " returning id::text, published_at::date::text",
        role="desk_loader",
    )
    page.goto(f"/desk/coverage/{day}")
    page.get_by_role("button", name="Do again").click()
    page.keyboard.press("Escape")  # asked, and left alone
    assert page.url.endswith(day)
    page.get_by_role("button", name="Do again").click()
    page.get_by_role("dialog").get_by_role("button", name="Do again").click()
    page.wait_for_url(re.compile("/desk/coverage/replays/"))
    page.get_by_text("success").first.wait_for(timeout=240_000)
    picture(page, "replay")
    page.goto(f"/desk/coverage/{day}")
    assert page.get_by_role("row", name=re.compile("^article changed")).count() == 1
    assert rows(home, f"select byline from news.articles where id = '{article}'", role="desk_loader") != [("Nobody",)]


def test_what_strangers_write_does_nothing(page, home):
    for command in (
        f"update news.articles set title = title || $x${EVIL}$x$, byline = $x${EVIL}$x$",
        f"update news.article_texts set text = text || $x${EVIL}$x$",
        f"update news.stories set title = title || $x${EVIL}$x$",
        f"update news.feeds set title = title || $x${EVIL}$x$",
        f"update news.entries set title = title || $x${EVIL}$x$",
    ):
        rows(home, command, role="desk_loader")
    act, story, feed, page_id = rows(
        home,
        "select event_id::text, story_id::text, (select feed_id::text from mart.feed_health limit 1), page_id::text"
        " from mart.event_evidence where story_id is not null limit 1",
    )[0]
    for path in (*PAGES, f"events/{act}", f"stories/{story}", f"feeds/{feed}", f"pages/{page_id}"):
        page.goto(f"/desk/{path}")
        page.wait_for_timeout(300)
        assert page.title().endswith("Sanctions Desk"), path
        assert page.locator("main img").count() == 0, path


def test_dark_narrow_and_by_keyboard(browser, session, airflow):
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        base_url=airflow[0],
        color_scheme="dark",
        storage_state=session.storage_state(),
    )
    page = context.new_page()
    try:
        for path, heading in PAGES.items():
            page.goto(f"/desk/{path}")
            assert page.evaluate("document.documentElement.dataset.theme") == "dark"
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.textContent") == "Overview"
            for _ in range(list(PAGES).index(path)):
                page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.textContent") == heading
        picture(page, "narrow")
    finally:
        context.close()

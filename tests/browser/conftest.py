"""A desk as `make run` starts it, and Debian's Chromium on its pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_desk import home_of_a_desk, running_desk

SIZE = {"width": 1280, "height": 900}


@pytest.fixture(scope="package")
def browser() -> Iterator:
    """Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        # Its sandbox refuses to run as root, and the pages are our own.
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def home(browser) -> Iterator[Path]:
    with home_of_a_desk() as home:
        yield home


@pytest.fixture(scope="package")
def airflow(home: Path) -> Iterator[tuple[str, str]]:
    """Address and admin's password of a desk that has seen the newsstand."""
    with running_desk(home) as running:
        shown = running.wait_for("Ctrl-C stops everything")
        found = re.search(r"Airflow: (http://127\.0\.0\.1:\d+)\s+user admin\s+password (\S+)", shown)
        assert found, shown
        yield found[1], found[2]


@pytest.fixture(scope="package")
def session(browser, airflow: tuple[str, str]) -> Iterator:
    """The browser of an admin who has logged in by Airflow's own form."""
    base_url, password = airflow
    context = browser.new_context(viewport=SIZE, base_url=base_url, color_scheme="light")
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    page.get_by_role("link", name="Desk", exact=True).wait_for()
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(session) -> Iterator:
    """A new tab, whose errors fail the test: a refused script, style or request among them."""
    page = session.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.accept()))
    yield page
    page.close()
    assert errors == []

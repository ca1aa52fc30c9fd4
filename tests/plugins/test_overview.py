"""The first page shows what the newsstand brought."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugins.desk.overview import health


def test_it_shows_the_newest_events_and_the_funnel(viewer):
    page = viewer.get("/desk/").text
    assert "Newest events" in page
    assert "/desk/events/" in page


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(minutes=59), "good"),
        (timedelta(minutes=61), "warn"),
        (timedelta(hours=7), "bad"),
        (None, "bad"),
    ],
)
def test_how_long_nothing_came_in_decides(age, said):
    assert health(age) == said

"""Stories: who was first, how they spread, and what two members say differently."""

from __future__ import annotations

import re

import pytest

STORY = re.compile(r'href="/desk/stories/([0-9a-f-]{36})"')


@pytest.fixture
def widest(desk) -> dict:
    from tests.newsstand_run import query

    _, addresses = desk
    return query(
        addresses.analyst,
        "select story_id::text as story_id, publishers, first_publisher from mart.story_spread"
        " order by publishers desc, mart.story_spread.story_id limit 1",
    )[0]


def test_a_story_shows_who_was_first_and_every_member(viewer, widest):
    page = viewer.get(f"/desk/stories/{widest['story_id']}").text
    assert widest["first_publisher"] in page
    assert page.count('name="a"') >= widest["publishers"] > 1


def test_two_members_are_compared(viewer, widest):
    page = viewer.get(f"/desk/stories/{widest['story_id']}").text
    members = re.findall(r'name="a" value="([^"]+)"', page)
    told = [
        viewer.get(f"/desk/stories/{widest['story_id']}", params={"a": members[0], "b": other}).text
        for other in members
    ]
    assert "<ins>" not in told[0].split('id="difference"')[1].split("soft")[2]  # with itself
    assert any(re.search(r'<div class="text">.*?<(ins|del)>', each, re.DOTALL) for each in told[1:])


def test_a_member_of_another_story_is_refused(viewer, widest):
    other = "00000000-0000-0000-0000-000000000001"
    answer = viewer.get(f"/desk/stories/{widest['story_id']}", params={"a": other, "b": other})
    assert answer.status_code == 404


def test_filters(viewer, widest):
    wide = set(STORY.findall(viewer.get("/desk/stories", params={"least_publishers": widest["publishers"]}).text))
    assert widest["story_id"] in wide
    everything = set(STORY.findall(viewer.get("/desk/stories").text))
    assert wide < everything
    of_one = viewer.get("/desk/stories", params={"publisher": widest["first_publisher"]}).text
    assert widest["story_id"] in STORY.findall(of_one)
    assert STORY.findall(viewer.get("/desk/stories", params={"publisher": "nobody"}).text) == []
    assert set(STORY.findall(viewer.get("/desk/stories", params={"words": "coal"}).text)) < everything

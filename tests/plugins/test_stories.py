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
        "select story_id::text as story_id, publishers, first_publisher, event_ids::text[] as acts"
        " from mart.story_spread order by publishers desc, mart.story_spread.story_id limit 1",
    )[0]


def test_a_story_shows_who_was_first_and_every_member(viewer, widest):
    page = viewer.get(f"/desk/stories/{widest['story_id']}").text
    assert widest["first_publisher"] in page
    assert page.count('name="a"') >= widest["publishers"] > 1
    assert set(re.findall('href="/desk/events/([^"]+)"', page)) == set(widest["acts"][:5]) != set()


def test_two_members_are_compared(viewer, widest):
    page = viewer.get(f"/desk/stories/{widest['story_id']}").text
    members = re.findall(r'name="a" value="([^"]+)"', page)
    told = [
        viewer.get(f"/desk/stories/{widest['story_id']}", params={"a": members[0], "b": other}).text
        for other in members
    ]
    differences = [re.search(r'<div class="text">(.*?)</div>', each, re.DOTALL)[1] for each in told]
    assert not re.search("<(ins|del)>", differences[0])  # of one with itself
    assert any(re.search("<(ins|del)>", each) for each in differences[1:])


def test_a_member_of_another_story_is_refused(viewer, widest):
    other = "00000000-0000-0000-0000-000000000001"
    answer = viewer.get(f"/desk/stories/{widest['story_id']}", params={"a": other, "b": other})
    assert answer.status_code == 404


def found(viewer, **asked: object) -> set[str]:
    return set(STORY.findall(viewer.get("/desk/stories", params=asked).text))


def test_filters(viewer, widest, desk):
    from tests.newsstand_run import query

    _, addresses = desk
    stories = query(addresses.loader, "select id::text as id, publisher_count from news.stories")
    wide = {story["id"] for story in stories if story["publisher_count"] >= 2}
    assert found(viewer, least_publishers=2) == wide
    assert widest["story_id"] in found(viewer, publisher=widest["first_publisher"], least_publishers=2) < wide
    assert (
        found(viewer, publisher="nobody") == found(viewer, since="2999-01-01") == found(viewer, words="zzyzx") == set()
    )
    assert 0 < len(found(viewer, words="coal")) < len(stories)


def test_the_pages_of_the_list_hold_every_story_once(viewer, desk):
    from tests.newsstand_run import query

    _, addresses = desk
    seen: list[str] = []
    address = "/desk/stories"
    for _ in range(20):
        page = viewer.get(address).text
        seen += STORY.findall(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        address = following[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(each["id"] for each in query(addresses.loader, "select id::text from news.stories"))

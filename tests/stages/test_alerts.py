"""What is wrong, who has not been told of it, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.stages.alerts import (
    CAUSES,
    LOOKS_BACK,
    TITLES,
    Alert,
    AlertKind,
    FeedGroup,
    Outage,
    Pulse,
    Shortfall,
    find_alerts,
    news_for,
    write_message,
)

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WELL = Pulse(newest_page_at=NOW - 5 * MINUTE, live_since=NOW - timedelta(days=9), waiting_since=NOW - 5 * MINUTE)


def keys(pulse: Pulse) -> list[str]:
    return [alert.key for alert in find_alerts(pulse, now=NOW)]


def group(name: str, feeds: int, failing: int) -> FeedGroup:
    return FeedGroup(name=name, feeds=feeds, failing=failing, reason="timed_out" if failing else "")


def outage(kind: AlertKind, subject: str = "", *, number: int = 1, **more) -> Outage:
    given = {"detail": "It is so.", "opened_at": NOW - 30 * MINUTE} | more
    return Outage(id=number, kind=kind, subject=subject, **given)


def test_nothing_is_wrong_with_a_desk_that_works():
    assert keys(WELL) == []


@pytest.mark.parametrize(("minutes", "said"), [(60, []), (61, ["no_new_pages:"])])
def test_an_hour_without_pages(minutes, said):
    assert keys(replace(WELL, newest_page_at=NOW - minutes * MINUTE)) == said


def test_the_hour_begins_when_feeds_are_first_asked():
    assert keys(replace(WELL, newest_page_at=None, live_since=NOW - 59 * MINUTE)) == []
    assert keys(replace(WELL, newest_page_at=None, live_since=NOW - 61 * MINUTE)) == ["no_new_pages:"]


def test_the_demo_newsstand_may_be_silent():
    assert keys(replace(WELL, newest_page_at=NOW - timedelta(days=3), live_since=None)) == []


@pytest.mark.parametrize(("minutes", "said"), [(60, []), (61, ["extraction_behind:"])])
def test_two_runs_behind(minutes, said):
    assert keys(replace(WELL, waiting_since=NOW - minutes * MINUTE)) == said


def test_most_of_a_group():
    groups = (group("wires", 4, 3), group("press", 4, 2), group("one", 1, 0))
    (alert,) = find_alerts(replace(WELL, groups=groups), now=NOW)
    assert alert == Alert(
        kind=AlertKind.FEED_GROUP_OUT, subject="wires", detail="3 of 4 feeds fail, most of them with timed_out."
    )


def test_all_groups_out_are_one_outage():
    assert keys(replace(WELL, groups=(group("wires", 4, 4), group("press", 4, 3)))) == ["feeds_out:"]
    assert keys(replace(WELL, groups=(group("wires", 4, 4),))) == ["feed_group_out:wires"]


def test_a_drop_of_volume():
    (alert,) = find_alerts(replace(WELL, shortfalls=(Shortfall(name="pages", today=3, usual=40),)), now=NOW)
    assert alert.key == "volume_drop:pages"
    assert "3 pages in 24 hours" in alert.detail
    assert "40" in alert.detail


def test_an_outage_is_told_once_for_each_channel():
    told = outage(AlertKind.FEEDS_OUT, told_to=frozenset({"log", "smtp"}))
    assert news_for("smtp", [told], now=NOW).ids == []
    assert news_for("webhook", [told], now=NOW).ids == [1]


def test_its_end_is_told_to_whom_it_was_told():
    over = outage(AlertKind.FEEDS_OUT, closed_at=NOW, told_to=frozenset({"smtp"}))
    assert news_for("smtp", [over], now=NOW).ended == (over,)
    assert news_for("webhook", [over], now=NOW).ids == []
    assert news_for("smtp", [replace(over, end_told_to=frozenset({"smtp"}))], now=NOW).ids == []


def test_what_follows_from_an_outage_is_not_told_on_its_own():
    chain = [
        outage(AlertKind.FEEDS_OUT),
        outage(AlertKind.NO_NEW_PAGES, number=2),
        outage(AlertKind.VOLUME_DROP, "pages", number=3),
        outage(AlertKind.RUN_TROUBLE, "keep_house", number=4),
    ]
    news = news_for("log", chain, now=NOW)
    assert [found.id for found in news.opened] == [1, 4]
    assert [found.id for found in news.explained] == [2, 3]
    assert news.ids == [1, 4]


def test_a_failed_dag_explains_only_what_it_feeds():
    pair = [outage(AlertKind.RUN_TROUBLE, "keep_house"), outage(AlertKind.NO_NEW_PAGES, number=2)]
    assert news_for("log", pair, now=NOW).ids == [1, 2]
    assert news_for("log", [replace(pair[0], subject="collect_news"), pair[1]], now=NOW).ids == [1]


def test_a_consequence_that_outlives_its_cause_is_told():
    silent = outage(AlertKind.NO_NEW_PAGES, number=2)
    cause = outage(AlertKind.FEEDS_OUT, told_to=frozenset({"log"}), end_told_to=frozenset({"log"}))
    assert news_for("log", [replace(cause, closed_at=NOW - 59 * MINUTE), silent], now=NOW).ids == []
    assert news_for("log", [replace(cause, closed_at=NOW - 60 * MINUTE), silent], now=NOW).ids == [2]


def test_no_news_are_no_message():
    assert write_message(news_for("log", [], now=NOW), desk_url="") is None


def test_all_news_are_one_message():
    news = news_for(
        "log",
        [
            outage(AlertKind.FEEDS_OUT, detail="9 of 9 feeds fail."),
            outage(AlertKind.NO_NEW_PAGES, number=2, detail="The last page came long ago."),
            outage(AlertKind.RUN_TROUBLE, "rebuild_day", number=3, closed_at=NOW, told_to=frozenset({"log"})),
        ],
        now=NOW,
    )
    message = write_message(news, desk_url="https://desk.example/desk")
    assert message.subject == "Sanctions Desk: Every feed group is out (and 1 more)"
    assert message.text.splitlines() == [
        "Every feed group is out, noticed 2031-05-06 11:30 UTC",
        "9 of 9 feeds fail.",
        "What to do: docs/alerts.md, section feeds_out",
        "https://desk.example/desk/feeds?state=failing",
        "",
        "With it, and not told on its own:",
        "- No new pages: The last page came long ago.",
        "",
        "Over since 2031-05-06 12:00 UTC: rebuild_day is in trouble, after 30 min",
    ]


def test_a_message_of_ends_says_so():
    over = outage(AlertKind.FEEDS_OUT, closed_at=NOW + timedelta(hours=2), told_to=frozenset({"log"}))
    message = write_message(news_for("log", [over], now=NOW), desk_url="")
    assert message.subject == "Sanctions Desk: Over: Every feed group is out"
    assert message.text.endswith("after 2 h 30 min")


def test_an_outage_that_goes_on_is_told_again_every_day():
    known = outage(AlertKind.FEEDS_OUT, told_to=frozenset({"log", "smtp"}), told_at={"log": NOW - timedelta(hours=23)})
    assert news_for("log", [known], now=NOW).ids == []
    news = news_for("log", [known], now=NOW + timedelta(hours=1))
    assert news.ongoing == (known,)
    assert news.ids == [1]
    assert write_message(news, desk_url="").subject == "Sanctions Desk: Still: Every feed group is out"
    # A consequence goes on with its cause, and is not told again either.
    pair = [known, replace(known, id=2, kind=AlertKind.NO_NEW_PAGES)]
    assert news_for("log", pair, now=NOW + timedelta(hours=1)).ids == [1]


def test_every_kind_leads_to_a_page():
    for kind in AlertKind:
        said = write_message(news_for("log", [outage(kind, "x")], now=NOW), desk_url="https://desk.example/desk").text
        assert "\nhttps://desk.example/" in said, kind
    failed = outage(AlertKind.RUN_TROUBLE, "keep_house", run_id="manual__2031-05-06T11:00:00+00:00")
    said = write_message(news_for("log", [failed], now=NOW), desk_url="https://desk.example/desk").text
    assert said.endswith("https://desk.example/dags/keep_house/runs/manual__2031-05-06T11%3A00%3A00%2B00%3A00")
    said = write_message(news_for("log", [replace(failed, run_id="")], now=NOW), desk_url="https://desk.example/desk")
    assert said.text.endswith("https://desk.example/dags/keep_house")


def test_every_kind_has_a_title_and_a_section_of_the_docs():
    docs = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    for kind in AlertKind:
        assert kind in TITLES
        assert f"\n### {kind}\n" in docs
    assert set(CAUSES) == set(LOOKS_BACK)

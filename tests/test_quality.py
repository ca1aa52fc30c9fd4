"""Each check of the warehouse passes on sound rows and is made to fail, by the operator that Airflow runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from include.edges.warehouse import read, transaction, write
from include.pipeline.resolve_events import resolve_events
from include.quality import list_checks
from include.settings import Settings
from tests.checking import complaints, run_check
from tests.pipeline.planted import Planted

LATER = datetime(2031, 5, 7, tzinfo=UTC)
NOBODY = "00000000-0000-0000-0000-000000000000"
# So many entries each day, from `first` days before LATER back to four weeks.
ENTRIES = """
insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)
select md5(day || '/' || n)::uuid, (select min(id::text)::uuid from news.feeds), 'https://a.example/' || day || n, '',
    '', '', '', timestamptz '2031-05-07' - day * interval '1 day' - interval '1 hour'
from generate_series({first}, 28) as day cross join generate_series(1, {each}) as n
"""
BREAKAGES = {
    "acts_are_as_their_open_versions": "update sanctions.event_parties set name = 'Another' where role = 'target'",
    "acts_are_dated_and_have_imposers": """
        insert into sanctions.events
        select md5(id::text || n)::uuid, event_type, event_class, modality, instrument, null, null,
            confidence, 'rejected', 1, 1, first_seen_at, last_seen_at, first_published_on, first_publisher, false,
            '1', '1'
        from sanctions.events cross join generate_series(1, 40) as n
    """,
    "articles_are_dated_and_have_a_language": """
        insert into news.articles (id, url_id, page_id, url, publisher, title, byline, published_source, language,
            word_count, seen_at, text_at, is_current, clean_version)
        select md5(id::text || n)::uuid, md5(url || n)::uuid, page_id, url, publisher, title, byline, '', 'en',
            word_count, seen_at, text_at, true, clean_version
        from news.articles cross join generate_series(1, 40) as n
    """,
    "articles_lead_to_the_archive": "update news.pages set warc_file = ''",
    "codes_have_catalog_form": "update sanctions.event_parties set code = 'by'",
    "codes_stand_in_the_catalog": "update sanctions.event_parties set code = 'ZZ' where code = 'BY'",
    "counts_are_those_of_mentions": "update sanctions.events set article_count = 9",
    "event_dates_are_dates": "update sanctions.events set event_date = '2031-02-30'",
    "events_have_mentions": "update sanctions.event_mentions set is_current = false",
    "events_have_targets": "delete from sanctions.event_parties where role = 'target'",
    "evidence_stands_in_its_article": "update news.article_texts set text = 'New ' || text",
    "feeds_keep_their_volume": ENTRIES.format(first=1, each=4),
    "mentions_are_of_their_events_class": "update sanctions.event_mentions set event_type = 'lifted'",
    "mentions_are_resolved": "update sanctions.event_mentions set event_id = null",
    "mentions_have_evidence": "update sanctions.event_mentions set evidence = '[]'",
    "one_current_version_per_address": f"update news.articles set url_id = '{NOBODY}'",
    "pages_do_not_wait": "update news.pages set fetched_at = '2031-05-01'",
    "parties_have_names": "update sanctions.event_parties set name = ' '",
    "something_new_was_seen": "update news.pages set fetched_at = '2001-01-01'",
    "stories_hold_their_canonical": """
        insert into news.stories
        select md5('s')::uuid, id, '', 1, 1, seen_at, seen_at, '1' from news.articles limit 1
    """,
    "volume_is_as_before": ENTRIES.format(first=1, each=10),
}


@pytest.fixture
def settings(warehouse) -> Settings:
    return Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader)


@pytest.fixture
def planted(settings, warehouse) -> Planted:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    resolve_events(settings, now=LATER)
    return planted


def check_named(name: str):
    (check,) = (check for check in list_checks() if check.name == name)
    return check


@pytest.mark.usefixtures("planted")
def test_sound_rows_pass_every_check(settings):
    assert complaints(settings, now=LATER) == {}


@pytest.mark.parametrize("check", list_checks(), ids=lambda check: check.name)
def test_each_check_can_fail(settings, planted, check):
    planted.run(BREAKAGES[check.name])
    with pytest.raises(AirflowFailException if check.is_hard else AirflowSkipException, match=check.holds):
        run_check(settings, check, now=LATER)


@pytest.mark.parametrize(
    ("first", "each", "today", "said"),
    [
        (1, 4, 4, 0),
        (1, 4, 2, 0),
        (1, 4, 1, 1),  # less than half of the usual
        (1, 4, 20, 0),  # never too many as long as they are few
        (1, 12, 24, 0),
        (1, 12, 25, 1),  # more than twice the busiest
        (20, 12, 90, 0),  # too new to say
    ],
)
def test_volumes_stay_in_their_band(settings, planted, first, each, today, said):
    planted.run("update news.entries set first_seen_at = '2001-01-01'")
    planted.run(ENTRIES.format(first=first, each=each))
    planted.run(
        "insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
        " select md5('t' || n)::uuid, (select min(id::text)::uuid from news.feeds), 'https://t.example/' || n, '', '',"
        " '', '', '2031-05-06 22:00Z' from generate_series(1, %s) as n",
        today,
    )
    found = complaints(settings, now=LATER).keys() & {"feeds_keep_their_volume", "volume_is_as_before"}
    assert len(found) == 2 * said


@pytest.mark.parametrize(("midnight", "told"), [("2031-05-05", False), ("2031-05-07", True)])  # after Sunday, Tuesday
def test_a_feed_that_rests_on_sundays_is_told_when_it_rests_on_another_day(settings, planted, midnight, told):
    planted.run("update news.entries set first_seen_at = '2001-01-01'")
    planted.run(
        "insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
        " select md5(at::text || n)::uuid, (select min(id::text)::uuid from news.feeds),"
        " 'https://a.example/' || at || n, '', '', '', '', at from generate_series("
        " timestamptz %s - interval '25 hours', timestamptz %s - interval '29 days', '-1 day') as at"
        " cross join generate_series(1, 10) as n where extract(isodow from at at time zone 'UTC') < 7",
        *(midnight + "Z", midnight + "Z"),
    )
    moment = datetime.fromisoformat(midnight).replace(tzinfo=UTC)
    said = complaints(settings, now=moment).keys()
    assert ("feeds_keep_their_volume" in said, "volume_is_as_before" in said) == (told, told)
    with transaction(planted.dsn) as connection:
        drops = [row.name for row in read(connection, "volumes_below_band", now=moment)]
    assert drops == ["entries"] * told


@pytest.mark.parametrize(
    ("name", "breaking"),
    [
        ("articles_lead_to_the_archive", "update news.pages set warc_file = ''"),
        ("counts_are_those_of_mentions", "update sanctions.events set article_count = 9"),
        ("events_have_mentions", "update sanctions.event_mentions set is_current = false"),
        ("evidence_stands_in_its_article", "update news.article_texts set text = 'New ' || text"),
        ("one_current_version_per_address", f"update news.articles set url_id = '{NOBODY}'"),
    ],
)
def test_what_is_of_long_ago_is_looked_at_in_its_turn(planted, name, breaking):
    planted.run("update news.articles set seen_at = '2001-01-01'")
    planted.run("update sanctions.events set last_seen_at = '2001-01-01'")
    planted.run(breaking)
    check = check_named(name).sql
    with transaction(planted.dsn) as connection, connection.cursor() as cursor:
        said = []
        for turn in range(256):
            cursor.execute(check, {"now": LATER + turn * timedelta(minutes=15)})
            said.append(cursor.fetchone()[0])
    assert 0 < sum(each > 0 for each in said) <= 3


@pytest.mark.parametrize(("left_out", "named"), [(0, False), (1, True)])
def test_a_page_that_was_cleaned_does_not_wait(settings, planted, left_out, named):
    planted.run("update news.pages set fetched_at = '2031-05-01'")
    planted.run(
        "insert into news.outcomes select 'clean', id, '1', false, '', '', now() from news.pages order by id offset %s",
        left_out,
    )
    assert ("pages_do_not_wait" in complaints(settings, now=LATER)) is named


def test_what_is_withdrawn_may_have_any_code(settings, planted):
    planted.run("update sanctions.event_parties set code = 'ZZ'")
    planted.run("update sanctions.events set is_withdrawn = true")
    assert "codes_stand_in_the_catalog" not in complaints(settings, now=LATER)


def test_an_act_of_long_ago_is_compared_with_its_version_in_its_turn(planted):
    planted.run("update sanctions.event_versions set valid_to = valid_from")
    planted.run("update sanctions.events set last_seen_at = '2001-01-01', first_publisher = 'A'")
    with transaction(planted.dsn) as connection:
        ids = [row[0] for row in planted.run("select id::text from sanctions.events")]
        write(connection, "open_event_versions", ids=ids, now=LATER)
    planted.run("update sanctions.events set first_publisher = 'B'")
    check = check_named("acts_are_as_their_open_versions").sql.replace("%(now)s", "%s")
    said = [planted.run(check, *[LATER + turn * timedelta(minutes=15)] * 2)[0][0] for turn in range(256)]
    assert sum(said) == len(ids) > 0


def test_an_act_without_an_open_version_is_told_at_once(settings, planted):
    planted.run("update sanctions.events set last_seen_at = '2001-01-01'")
    planted.run("update sanctions.event_versions set valid_to = valid_from")
    said = complaints(settings, now=LATER)["acts_are_as_their_open_versions"]
    assert said.startswith("acts_are_as_their_open_versions: 2 rows offend")


@pytest.mark.parametrize("scheme", ["postgresql://", "postgresql+psycopg2://", "postgres://"])
def test_any_form_of_the_address_will_do(settings, planted, scheme):
    address = settings.warehouse.replace("postgresql://", scheme) + "?application_name=checks"
    run_check(Settings(AIRFLOW_CONN_WAREHOUSE=address), check_named("parties_have_names"), now=LATER)


def test_a_server_that_is_away_is_tried_again():
    nowhere = Settings(AIRFLOW_CONN_WAREHOUSE="postgresql://desk_loader:secretpw@127.0.0.1:1/warehouse")
    with pytest.raises(Exception, match="refused") as caught:
        run_check(nowhere, check_named("parties_have_names"), now=LATER)
    assert not isinstance(caught.value, AirflowException)  # those that end a task for good
    assert "secretpw" not in str(caught.value)


def test_a_check_says_how_grave_it_is(tmp_path):
    (tmp_path / "vague.sql").write_text("-- Something holds\nselect 0 as offending;\n")
    with pytest.raises(ValueError, match=r"vague.sql: the second line"):
        list_checks(tmp_path)

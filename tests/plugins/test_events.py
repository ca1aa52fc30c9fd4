"""Acts are found by what people ask for, and each shows everything that stands behind it."""

from __future__ import annotations

import re

import pytest

from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.planted import NOON, Planted

ACT = re.compile(r'href="/desk/events/([0-9a-f-]{36})"')
EVIL = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>'


def acts(page: str) -> set[str]:
    return set(ACT.findall(page))


@pytest.fixture
def known(desk) -> list[dict]:
    from tests.newsstand_run import query

    _, addresses = desk
    return query(addresses.analyst, "select event_id::text, * from mart.events where not is_withdrawn")


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({}, lambda act: True),
        ({"target": "KP"}, lambda act: "KP" in act["target_codes"]),
        ({"imposer": "UNSC"}, lambda act: "UNSC" in act["imposer_codes"]),
        ({"target": "kp"}, lambda act: "KP" in act["target_codes"]),
        ({"target": " north  Korea ", "utm_source": "mail"}, lambda act: "KP" in act["target_codes"]),
        ({"imposer": "European Union"}, lambda act: "EU" in act["imposer_codes"]),
        ({"event_type": "lifted"}, lambda act: act["event_type"] == "lifted"),
        ({"measure": "arms_embargo"}, lambda act: "arms_embargo" in act["measures"]),
        ({"modality": "asserted"}, lambda act: act["modality"] == "asserted"),
        ({"since": "2019-01-01"}, lambda act: act["act_on"] and act["act_on"].isoformat() >= "2019-01-01"),
        ({"until": "2018-12-31"}, lambda act: act["act_on"] and act["act_on"].isoformat() <= "2018-12-31"),
        ({"least": "0.9"}, lambda act: act["confidence"] >= 0.9),
        ({"review": "pending"}, lambda act: act["review_status"] == "pending"),
        (
            {"target": "KP", "measure": "export_ban"},
            lambda act: "KP" in act["target_codes"] and "export_ban" in act["measures"],
        ),
    ],
)
def test_a_filter_shows_what_fits_and_nothing_else(viewer, known, asked, fits):
    wanted = {act["event_id"] for act in known if fits(act)}
    assert wanted
    assert acts(viewer.get("/desk/events", params=asked).text) == wanted


FIELD = re.compile(r'<(?:input|select)[^>]*? name="(\w+)"')


@pytest.mark.parametrize("page", ["events", "stories"])
def test_a_form_whose_fields_are_empty_asks_for_everything(viewer, page):
    address = f"/desk/{page}"
    fields = FIELD.findall(viewer.get(address).text.partition('class="filters"')[2].partition("</form>")[0])
    assert len(fields) > 4
    sent = viewer.get(address, params={name: "true" if name == "withdrawn" else "" for name in fields})
    assert sent.status_code == 200
    assert viewer.get(address, params=dict.fromkeys(fields, "x")).status_code == 422


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"target": "Ruritania"}, "The catalog knows no such party"),
        ({"imposer": "no & body"}, "The catalog knows no such party"),
        ({"since": "2026-02-03", "until": "2026-02-02"}, "That is less than 2026-02-03"),
        ({"least": "0.7", "most": "0.6"}, "That is less than 0.7"),
        ({"least": "seven"}, "valid number"),
    ],
)
def test_a_form_that_does_not_fit_keeps_what_was_written(viewer, asked, said):
    answer = viewer.get("/desk/events", params=asked | {"words": "coal & ore", "measure": "export_ban"})
    assert answer.status_code == 422
    form = answer.text.partition('class="filters"')[2].partition("</form>")[0]
    assert said in form
    assert "No act fits" not in answer.text
    assert '<option value="export_ban" selected>' in form
    for written in (*asked.values(), "coal & ore"):
        assert f'value="{written.replace("&", "&amp;")}"' in form


def test_words_find_acts_by_their_sentences_and_names(viewer, known):
    found = acts(viewer.get("/desk/events", params={"words": "coal"}).text)
    assert found
    assert found < {act["event_id"] for act in known}


def test_the_pages_of_a_list_hold_every_act_once(viewer, known, monkeypatch):
    monkeypatch.setattr("plugins.desk.events.PAGE_SIZE", 7)
    seen: list[str] = []
    address = "/desk/events"
    for _ in range(20):
        page = viewer.get(address).text
        seen += dict.fromkeys(ACT.findall(page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        address = following[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(act["event_id"] for act in known)


def test_an_act_shows_its_sentences_marked_in_their_article(viewer, known):
    (korea,) = [act for act in known if "2371" in (act["instrument"] or "")]
    page = viewer.get(f"/desk/events/{korea['event_id']}").text
    marked = re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)
    assert any("North Korea" in each for each in marked)
    for report in re.findall(r'href="(/desk/events/[^"#]+\?report=[^"#]+)#article"', page):
        text = viewer.get(report).text
        assert "<mark>" in text
    assert len(re.findall("archived page", page)) == korea["report_count"]


def test_a_plan_and_what_carried_it_out_lead_to_each_other(viewer, known):
    (plan, *_) = [act for act in known if act["followed_by"]]
    assert f'href="/desk/events/{plan["followed_by"]}"' in viewer.get(f"/desk/events/{plan['event_id']}").text
    assert f'href="/desk/events/{plan["event_id"]}"' in viewer.get(f"/desk/events/{plan['followed_by']}").text
    assert "Was planned as" not in viewer.get(f"/desk/events/{plan['event_id']}").text


def test_the_archived_page_is_shown_as_text(viewer, known, desk, monkeypatch):
    settings, _ = desk
    monkeypatch.setattr("plugins.desk.archived.settings", lambda: settings)
    act = viewer.get(f"/desk/events/{known[0]['event_id']}").text
    (address, *_) = re.findall(r'href="(/desk/pages/[^"]+)"', act)
    page = viewer.get(address).text
    assert "agrees with the bytes" in page
    source = page.split('<pre class="text source" tabindex="0">')[1].split("</pre>")[0]
    assert "&lt;html" in source
    assert "<" not in source


def test_a_page_that_the_archive_lost_is_said_to_be(viewer, known, tmp_path, monkeypatch):
    monkeypatch.setattr("plugins.desk.archived.settings", lambda: Settings(home=tmp_path))
    act = viewer.get(f"/desk/events/{known[0]['event_id']}").text
    (address, *_) = re.findall(r'href="(/desk/pages/[^"]+)"', act)
    answer = viewer.get(address)
    assert answer.status_code == 200
    assert "The archive does not have it whole" in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/desk/events/00000000-0000-0000-0000-000000000000", 404),
        ("/desk/events/nonsense", 422),
        ("/desk/pages/00000000-0000-0000-0000-000000000000", 404),
        ("/desk/stories/00000000-0000-0000-0000-000000000000", 404),
        ("/desk/events?since=2026-02-31", 422),
        ("/desk/events?least=2", 422),
        ("/desk/events?event_type=unheard", 422),
        ("/desk/events?target=" + "x" * 5000, 422),
        ("/desk/events?words=" + "x " * 5000, 422),
        ("/desk/events?words=%00", 422),
        ("/desk/events?after_day=2026-13-45&after_id=00000000-0000-0000-0000-000000000000", 422),
        ("/desk/events?nonsense=1", 200),
        ("/desk/stories?nonsense=1", 200),
        ("/desk/events?words=%22%20%26%20%7C%20!%3A*", 200),
        ("/desk/stories?least_publishers=0", 422),
        ("/desk/stories?since=yesterday", 422),
        ("/desk/events?least=1e-46", 200),
        ("/desk/events?least=nan", 422),
        ("/desk/stories?after_seen=2024-01-01T00:00:00Z", 422),
        ("/desk/stories?after_id=00000000-0000-0000-0000-000000000000", 422),
        ("/desk/stories?after_id=00000000-0000-0000-0000-000000000000&after_seen=2024-01-01T00:00:00%2B23:59", 200),
        ("/desk/stories?after_id=00000000-0000-0000-0000-000000000000&after_seen=0001-01-01T00:00:00%2B23:59", 422),
        ("/desk/stories?after_id=00000000-0000-0000-0000-000000000000&after_seen=2024-01-01T00:00:00", 200),
        ("/desk/nowhere", 404),
        ("/desk/events/", 404),
    ],
)
def test_what_makes_no_sense_gets_a_clear_page(viewer, address, status):
    answer = viewer.get(address)
    assert answer.status_code == status
    assert "Sanctions Desk" in answer.text
    assert "Traceback" not in answer.text


def test_texts_of_strangers_stay_texts(warehouse, point_at, log_in):
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    planted.run("update news.articles set title = %s, byline = %s, publisher = %s", *[EVIL] * 3)
    planted.run("update news.articles set url = 'javascript:alert(3)'")
    planted.run("update news.stories set title = %s", EVIL)
    planted.run("update news.feeds set title = %s, state = 'failing', reason = %s", EVIL, EVIL)
    planted.run("update sanctions.event_parties set name = name || %s", EVIL)
    planted.run("update sanctions.event_mentions set instrument = %s", EVIL)
    planted.run("update sanctions.events set instrument = %s", EVIL)
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    point_at(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader))
    client = log_in("viewer")
    pages = ["/desk/", "/desk/events", "/desk/stories", "/desk/events?words=" + "%22%3E%3Cscript%3E"]
    pages += [f"/desk/events/{each}" for each in acts(client.get("/desk/events").text)]
    stories = client.get("/desk/stories").text
    pages += [f"/desk/{each}" for each in re.findall(r'href="/desk/(stories/[0-9a-f-]{36})"', stories)]
    assert len(pages) > 5
    for address in pages:
        text = client.get(address).text
        assert "<img" not in text, address
        assert "alert(2)</script>" not in text, address
        assert 'href="javascript' not in text, address

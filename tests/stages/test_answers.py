"""Answers are read out of forms as people fill them in, and refused with a sentence when they do not hold together."""

from __future__ import annotations

import pytest

from include.catalog import load_catalog
from include.catalog.actors import Gazetteer
from include.records import EventType, Measure, MeasureType, Party
from include.stages.answers import Answer, Choice, UnusableAnswerError, read_answer


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_catalog().gazetteer


def test_everything_that_can_be_changed(gazetteer):
    form = {
        "event_type": "lifted",
        "modality": "planned",
        "event_date": " 2031-05 ",
        "instrument": "-",
        "imposers": "eu\nUnited States",
        "targets": "BY; person: Ivan Tester (BY)\nvessel: Sea Star",
        "measures": "import_ban from_target: coal, iron ore\nasset_freeze",
        "merge_into": None,
        "split_off": "",
        "note": "as the ministry says",
    }
    answer = read_answer("Right with changes", form, report_count=2, gazetteer=gazetteer)
    assert answer.note == "as the ministry says"
    changes = answer.changes
    assert changes.model_fields_set == set(form) - {"merge_into", "split_off", "note"}
    assert (changes.event_type, changes.event_date, changes.instrument) == (EventType.LIFTED, "2031-05", None)
    assert [party.code for party in changes.imposers] == ["EU", "US"]
    assert changes.targets[1:] == (
        Party(name="Ivan Tester", kind="person", code="BY"),
        Party(name="Sea Star", kind="vessel"),
    )
    assert changes.measures == (
        Measure(type=MeasureType.IMPORT_BAN, objects=("coal", "iron ore"), flow="from_target"),
        Measure(type=MeasureType.ASSET_FREEZE),
    )


def test_what_is_left_empty_stays_as_it_is(gazetteer):
    answer = read_answer("Right with changes", {"event_date": "2031"}, report_count=1, gazetteer=gazetteer)
    assert answer.changes.model_dump(exclude_unset=True) == {"event_date": "2031"}


def test_plain_answers_need_no_form(gazetteer):
    for choice in (Choice.RIGHT, Choice.WRONG, Choice.LATER):
        assert read_answer(str(choice), {}, report_count=1, gazetteer=gazetteer) == Answer(choice=choice)


def test_reports_to_split_off_are_numbers_of_the_list(gazetteer):
    answer = read_answer("Split", {"split_off": "3, 1"}, report_count=3, gazetteer=gazetteer)
    assert answer.split_off == (1, 3)


@pytest.mark.parametrize(
    ("choice", "form", "said"),
    [
        ("Perhaps", {}, "no answer"),
        ("Right", {"event_date": "2031-05-06"}, "belongs to 'Right with changes'"),
        ("Later", {"merge_into": "x"}, "belongs to 'Merge into'"),
        ("Right with changes", {}, "needs"),
        ("Right with changes", {"note": "why"}, "needs"),
        ("Right with changes", {"event_date": "2031-02-31"}, "no date"),
        ("Right with changes", {"event_date": "May 6"}, "YYYY-MM-DD"),
        ("Right with changes", {"event_type": "bombed"}, "bombed"),
        ("Right with changes", {"targets": "Atlantis"}, "does not know 'Atlantis'"),
        ("Right with changes", {"targets": "person: Ivan (XQX)"}, "no code 'XQX'"),
        ("Right with changes", {"imposers": " ; "}, "at least 1"),
        ("Right with changes", {"measures": "tickling: feet"}, "No measure"),
        ("Right with changes", {"instrument": "x" * 301}, "300"),
        ("Right with changes", {"targets": ["BY"]}, "must hold text"),
        ("Right with changes", {"confidence": "1"}, "no field 'confidence'"),
        ("Right", {"note": "x" * 4001}, "more than 4000"),
        ("Merge into", {}, "needs merge_into"),
        ("Merge into", {"merge_into": "the other one"}, "no id"),
        ("Split", {"split_off": "4"}, "1 to 3"),
        ("Split", {"split_off": "0"}, "1 to 3"),
        ("Split", {"split_off": "two"}, "1 to 3"),
        ("Split", {"split_off": "1 2 3"}, "at least one must stay"),
    ],
)
def test_what_does_not_hold_together_is_refused(gazetteer, choice, form, said):
    with pytest.raises(UnusableAnswerError, match=said):
        read_answer(choice, form, report_count=3, gazetteer=gazetteer)


def test_what_postgres_cannot_hold_is_replaced(gazetteer):
    answer = read_answer("Right", {"note": "a\0b\ud800"}, report_count=1, gazetteer=gazetteer)
    assert answer.note == "ab?"

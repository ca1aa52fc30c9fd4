"""What the catalog promises: every type has a sentence that is one and one that is not."""

import pytest
from pydantic import ValidationError

from include.catalog import load_catalog
from include.catalog.models import MeasureEntry
from include.extractors.find_clues import find_clues
from include.extractors.reading import prepare, sentences_to_parse, with_parses
from include.extractors.slot_instrument import instruments_in
from include.extractors.slot_measures import measures_in
from include.records import Document, EventType, MeasureType

CATALOG = load_catalog()


def types_told(text, nlp, catalog):
    reading = prepare(Document(doc_id="x", title="", text=text), catalog)
    chosen = sentences_to_parse(reading)
    parses = {s.index: nlp(s.proper) for s in chosen}
    return {clue.event_type for clue in find_clues(with_parses(reading, parses), catalog)}


def test_every_type_of_the_records_is_described():
    assert set(CATALOG.event_types) == set(EventType)
    assert set(CATALOG.measures) == set(MeasureType)


@pytest.mark.parametrize("kind", EventType)
def test_event_type_example_is_one(kind, nlp, catalog):
    assert kind in types_told(catalog.event_types[kind].example, nlp, catalog)


@pytest.mark.parametrize("kind", EventType)
def test_event_type_counter_example_is_none(kind, nlp, catalog):
    assert kind not in types_told(catalog.event_types[kind].counter_example, nlp, catalog)


@pytest.mark.parametrize("kind", [k for k in MeasureType if k is not MeasureType.OTHER])
def test_measure_example_is_one(kind):
    assert kind in {m.type for m in measures_in(CATALOG.measures[kind].example, CATALOG)}


@pytest.mark.parametrize("kind", MeasureType)
def test_measure_counter_example_is_none(kind):
    assert kind not in {m.type for m in measures_in(CATALOG.measures[kind].counter_example, CATALOG)}


@pytest.mark.parametrize("entry", [entry for entry, _ in CATALOG.instruments], ids=lambda e: e.example)
def test_instrument_example_is_cited(entry):
    assert next(instruments_in(f"It rests on {entry.example}, officials said.", CATALOG), None)


def test_every_state_has_its_code():
    found = list(CATALOG.gazetteer.find("Officials in Ivory Coast and the U.S.S.R. met."))
    assert [m.party.code for m in found] == ["CI", "SU"]


def test_unknown_keys_are_errors():
    with pytest.raises(ValidationError):
        MeasureEntry(definition="", crosswalk={}, phrases=(), example="", counter_example="", exampel="")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("KP", "KP"),
        ("kp", "KP"),
        ("north  korea", "KP"),
        ("DPRK", "KP"),
        ("unsc", "UNSC"),
        ("Ruritania", None),
        ("", None),
    ],
)
def test_a_party_is_known_by_its_code_or_any_spelling(written: str, code: str | None):
    assert CATALOG.gazetteer.code_of(written) == code

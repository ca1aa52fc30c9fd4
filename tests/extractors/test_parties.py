"""How newspapers name a party."""

import pytest

from include.catalog import load_catalog
from include.extractors.reading import find_mentions
from include.extractors.sentences import Sentence

CATALOG = load_catalog()


def codes(text):
    return [m.party.code for m in find_mentions(Sentence(0, text, 0, len(text), 0), CATALOG)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pyongyang rejected what the Kremlin and Washington had agreed.", ["KP", "RU", "US"]),
        ("The U.N. Security Council heard the Ivorian envoy.", ["UNSC", "CI"]),
        ("They told us that turkey was on the menu.", []),
        ("The ministers met in Brussels and in Vienna.", []),
        ("Brussels agreed with the White House.", ["EU", "US"]),
        ("South Korea is not North Korea.", ["KR", "KP"]),
        ("Somalia and Romania are not Mali and Oman.", ["SO", "RO", "ML", "OM"]),
        ("The United Nations met the Northern League.", ["UN"]),
        ("The New York lawyer reads the Washington Post.", []),
        ("EU AND RUSSIA", ["EU", "RU"]),
    ],
)
def test_mentions(text, expected):
    assert codes(text) == expected

"""Protests and penalties that a text tells without the sanctions' name beside them."""

import pytest

from include.extractors.enforcement import find_enforcements
from include.extractors.protests import find_protests
from include.extractors.reading import ParsedSentence, find_mentions
from include.extractors.sentences import Sentence


def parsed(text, nlp, catalog):
    sentence = Sentence(0, text, 0, len(text), 0)
    return ParsedSentence(sentence, nlp(text), find_mentions(sentence, catalog))


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("The Iranian foreign ministry called the new measures illegal.", ["IR"]),
        ("Belarus said on Monday that it would respond in kind.", ["BY"]),
        ("Russia condemned the expulsions.", ["RU"]),
        ("Belarus said on Monday that the harvest was good.", None),
        ("Russia condemned the attack on the school.", None),
    ],
)
def test_who_protests(text, actors, nlp, catalog):
    found = [[p.code for p in parties] for _, parties in find_protests(parsed(text, nlp, catalog))]
    assert found[:1] == ([actors] if actors else [])


@pytest.mark.parametrize(
    ("text", "around", "imposers"),
    [
        ("Italian police seized the yacht on Friday.", "Its owner is under sanctions.", ["IT"]),
        ("The bank agreed to pay OFAC $9 million.", "It had broken the embargo.", ["US"]),
        ("Italian police seized the yacht on Friday.", "Its owner had not paid the harbour.", None),
        ("Italian police praised the captain on Friday.", "Its owner is under sanctions.", None),
    ],
)
def test_who_enforces(text, around, imposers, nlp, catalog):
    found = [[p.code for p in doers] for _, doers, _ in find_enforcements(parsed(text, nlp, catalog), around)]
    assert found[:1] == ([imposers] if imposers else [])

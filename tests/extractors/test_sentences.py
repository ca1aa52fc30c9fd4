"""Sentences keep their place in the text."""

import re

import pytest

from include.extractors.sentences import LONGEST, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Brown met Gen. Lee. They spoke.", ["Mr. Brown met Gen. Lee.", "They spoke."]),
        ("The U.S. Treasury spoke. Nobody heard it in the U.S. The day ended.", 3),
        ("A line\nthat wraps goes on.\n\nNew paragraph", ["A line that wraps goes on.", "New paragraph"]),
        ('"Never," he said. "Not at all." Then he left.', 3),
        ("", []),
        ("\n \n\t", []),
    ],
)
def test_split(text, expected):
    found = [s.text for s in split_sentences(text)]
    assert (len(found) if isinstance(expected, int) else found) == expected


def test_offsets_lead_back_to_the_text():
    text = "One   two\nthree.  Four five. \n\n Six."
    for sentence in split_sentences(text):
        assert re.sub(r"\s+", " ", text[sentence.start : sentence.end]) == sentence.text


@pytest.mark.parametrize(
    ("text", "proper"),
    [
        ("GENEVA (Reuters) - Swiss ministers met.", "Swiss ministers met."),
        ("OSLO, Norway -- The cabinet met.", "The cabinet met."),
        ("Swiss ministers met in Geneva.", "Swiss ministers met in Geneva."),
    ],
)
def test_dateline_is_not_part_of_the_sentence_proper(text, proper):
    assert split_sentences(text)[0].proper == proper


def test_endless_sentences_are_cut():
    assert len(split_sentences("word " * 50_000)[0].text) <= LONGEST

"""Who is named as hit in a sentence, and who is only named."""

import pytest

from include.extractors.reading import prepare, with_parses
from include.extractors.slot_named_targets import _named_in
from include.records import Document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ministry sanctioned Igor Petrov and Anna Orlova.", ["Igor Petrov", "Anna Orlova"]),
        (
            "John Garang Deng and Peter Lado Awan, generals both, go on the list for a travel ban.",
            ["John Garang Deng", "Peter Lado Awan"],
        ),
        (
            "The names are Alpha Technology, Beta Optics and Zitu Technologies.",
            ["Alpha Technology", "Beta Optics", "Zitu Technologies"],
        ),
        ("Igor Petrov, a lawyer, criticised the sanctions.", []),
    ],
)
def test_named(text, expected, nlp, catalog):
    reading = prepare(Document(doc_id="x", title="", text=text), catalog)
    reading = with_parses(reading, {0: nlp(text)})
    assert [p.name for p in _named_in(reading.parsed[0], None, frozenset())] == expected

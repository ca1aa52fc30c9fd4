"""The legal act that a draft rests on, in one spelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.records import EventClass, Salience

WITHOUT = frozenset({EventClass.CONDEMN, EventClass.VIOLATE})


def find_instrument(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with the instrument named in its evidence, or in a sentence beside it."""
    if draft.event_class in WITHOUT:
        return draft
    near = [i + step for i in draft.evidence_sentences for step in (0, 1, -1)]
    for index in dict.fromkeys([*draft.evidence_sentences, *near]):
        if 0 <= index < len(reading.sentences) and (
            name := next(instruments_in(reading.sentences[index].text, catalog), None)
        ):
            return replace(draft, instrument=name)
    if draft.salience is not Salience.MAIN:
        return draft
    told_as_past = {c.sentence for c in (*draft.clues, *draft.context) if c.is_past}
    elsewhere = [s.text for s in reading.sentences if s.index not in told_as_past]
    return replace(draft, instrument=next(instruments_in("\n".join(elsewhere), catalog), None))


def instruments_in(text: str, catalog: Catalog) -> Iterator[str]:
    """The instruments that a text cites, the most exact first."""
    for entry, pattern in catalog.instruments:
        for match in pattern.finditer(text):
            yield entry.name.format(*match.groups())

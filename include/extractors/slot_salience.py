"""Whether an event is the point of its article."""

from __future__ import annotations

from dataclasses import replace

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.records import Salience


def find_salience(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft, main when the headline or the first sentences tell it."""
    is_main = any(c.sentence < 2 for c in draft.clues)
    return replace(draft, salience=Salience.MAIN if is_main else Salience.SECONDARY)

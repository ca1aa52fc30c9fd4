"""One module per kind of finding. EXTRACTORS are applied in order; each fills its part before a draft is judged."""

from __future__ import annotations

from collections.abc import Callable

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.extractors.slot_dates import find_date
from include.extractors.slot_evidence import find_evidence
from include.extractors.slot_instrument import find_instrument
from include.extractors.slot_measures import find_measures
from include.extractors.slot_named_targets import find_named_targets
from include.extractors.slot_parties import find_parties
from include.extractors.slot_salience import find_salience
from include.extractors.slot_type import find_type

Extractor = Callable[[Draft, Reading, Catalog], Draft]

# Evidence first: measures, instrument and date are read from it.
EXTRACTORS: tuple[Extractor, ...] = (
    find_parties,
    find_salience,
    find_evidence,
    find_type,
    find_measures,
    find_instrument,
    find_date,
)

# Names are dear to find, so they are looked for in events that were kept.
FINISHERS: tuple[Extractor, ...] = (find_named_targets,)

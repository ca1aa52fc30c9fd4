"""Which drafts are events that the article reports as news, and how sure that is."""

from __future__ import annotations

from dataclasses import replace

from include.extractors.drafts import Draft
from include.extractors.reading import Reading


def keep_events(drafts: tuple[Draft, ...], reading: Reading) -> tuple[Draft, ...]:
    """The drafts that are reported as news."""
    return tuple(replace(d, confidence=0.5) for d in drafts if any(not c.is_past for c in d.clues))

"""The sentences that show a draft's event."""

from __future__ import annotations

from dataclasses import replace

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.extractors.sentences import Sentence
from include.records import Evidence

MOST = 3


def find_evidence(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with its best sentences, in the order of the text."""
    told = [c for c in draft.clues if c.sentence >= 0]
    ranked = sorted(told, key=lambda c: (c.is_past, c.guessed, not c.is_core, c.crossed, c.sentence))
    chosen = list(dict.fromkeys(c.sentence for c in ranked))[:MOST]
    if len(chosen) < MOST:
        near = [c.sentence for c in draft.context if c.sentence >= 0 and not c.is_past and any(0 <= c.sentence - s <= 2 for s in chosen)]
        chosen += [s for s in dict.fromkeys(near) if s not in chosen][: MOST - len(chosen)]
    if not chosen:
        chosen = [s.index for s in reading.sentences[:1]]
    chosen.sort()
    return replace(
        draft, evidence=tuple(evidence_of(reading.sentences[i]) for i in chosen), evidence_sentences=tuple(chosen)
    )


def evidence_of(sentence: Sentence) -> Evidence:
    """The sentence with its place in the article."""
    return Evidence(text=sentence.text, start=sentence.start, end=sentence.end)

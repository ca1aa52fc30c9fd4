"""The sentences that show a draft's event: those that tell the act, and those that spell it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from include.catalog import Catalog
from include.catalog.linear import UNTRAINED
from include.extractors.drafts import Draft, keys, leading
from include.extractors.reading import Reading, measure_kinds
from include.extractors.sentences import Sentence
from include.extractors.triggers import LOOSE
from include.records import Evidence

MOST = 4
REACH = 15  # sentences after the act in which its measures may still be spelled out
DETAIL = 0.15  # from this probability on a sentence with concrete measures adds to them, though it is no evidence
NEAR = 4  # sentences after the act's own that may spell it out
ANAPHOR = re.compile(
    r"^[\"“]?(?:The|These|Those|This|Its|Under the|Among|Other|Both|Most|In the|"
    r"According to) (?:\w+ ){0,3}?(?:sanctions?|measures?|restrictions?|resolution|"
    r"bill|legislation|law|order|ban|embargo|list|penalt\w+|package|removals?|move|draft|actions?|"
    r"provisions|round|companies|individuals)\b"
    r"|^[\"“]?(?:They|It|Those|These|Others|The new|The latest|Also) ",
    re.IGNORECASE,
)
DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\btoday\b|\byesterday\b", re.IGNORECASE)


def find_evidence(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with its best sentences, in the order of the text."""
    model = catalog.models.get("evidence", UNTRAINED)
    candidates = [(i, f, model.probability(f)) for i, f in evidence_candidates(draft, reading, catalog)]
    ranked = sorted(((p, -i) for i, _, p in candidates), reverse=True)
    chosen = [-i for p, i in ranked[:MOST] if p >= model.threshold] or [-i for _, i in ranked[:1]]
    if not chosen and reading.sentences:
        chosen = [0]
    return replace(
        draft,
        evidence=tuple(evidence_of(reading.sentences[i]) for i in sorted(chosen)),
        evidence_sentences=tuple(sorted(chosen)),
        detail_sentences=tuple(i for i, f, p in candidates if f["firm_measures"] and p >= DETAIL and i not in chosen),
    )


def evidence_of(sentence: Sentence) -> Evidence:
    """The sentence with its place in the article."""
    return Evidence(text=sentence.text, start=sentence.start, end=sentence.end)


def evidence_candidates(draft: Draft, reading: Reading, catalog: Catalog) -> Iterator[tuple[int, dict[str, float]]]:
    """Sentences that may show the event, each with its features."""
    told = {c.sentence for c in draft.clues if c.sentence >= 0}
    start = leading([c for c in draft.clues if c.sentence >= 0] or list(draft.clues)).sentence
    described = {c.sentence for c in draft.context if c.sentence >= 0}
    near = set(range(max(0, start), min(len(reading.sentences), start + NEAR + 1)))
    near |= {i for i in _following(reading, start) if _spells_out(draft, reading, catalog, i)}
    near |= {s.index for s in reading.sentences[start + 1 if start >= 0 else 0 :] if ANAPHOR.match(s.text)}
    for i in sorted(told | described | near):
        yield i, dict(_features(draft, reading, catalog, i, start))


def _following(reading: Reading, start: int) -> range:
    return range(max(0, start), min(len(reading.sentences), start + REACH))


def _spells_out(draft: Draft, reading: Reading, catalog: Catalog, i: int) -> bool:
    """True when a sentence names the target and a concrete measure."""
    named = keys(m.party for m in reading.mentions[i])
    return bool(named & keys(draft.targets)) and bool(measure_kinds(reading, i, catalog) - LOOSE)


def _features(draft: Draft, reading: Reading, catalog: Catalog, i: int, start: int) -> Iterator[tuple[str, float]]:
    text = reading.sentences[i].text
    clues = [c for c in draft.clues if c.sentence == i]
    context = [c for c in draft.context if c.sentence == i]
    parties = keys(m.party for m in reading.mentions[i])
    kinds = measure_kinds(reading, i, catalog)
    firm = kinds - LOOSE
    others = [c for c in draft.clues if 0 <= c.sentence < i]
    yield "bias", 1.0
    yield "clue", float(bool(clues))
    yield "context", float(bool(context) and not clues)
    yield "leading", float(i == start)
    yield "first_of_draft", float(bool(clues) and not others)
    yield "plain", float(any(not (c.guessed or c.is_past or c.crossed) for c in clues))
    yield "stated", float(any(not c.guessed for c in clues))
    yield "past", float(any(c.is_past for c in (*clues, *context)))
    yield "crossed", float(bool(clues) and all(c.crossed for c in clues))
    yield "weak", float(bool(clues) and not any(c.is_core for c in clues))
    yield "new", float(any(c.is_new for c in (*clues, *context)))
    yield "describes", float(any(c.describes for c in context))
    yield "same_modality", float(any(c.modality is draft.modality for c in clues))
    yield "measures_of_target", float(bool(firm) and not clues and bool(parties & keys(draft.targets)))
    yield "firm_measures", float(bool(firm))
    yield "measures", float(min(3, len(kinds)))
    yield "measures_described", float(bool(firm) and bool(context))
    yield "measures_anaphor", float(bool(kinds) and bool(ANAPHOR.match(text)))
    yield "anaphor", float(bool(ANAPHOR.match(text)))
    yield "imposer", float(bool(parties & keys(draft.imposers)))
    yield "target", float(bool(parties & keys(draft.targets)))
    yield "actor", float(bool(parties & keys(draft.actors)))
    yield "day", float(bool(DAY.search(text)))
    yield "instrument", float(any(p.search(text) for _, p in catalog.instruments))
    yield "distance", min(12, abs(i - start)) / 12
    yield "next", float(i == start + 1)
    yield "lead", float(i < 2)
    yield "quoted", float(text[:1] in "\"“‘'")
    yield "told_often", float(bool(clues)) * min(1.0, len(draft.sentences) / 6)
    yield "condemn_clue", float(bool(clues) and draft.event_class == "CONDEMN")
    yield "condemn_context", float(bool(context) and not clues and draft.event_class == "CONDEMN")
    yield "short", float(len(text) < 60)

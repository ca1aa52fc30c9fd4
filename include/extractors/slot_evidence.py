"""The sentences that show a draft's event: those that tell the act, and those that spell it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from include.catalog import Catalog
from include.catalog.linear import UNTRAINED
from include.extractors.drafts import Draft, keys, leading
from include.extractors.reading import Reading, measure_kinds, told_logit
from include.extractors.sentences import Sentence
from include.extractors.triggers import LOOSE
from include.records import Evidence

MOST = 4
REACH = 15  # sentences after the act in which its measures may still be spelled out
DETAIL = 0.2  # from this probability on a sentence with concrete measures adds to them, though it is no evidence
ALSO = re.compile(r"^\W*\w+(?:\W+\w+){0,2}\W+also\b", re.IGNORECASE)
ALSO_REACH = 4
ANAPHOR = re.compile(
    r"^[\"“]?(?:The|These|Those|This|Its|Under the|Among|Other|Both|Most|In the|"
    r"According to) (?:\w+ ){0,3}?(?:sanctions?|measures?|restrictions?|resolution|"
    r"bill|legislation|law|order|ban|embargo|list|penalt\w+|package|removals?|move|draft|actions?|"
    r"provisions|round|companies|individuals)\b"
    r"|^[\"“]?(?:They|It|Those|These|Others|The new|The latest|Also) ",
    re.IGNORECASE,
)
WORD = re.compile(r"[a-z]{5,}")
NAME = re.compile(r"(?<!^)\b[A-Z][\w.-]+(?: [A-Z][\w.-]+)*")
WORDING = {
    "listing": re.compile(
        r"\b(?:list(?:s|ed)?|including|includes?|among (?:them|those|the)|named|names|placed on|put on|added|stand on|"
        r"cover(?:s|ed)?|target(?:s|ed)|hits?|affects?)\b",
        re.IGNORECASE,
    ),
    "modal": re.compile(
        r"\b(?:may|must|can|could|will|would|shall)\b(?: \w+)? (?:not|no longer|be|have|lose|also|need)\b|"
        r"\b(?:no longer|barred|banned|forbidden|forbids?|prohibit\w*|frozen|freez\w+|froze|allow\w*|requires?|stops?|"
        r"blocks?|suspend\w*|lose|loses|cannot|there may be no|rules out|shuts)\b",
        re.IGNORECASE,
    ),
    "count": re.compile(
        r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?)\b(?: [\w-]+){0,4}? "
        r"(?:people|persons|individuals|companies|firms|entities|bodies|banks|ships|vessels|officials|names|others|"
        r"generals|ministers|businessmen|lenders|organi[sz]ations|groups|broadcasters|diplomats)\b",
        re.IGNORECASE,
    ),
    "reaction": re.compile(
        r"\b(?:condemn|critici[sz]|denounc|respon[ds]|retaliat|vow|welcom|slam|blast|reject|protest|urg|defend|prais|"
        r"dismiss|deni|deny|oppos)\w*",
        re.IGNORECASE,
    ),
    "view": re.compile(
        r"\b(?:analysts?|experts?|critics?|believes?|think|hopes?|argues?|expect\w*|might|seems?|likely|aimed at|"
        r"pressure|because|so that)\b",
        re.IGNORECASE,
    ),
    "first_person": re.compile(r"\b(?:we|our|I|us)\b"),
    "deed": re.compile(
        r"\b(?:announc|impos|adopt|approv|agree|sign|vote|introduc|propos|present|order|decid|unveil|sanction|lift|"
        r"eas|renew|extend|threaten|warn|call|demand)\w*",
        re.IGNORECASE,
    ),
    "paper": re.compile(
        r"\b(?:bill|resolution|act|order|legislation|law|regulation|package|"
        r"rule|draft|decree|measures?)\b",
        re.IGNORECASE,
    ),
    "question": re.compile(r"\?[\"”’']?$|^(?:Image|Media|Photo|Read more|Related)\b"),
}
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
        detail_sentences=_details(reading, candidates, chosen),
    )


def _details(
    reading: Reading, candidates: list[tuple[int, dict[str, float], float]], chosen: list[int]
) -> tuple[int, ...]:
    """Further sentences with concrete measures: likely ones, and those that an `also` of the evidence adds to."""
    firm = {i: p for i, f, p in candidates if f["firm_measures"] and i not in chosen}
    added_to = {
        max((k for k in firm if i - ALSO_REACH <= k < i), default=-1)
        for i in chosen
        if ALSO.search(reading.sentences[i].text)
    }
    return tuple(i for i, p in firm.items() if p >= (DETAIL / 2 if i in added_to else DETAIL))


def evidence_of(sentence: Sentence) -> Evidence:
    """The sentence with its place in the article."""
    return Evidence(text=sentence.text, start=sentence.start, end=sentence.end)


def evidence_candidates(draft: Draft, reading: Reading, catalog: Catalog) -> Iterator[tuple[int, dict[str, float]]]:
    """Sentences that may show the event, each with its features."""
    told = {c.sentence for c in draft.clues if c.sentence >= 0}
    start = leading([c for c in draft.clues if c.sentence >= 0] or list(draft.clues)).sentence
    described = {c.sentence for c in draft.context if c.sentence >= 0}
    near = set(range(max(0, start - 1), min(len(reading.sentences), start + REACH + 1)))
    chosen = sorted(told | described | near)
    best = told_logit(reading, reading.told, draft.event_class)
    act = frozenset().union(*(_words(reading.sentences[i].text) for i in (start, *sorted(told)[:2]) if i >= 0))
    for i in chosen:
        words = _told(draft, reading, i, i in told, best)
        yield (
            i,
            {
                **dict(_features(draft, reading, catalog, i, start)),
                **_place(draft, reading, i, start, told, act),
                **words,
            },
        )


def _told(draft: Draft, reading: Reading, i: int, is_clue: bool, best: float) -> dict[str, float]:
    """What the sentence's words say, alone and beside the most telling sentence's."""
    told = told_logit(reading, (i,), draft.event_class)
    return {"told": told, "told_below_best": told - best, "told_if_clue": told * is_clue}


def _place(draft: Draft, reading: Reading, i: int, start: int, told: set[int], act: frozenset[str]) -> dict[str, float]:
    """How a sentence stands to those that tell the act."""
    text = reading.sentences[i].text
    words, parties = _words(text), keys(m.party for m in reading.mentions[i])
    sides = keys(draft.imposers) | keys(draft.targets) | keys(draft.actors)
    kind = draft.event_class
    wording = _wording(text)
    follows = i not in told and i - 1 in told
    return {
        **wording,
        "after_told": float(follows),
        "told_anaphor": float(follows and ANAPHOR.match(text) is not None),
        "before": float(i < start),
        "outsiders": float(bool(parties - sides)),
        "only_outsiders": float(bool(parties) and not parties & sides),
        "both_sides": float(bool(parties & keys(draft.imposers)) and bool(parties & keys(draft.targets))),
        "shares_words": len(words & act) / (1 + len(words)) if i not in told else 0.0,
        "title_words": len(words & _words(reading.title.text)) / (1 + len(_words(reading.title.text))),
        f"told_{kind}": float(i in told),
        f"untold_{kind}": float(i not in told),
        f"near_{kind}": float(i not in told and 0 < i - start <= 3),
        "near_listing": wording["listing"] * float(i not in told and 0 < i - start <= 6),
        "near_modal": wording["modal"] * float(i not in told and 0 < i - start <= 8),
        "near_count": wording["count"] * float(i not in told and 0 < i - start <= 8),
        "main_untold": float(i not in told and draft.salience == "main"),
    }


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(w[:6] for w in WORD.findall(text.lower()))


@lru_cache(maxsize=4096)
def _wording(text: str) -> dict[str, float]:
    """What the words of a sentence alone say."""
    return {name: float(bool(pattern.search(text))) for name, pattern in WORDING.items()} | {
        "names": min(1.0, len(NAME.findall(text)) / 6),
        "length": min(1.0, len(text) / 400),
    }


def _features(draft: Draft, reading: Reading, catalog: Catalog, i: int, start: int) -> Iterator[tuple[str, float]]:
    text = reading.sentences[i].text
    clues = [c for c in draft.clues if c.sentence == i]
    context = [c for c in draft.context if c.sentence == i]
    parties = keys(m.party for m in reading.mentions[i])
    kinds = measure_kinds(reading, i, catalog)
    firm = kinds - LOOSE
    others = [c for c in draft.clues if 0 <= c.sentence < i]
    yield "bias", 1.0
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
    yield "actor", float(bool(parties & keys(draft.actors)))
    yield "day", float(bool(DAY.search(text)))
    yield "instrument", float(any(p.search(text) for _, p in catalog.instruments))
    yield "next", float(i == start + 1)
    yield "lead", float(i < 2)
    yield "condemn_clue", float(bool(clues) and draft.event_class == "CONDEMN")
    yield "condemn_context", float(bool(context) and not clues and draft.event_class == "CONDEMN")
    yield "short", float(len(text) < 60)

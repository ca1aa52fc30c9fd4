"""Which drafts are events that the article reports as news: a logistic regression on plain features."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from include.catalog import Catalog
from include.catalog.linear import UNTRAINED
from include.extractors.drafts import Draft, keys
from include.extractors.reading import Reading, told_logit
from include.extractors.terms import CORE
from include.records import CLASS_OF, EventClass, Modality

RESCUE = 0.6  # a headline that speaks of sanctions makes the best draft believable at this share of the threshold
RECENT = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:today|yesterday|tonight|this week|tomorrow)\b", re.IGNORECASE
)
REPORTED = re.compile(
    r"\b(?:said|says|announced|told|warned|statement|according to|confirmed|declared)\b", re.IGNORECASE
)
OUTSIDER = re.compile(
    r"\b(?:analysts?|experts?|critics?|professor|fellow|think tank|institute|columnist|opposition|"
    r"activists?|observers?|economists?|"
    r"should|former|author|investors?|I think|I believe|we must|we need|we should)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|dumping|GATT|WTO|World Trade|trade (?:war|dispute|practices|"
    r"deficit|surplus|pact)|semiconductors?|league|club|match|"
    r"players?|coach|doping|referee|uefa|fifa|season|tournament|regulators?|antitrust|privacy|"
    r"GDPR|shareholders?|accounting|auditors?|students?|"
    r"harassment|lawmakers? can|boycotts?|immigra\w+|platforms?|subsid(?:y|ies))\b",
    re.IGNORECASE,
)
PERFECT = re.compile(
    r"\b(?:has|have)(?: \w+)? (?:imposed|announced|lifted|eased|approved|agreed|adopted|"
    r"sanctioned|banned|signed|introduced)\b"
)


def keep_events(drafts: tuple[Draft, ...], reading: Reading, catalog: Catalog) -> tuple[Draft, ...]:
    """The drafts judged to be news, with their probability as confidence."""
    model = catalog.models.get("events", UNTRAINED)
    judged = [
        replace(d, confidence=model.probability(f)) for d, f in zip(drafts, features_of(drafts, reading), strict=True)
    ]
    judged = [d for d in judged if not _is_nobodys(d)]
    kept = tuple(d for d in judged if d.confidence >= model.threshold)
    if not kept and judged and CORE.search(reading.title.text):
        kept = tuple(
            d for d in judged if d.confidence == max(j.confidence for j in judged) >= RESCUE * model.threshold
        )[:1]
    return kept


def _is_nobodys(draft: Draft) -> bool:
    """True for an act that nobody does, on a target that no sentence names for it: a press embargo is lifted."""
    return not draft.imposers and all(c.guessed for c in draft.clues)


def features_of(drafts: tuple[Draft, ...], reading: Reading) -> list[dict[str, float]]:
    """The features of each draft of one document."""
    strengths = [_strength(d) for d in drafts]
    shared = _document_features(drafts, reading)
    dominant = max(zip(strengths, range(len(drafts)), strict=True), default=(0.0, 0))[1]
    return [
        {**shared, **dict(_draft_features(d, reading)), **_relative(i, drafts, strengths, dominant)}
        for i, d in enumerate(drafts)
    ]


def _strength(draft: Draft) -> float:
    return sum(
        (3.0 if c.sentence < 0 else 2.0 if c.sentence < 2 else 1.0 if c.sentence < 6 else 0.5)
        * (0.4 if c.is_past else 1.0)
        * (0.6 if c.guessed else 1.0)
        * (1.0 if c.is_core else 0.6)
        for c in draft.clues
    )


def _document_features(drafts: tuple[Draft, ...], reading: Reading) -> dict[str, float]:
    sentences = max(1, len(reading.sentences))
    core = sum(bool(CORE.search(s.text)) for s in reading.sentences)
    foreign = len(ELSEWHERE.findall(reading.document.text[:20_000])) + 2 * len(ELSEWHERE.findall(reading.title.text))
    return {
        "bias": 1.0,
        "doc_core_share": core / sentences,
        "doc_core_count": math.log1p(core),
        "doc_length": math.log1p(sentences),
        "doc_title_core": float(bool(CORE.search(reading.title.text))),
        "doc_lead_core": float(any(CORE.search(s.text) for s in reading.sentences[:2])),
        "doc_elsewhere": math.log1p(10.0 * foreign / sentences),
        "doc_drafts": math.log1p(len(drafts)),
    }


def _draft_features(draft: Draft, reading: Reading) -> Iterator[tuple[str, float]]:
    clues = draft.clues
    texts = [reading.sentences[i].text for i in draft.sentences]
    first = min((c.sentence for c in clues if c.sentence >= 0), default=99)
    yield f"class_{draft.event_class}", 1.0
    yield f"modality_{draft.modality}", 1.0
    yield "clues", math.log(len(clues))
    yield "context", math.log1p(len(draft.context))
    yield "in_title", float(any(c.sentence < 0 for c in clues))
    yield "first_lead", float(first == 0)
    yield "first_early", float(1 <= first <= 3)
    yield "first_late", float(first > 8)
    yield "depth", first / max(1, len(reading.sentences)) if first < 99 else 0.5
    yield "all_guessed", float(all(c.guessed for c in clues))
    yield "any_plain", float(any(not (c.guessed or c.is_past or c.crossed) and c.is_core for c in clues))
    yield "core", float(any(c.is_core for c in clues))
    yield "any_new", float(any(c.is_new for c in clues))
    yield "past_share", sum(c.is_past for c in clues) / len(clues)
    yield "all_crossed", float(all(c.crossed for c in clues))
    yield "recent", float(any(RECENT.search(t) for t in texts))
    yield "reported", float(any(REPORTED.search(t) for t in texts))
    yield "perfect", float(any(PERFECT.search(t) for t in texts))
    yield "outsider", float(all(OUTSIDER.search(t) for t in texts)) if texts else 0.0
    yield "quoted", float(all(t[:1] in "\"“‘'" for t in texts)) if texts else 0.0
    yield "dated", float(bool(draft.event_date))
    yield "odd_target", float(bool(keys(draft.targets) & {"UN", "ICC", "international community", "P5+1"}))
    yield "us_target", float("US" in keys(draft.targets))
    yield "no_imposer", float(not draft.imposers)
    yield "usual_imposer", float(bool(keys(draft.imposers) & {"US", "EU", "UN"}))
    yield "has_instrument", float(bool(draft.instrument))
    yield "detailed", float(any(str(m.type) != "other" for m in draft.measures))
    yield "plain_late_possible", float(first > 4 and draft.modality is Modality.POSSIBLE)
    yield "actor_is_target", float(bool(keys(draft.actors) & keys(draft.targets)))
    yield "condemner_unknown", float(draft.event_class is EventClass.CONDEMN and not draft.actors)
    yield "all_distant", float(all(c.is_distant for c in clues))
    yield from _told_features(draft, reading)


def _told_features(draft: Draft, reading: Reading) -> Iterator[tuple[str, float]]:
    """What the words of its sentences, of those that name its sides, and of all others say."""
    kind = draft.event_class
    imposers, targets = keys(draft.imposers), keys(draft.targets)
    named = {i: keys(m.party for m in reading.mentions.get(i, ())) for i in reading.told}
    own = told_logit(reading, {c.sentence for c in draft.clues}, kind)
    best = told_logit(reading, reading.told, kind)
    rival = max((told_logit(reading, reading.told, other) for other in EventClass if other is not kind), default=0.0)
    yield "told", own
    yield f"told_{kind}", own
    yield "told_best", best
    yield "told_title", told_logit(reading, (-1,), kind)
    yield "told_of_sides", told_logit(reading, [i for i, p in named.items() if p & imposers and p & targets], kind)
    yield "told_of_target", told_logit(reading, [i for i, p in named.items() if p & targets], kind)
    yield "told_rival", best - rival


def _same_sides(one: Draft, other: Draft) -> bool:
    return bool(keys(one.imposers) & keys(other.imposers)) and bool(keys(one.targets) & keys(other.targets))


def _relative(i: int, drafts: tuple[Draft, ...], strengths: list[float], dominant: int) -> dict[str, float]:
    """How a draft stands among the others of its document."""
    draft, best = drafts[i], drafts[dominant]
    rivals = [j for j, d in enumerate(drafts) if j != i and d.event_class is draft.event_class]
    beside = {
        d.event_class for j, d in enumerate(drafts) if j != i and _same_sides(d, draft) and strengths[j] > strengths[i]
    }
    others = [d for d in drafts if d.event_class is not draft.event_class]
    title = {c.event_type and CLASS_OF[c.event_type] for d in drafts for c in d.clues if c.sentence < 0}
    return {
        **{f"pair_{draft.event_class}_beside_{kind}": 1.0 for kind in beside},
        "title_other_class": float(bool(title) and draft.event_class not in title),
        "title_same_class": float(draft.event_class in title),
        "condemner_hit": float(any(keys(draft.actors) & keys(d.targets) for d in others)),
        "condemner_imposes": float(any(keys(draft.actors) & keys(d.imposers) for d in others)),
        "strength": math.log1p(strengths[i]),
        "dominant": float(i == dominant),
        "share": strengths[i] / sum(strengths),
        "beaten_in_class": float(any(strengths[j] > strengths[i] for j in rivals)),
        "same_sides": float(
            bool(keys(draft.imposers) & keys(best.imposers)) and bool(keys(draft.targets) & keys(best.targets))
        ),
        "swapped_sides": float(
            bool(keys(draft.imposers) & keys(best.targets)) and bool(keys(draft.targets) & keys(best.imposers))
        ),
    }

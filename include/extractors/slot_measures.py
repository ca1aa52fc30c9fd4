"""What the sanctions of a draft do: types, goods, and which way the goods may no longer go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.extractors.triggers import LOOSE
from include.records import EventClass, Measure, MeasureType

M = MeasureType
TRADE = frozenset({M.EXPORT_BAN, M.IMPORT_BAN})
GOODS = re.compile(
    r"\b(?:(?:exports?|imports?|sales?|purchases?|shipments?|suppl(?:y|ies)|embargo|ban)\s+(?:of|on)|"
    r"(?:no longer|not)\s+(?:export|sell|ship|supply|buy|import)|\bmarkets?\s+to|"
    r"(?:buying|selling|importing|exporting|supplying|shipping))\s+"
    r"((?:[^,.;]|,(?=\s\w+(?:\s\w+)?(?:,|\s+(?:and|or)\b)))+)",
    re.IGNORECASE,
)
GOODS_END = re.compile(r"\s+(?:to|from|into|until|after|over|by|if|when|worth|in|abroad|which|that)\b.*", re.IGNORECASE)
OWNER = re.compile(
    r"^(?:(?:the|its|their|all|any|both|certain|some|(?:[\w-]+\s)?[\w-]+['’]s|[A-Z]\w+(?:an|ese|ish))\s+)+(?=[a-z])"
)
AROUND = 70  # characters before and after a phrase in which the things that it is about are named
OTHERS = re.compile(
    r"\b(?:further|additional|other) (?:(?!round|set|list|package|series|wave|of)\w+ ){0,2}"
    r"(?:sanctions|penalties|measures)\b",
    re.IGNORECASE,
)
SOLD_BY_TARGET = re.compile(
    r"\b(?:purchas\w+|buy\w*|imports? (?:of|from)|import\w*)\b|\b(?:its|the country's|the North's|"
    r"\w+(?:an|ese|ish)|\w+'s) (?:\w+ )?exports\b|\b(?:may|can|must) (?:no longer|not) (?:export|sell|ship)\b|"
    r"\bban on (?:\w+ ){0,3}(?:coal|gold|diamonds|timber|textiles|seafood|iron|lead)\b|\bforeign markets to\b",
    re.IGNORECASE,
)
WEAPONS = re.compile(r"\b(?:arms|weapons?|ammunition|munitions)\b", re.IGNORECASE)
PAPERS = re.compile(r"\b(?:debt|bonds?|securities)\b", re.IGNORECASE)
WITHOUT_DETAIL = frozenset({EventClass.CONDEMN, EventClass.VIOLATE})


def find_measures(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with the measures that its evidence names; `other` when it names none."""
    found: dict[tuple[MeasureType, str | None], Measure] = {}
    details = () if draft.event_class in WITHOUT_DETAIL else draft.detail_sentences
    for index in (*draft.evidence_sentences, *details):
        for measure in measures_in(reading.sentences[index].text, catalog):
            if index in draft.detail_sentences and measure.type in LOOSE - {M.LABOUR_RESTRICTION}:
                continue
            kept = found.get((measure.type, measure.flow))
            objects = tuple(dict.fromkeys([*(kept.objects if kept else ()), *measure.objects]))
            found[measure.type, measure.flow] = replace(measure, objects=objects)
    texts = " ".join(reading.sentences[i].text for i in draft.evidence_sentences)
    if found and (more := OTHERS.search(texts)):
        found[M.OTHER, None] = Measure(type=M.OTHER, objects=(more[0],))
    return replace(draft, measures=tuple(found.values()) or (Measure(type=M.OTHER, objects=("sanctions",)),))


def measures_in(text: str, catalog: Catalog) -> Iterator[Measure]:
    """The measures that one sentence names, each type once."""
    text = text.replace("’", "'")
    found: dict[MeasureType, Measure] = {}
    for kind, pattern in catalog.measure_patterns:
        if kind not in found and (match := pattern.search(text)) is not None and not _is_other_kind(kind, text, match):
            found[kind] = Measure(
                type=kind,
                objects=_objects(text, match, kind, catalog.measure_objects.get(kind)),
                flow=_flow(kind, text, match),
            )
    both = found.get(M.EXPORT_BAN), found.get(M.IMPORT_BAN)
    if both[0] and both[1] and both[0].flow == both[1].flow:  # a ban on buying exports is one ban
        del found[M.IMPORT_BAN if re.search(r"\bexports?\b", text) else M.EXPORT_BAN]
    yield from found.values()


def _is_other_kind(kind: MeasureType, text: str, match: re.Match[str]) -> bool:
    """True for trade in arms or in papers, which have types of their own."""
    around = text[match.start() : match.end() + 30]
    return (kind is M.EXPORT_BAN and bool(WEAPONS.search(around))) or (
        kind is M.IMPORT_BAN and bool(PAPERS.search(around))
    )


def _flow(kind: MeasureType, text: str, match: re.Match[str]) -> str | None:
    if kind is M.IMPORT_BAN:
        return "from_target"
    if kind is M.EXPORT_BAN:
        around = text[max(0, match.start() - 40) : match.end() + 60]
        return "from_target" if SOLD_BY_TARGET.search(around) else "to_target"
    return None


def _objects(text: str, match: re.Match[str], kind: MeasureType, things: re.Pattern[str] | None) -> tuple[str, ...]:
    """What the measure falls on, as the text names it; the phrase itself where it names nothing."""
    if kind in TRADE and (goods := _goods(text, match)):
        named = re.split(r",\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+", GOODS_END.sub("", goods[1]))
        if plain := tuple(filter(None, (OWNER.sub("", g.strip()) for g in named))):
            return plain[:8]
    if things is not None:
        around = things.finditer(text, max(0, match.start() - AROUND), min(len(text), match.end() + AROUND))
        if found := tuple(dict.fromkeys(m[0].strip() for m in around)):
            return found[:8]
    return (match.group(0),)


def _goods(text: str, match: re.Match[str]) -> re.Match[str] | None:
    """The innermost naming of goods: `bans the purchase of exports of coal` is about coal."""
    found = GOODS.search(text, match.start(), min(len(text), match.end() + 160))
    while found and (inner := GOODS.search(text, found.start(1), found.end(1) + 1)):
        found = inner
    return found

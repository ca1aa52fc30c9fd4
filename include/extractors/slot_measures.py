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
TRADED = re.compile(r"\b(?:exports?|imports?|sales?|purchases?|shipments?)\b", re.IGNORECASE)
KIND_OF_TRADE = re.compile(  # "bans textile exports"
    r"\b(?:ban\w*|bar\w*|cap\w*|halt\w*|stop\w*|suspend\w*|prohibit\w*|restrict\w*|limit\w*|curb\w*) "
    r"(?:all |most |its )?(?!(?:all|most|its|their|the|new|further|any|certain|from|on|of)\b)([a-z]+) "
    r"(?:exports?|imports?|shipments|sales)\b"
)
# What has a verb or a pronoun of its own is no thing.
CLAUSE = re.compile(
    r"\b(?:may|must|can|cannot|could|shall|them|him|her|their|they|is|are|was|were|be|nor|own|no longer|"
    r"forbid\w*)\b|n't\b",
    re.IGNORECASE,
)
EDGES = re.compile(r"^(?:and|or|of|the|on|to|from)\s+|\s+(?:and|or|of|the|on|to|from|with)$", re.IGNORECASE)
AROUND = 70  # characters before and after a phrase in which the things that it is about are named
OTHERS = re.compile(
    r"\b(?:further|additional|other) (?:(?!round|set|list|package|series|wave|of)\w+ ){0,2}"
    r"(?:sanctions|penalties|measures)\b",
    re.IGNORECASE,
)
SOLD_BY_TARGET = re.compile(
    r"\b(?:purchas\w+|buy\w*|imports? (?:of|from)|import\w*)\b|\b(?:its|the country's|the North's|"
    r"(?-i:[A-Z])\w+(?:an|ese|ish)|(?-i:[A-Z])\w+'s) (?:\w+ )?exports\b|"
    r"\b(?:may|can|must) (?:no longer|not) (?:export|sell|ship)\b|"
    r"\bban on (?:\w+ ){0,3}(?:coal|gold|diamonds|timber|textiles|seafood|iron|lead)\b|\bforeign markets to\b",
    re.IGNORECASE,
)
SUPPLIED = re.compile(
    r"\b(?:exports?|exporting|sales?|selling|suppl\w+|shipments?) [^.;,]{0,80}?\bto (?:the )?(?-i:[A-Z])", re.I
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
    """The measures that one sentence names, each type and way of the goods once."""
    text = text.replace("’", "'")
    found: dict[tuple[MeasureType, str | None], Measure] = {}
    for kind, pattern in catalog.measure_patterns:
        if kind not in TRADE and (kind, None) in found:
            continue
        for match in pattern.finditer(text):
            if _is_other_kind(kind, text, match):
                continue
            flow = _flow(kind, text, match)
            if (kind, flow) not in found:
                objects = _objects(text, match, kind, catalog.measure_objects.get(kind))
                found[kind, flow] = Measure(type=kind, objects=objects, flow=flow)
            if kind not in TRADE:
                break
    if {(M.EXPORT_BAN, "from_target"), (M.IMPORT_BAN, "from_target")} <= found.keys():  # no buying of exports: one ban
        del found[M.IMPORT_BAN if re.search(r"\bexports?\b", text) else M.EXPORT_BAN, "from_target"]
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
        if SUPPLIED.search(text, match.start(), min(len(text), match.end() + 90)):
            return "to_target"
        around = text[max(0, match.start() - 40) : match.end() + 60]
        return "from_target" if SOLD_BY_TARGET.search(around) else "to_target"
    return None


def _objects(text: str, match: re.Match[str], kind: MeasureType, things: re.Pattern[str] | None) -> tuple[str, ...]:
    """What the measure falls on, as the text names it; the phrase where no noun is told from it; none for a clause."""
    if kind in TRADE and (goods := _goods(text, match)):
        named = re.split(r",\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+", goods)
        if plain := tuple(filter(None, (OWNER.sub("", each.strip()) for each in named))):
            return plain[:8]
    if things is not None:
        around = things.finditer(text, max(0, match.start() - AROUND), min(len(text), match.end() + AROUND))
        if found := tuple(dict.fromkeys(m[0].strip() for m in around)):
            return found[:8]
    return () if CLAUSE.search(match[0]) or kind in TRADE else (EDGES.sub("", match[0]),)


def _goods(text: str, match: re.Match[str]) -> str:
    """The innermost naming of goods: `bans the purchase of exports of coal` is about coal."""
    end, goods = min(len(text), match.end() + 160), ""
    start = max((noun.start() for noun in TRADED.finditer(text, match.start(), match.end())), default=match.start())
    while found := GOODS.search(text, start, end):
        goods = GOODS_END.sub("", found[1])
        start, end = found.start(1), found.start(1) + len(goods)
    return goods or (named[1] if (named := KIND_OF_TRADE.search(match[0])) else "")

"""The fine type and the modality of a draft, from all its clues and the words of its evidence."""

from __future__ import annotations

import re
from dataclasses import replace

from include.catalog import Catalog
from include.extractors.drafts import Draft
from include.extractors.reading import Reading
from include.records import EventClass, EventType, Modality

T = EventType
MORE = re.compile(
    r"\b(?:additional|further|more (?:\w+ )?(?:sanctions|penalties|restrictions)|(?:new|another|"
    r"second|third|fresh|latest) (?:round|wave|batch|tranche)|"
    r"\d+(?:st|nd|rd|th) (?:sanctions )?package|(?:tighten|toughen|strengthen|stiffen|expand|"
    r"widen|broaden|deepen|escalat)\w*|"
    r"(?:step|ratchet|ramp|beef)\w* up|additions? to|on top of|tougher|extra sanctions)\b",
    re.IGNORECASE,
)
PAPER = re.compile(r"\b(?:bill|draft|legislation|amendment|proposal|resolution)\b", re.IGNORECASE)
CALL = re.compile(r"\b(?:urg|call(?:ed|s|ing)? (?:for|on)|press(?:ed|es|ing)? for|demand|push)\w*", re.IGNORECASE)
READYING = re.compile(
    r"\b(?:prepar(?:e|es|ed|ing)|finali[sz]\w+|draw(?:n|ing)? up|drew up|drafting|working on|"
    r"readying|poised to|was to vote|to vote on|due to vote|will vote|tabled?)\b",
    re.IGNORECASE,
)


def find_type(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft, its type made finer where all of its sentences together say more than the leading one."""
    texts = [reading.sentences[i].text for i in draft.evidence_sentences]
    if any(c.sentence < 0 for c in draft.clues):
        texts.append(reading.title.text)
    if draft.event_class is EventClass.IMPOSE:
        return _finer_imposition(draft, texts)
    if draft.event_class is EventClass.PLAN and draft.modality is not Modality.REJECTED:
        return _finer_plan(draft, texts)
    return draft


def _finer_imposition(draft: Draft, texts: list[str]) -> Draft:
    done = any(c.modality is Modality.ASSERTED and not (c.is_past or c.guessed) and c.event_type for c in draft.clues)
    modality = Modality.ASSERTED if done and draft.modality is Modality.PLANNED else draft.modality
    tightened = any(c.event_type is T.EXPANDED and not c.is_past for c in draft.clues)
    more = tightened or any(MORE.search(t) for t in texts)
    return replace(draft, modality=modality, event_type=T.EXPANDED if more else T.IMPOSED)


def _finer_plan(draft: Draft, texts: list[str]) -> Draft:
    on_paper = any(PAPER.search(t) for t in texts)
    if on_paper or any(READYING.search(t) for t in texts):
        called = any(CALL.search(t) for t in texts) and not on_paper
        return replace(draft, event_type=T.PROPOSED, modality=Modality.POSSIBLE if called else Modality.PLANNED)
    return draft

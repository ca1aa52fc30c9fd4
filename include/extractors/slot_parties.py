"""Imposers, targets and actors of a draft, by vote of its clues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from include.catalog import Catalog
from include.extractors.clues import Clue
from include.extractors.drafts import BLOCS, Draft, keys, party_key
from include.extractors.reading import Reading
from include.records import EventClass, Party

ROLES = {EventClass.CONDEMN: "condemner", EventClass.PLAN: "proposer", EventClass.VIOLATE: "violator"}


def find_parties(draft: Draft, reading: Reading, catalog: Catalog) -> Draft:
    """The draft with the parties that its clues agree on."""
    addressed = tuple(c for c in draft.clues if not c.caller_imposes and not keys(c.imposers) & BLOCS.keys())
    imposers = _vote(addressed, lambda c: c.imposers) or _vote(draft.clues, lambda c: c.imposers)
    targets = _vote(draft.clues, lambda c: c.targets)
    if draft.event_class is EventClass.CONDEMN:  # one protest may answer several imposers
        stated = [p for c in draft.clues if not (c.guessed or c.is_past) for p in c.imposers]
        imposers = tuple({party_key(p): p for p in (*imposers, *stated)}.values())
    if any(m.party.code == "UNSC" for ms in reading.mentions.values() for m in ms):
        council = catalog.gazetteer.by_code["UNSC"]
        imposers = tuple(dict.fromkeys(council if p.code == "UN" else p for p in imposers))
    if any(m.party.code == "EU" for ms in reading.mentions.values() for m in ms):
        union = catalog.gazetteer.by_code["EU"]
        imposers = tuple(dict.fromkeys(union if p.name == "European states" else p for p in imposers))
    taken = {party_key(p) for p in imposers}
    targets = tuple(p for p in targets if party_key(p) not in taken) or targets
    role = ROLES.get(draft.event_class)
    actors = _vote(draft.clues, lambda c: c.actors) if role else ()
    return replace(draft, imposers=imposers, targets=targets, actors=tuple(replace(p, role=role) for p in actors))


def _vote(clues: tuple[Clue, ...], side: Callable[[Clue], tuple[Party, ...]]) -> tuple[Party, ...]:
    """The parties that the clues which say it themselves give most often; all that the best of them names together."""
    stated = [c for c in clues if side(c) and not c.guessed] or [c for c in clues if side(c)]
    if not stated:
        return ()
    counts: Counter[str] = Counter()
    for clue in stated:
        for party in side(clue):
            counts[party_key(party)] += 3 if clue.sentence < 3 else 1
    best = max(stated, key=lambda c: (sum(counts[party_key(p)] for p in side(c)) / len(side(c)), -c.sentence))
    return side(best)

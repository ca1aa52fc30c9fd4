"""From mentions to events: one event per real-world act, however many articles report it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from include.records import EventMention, SanctionsEvent, hash_id
from include.stages.resolve_clusters import cluster, split_into_blocks
from include.stages.resolve_merge import merge, seniority
from include.stages.resolve_rulings import Ruling, settle
from include.stages.resolve_traces import trace

RESOLVE_VERSION = "4"  # raising it resolves every mention again


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The events, and by mention id the block that it was resolved in, named after its smallest mention id."""

    events: tuple[SanctionsEvent, ...]
    block_of: Mapping[str, str]

    @property
    def event_of(self) -> dict[str, str]:
        """The id of its event, by mention id."""
        return {mention_id: event.id for event in self.events for mention_id in event.mention_ids}


def resolve_mentions(
    mentions: Iterable[EventMention],
    *,
    stories: Mapping[str, str],
    known: Mapping[str, str] | None = None,
    rulings: Sequence[Ruling] = (),
) -> tuple[SanctionsEvent, ...]:
    """The events behind the mentions, in no particular order of the input and sorted by id.

    `stories` maps article ids to story ids; an article that it lacks is a story of its own. `known` maps mention ids
    to the event that they belonged to: an event keeps its id as long as most of its known mentions stay together.
    `rulings` are people's decisions, from the first to the last.
    """
    return resolve_blocks(mentions, stories=stories, known=known, rulings=rulings).events


def resolve_blocks(
    mentions: Iterable[EventMention],
    *,
    stories: Mapping[str, str],
    known: Mapping[str, str] | None = None,
    rulings: Sequence[Ruling] = (),
    bound: Iterable[AbstractSet[str]] = (),
    taken: AbstractSet[str] = frozenset(),
) -> Resolution:
    """The same of whole blocks among more: `taken` are ids of the others' events, `bound` is kept in one block."""
    by_id = {mention.id: mention for mention in mentions}
    traces = [trace(mention, stories.get(mention.doc_id, mention.doc_id)) for mention in by_id.values()]
    settled = settle(rulings)
    blocks = split_into_blocks(traces, settled, bound)
    groups = [[by_id[each.mention_id] for each in group] for block in blocks for group in cluster(block, settled)]
    ids = _name_events(groups, known or {}, taken)
    events = (merge(ids[i], group, stories) for i, group in enumerate(groups))
    return Resolution(
        events=tuple(sorted(events, key=lambda event: event.id)),
        block_of={each.mention_id: block[0].mention_id for block in blocks for each in block},
    )


def _name_events(groups: list[list[EventMention]], known: Mapping[str, str], elsewhere: AbstractSet[str]) -> list[str]:
    """An id for each group: the known one that most of its mentions had, else one made from its first report."""
    claims: list[tuple[int, str, int]] = []
    for index, group in enumerate(groups):
        held = [known[mention.id] for mention in group if mention.id in known]
        claims.extend((-held.count(event_id), event_id, index) for event_id in set(held))
    founders = [min(group, key=seniority) for group in groups]
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for _, event_id, index in sorted(claims, key=lambda claim: (claim[0], claim[1], founders[claim[2]].id)):
        if index not in ids and event_id not in taken:
            ids[index] = event_id
            taken.add(event_id)
    taken |= set(known.values()) | elsewhere
    for index in sorted(set(range(len(groups))) - set(ids), key=lambda index: founders[index].id):
        founder = founders[index]
        name = hash_id("event", founder.id)
        while name in taken:
            name = hash_id("event", name)
        ids[index] = name
        taken.add(name)
    return [ids[index] for index in range(len(groups))]

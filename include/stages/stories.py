"""One story however often it is republished: each article follows the earlier one it most likely retells.

The rule, in full (docs/stories.md explains it). Articles have one order, (seen_at, id). An article's parent is the
latest earlier version at its URL, else, among its nearest earlier neighbours, the one that the verifier finds most
likely to tell the same story, if likely enough. A story is an article without a parent and all that follow it, directly
or through others; its id is the hash of that first article. So stories are a function of the set of articles: in what
order or batches they arrive doesn't matter, and an article that arrives late only makes its later neighbours choose
again. There is no union of all matches, which digests and captions would chain together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from include.records import StoryMember, hash_id
from include.stages.stories_members import canonical_member, relation_to
from include.stages.stories_postings import Groupable, MemoryPostings, Place, Postings, order
from include.stages.stories_sketch import Fingerprint, fingerprint, sketch
from include.stages.stories_text import find_templates
from include.stages.stories_verify import compare, load_verifier

__all__ = [
    "GROUP_VERSION",
    "Groupable",
    "MemoryPostings",
    "Place",
    "Postings",
    "find_templates",
    "group_articles",
    "sketch",
]

GROUP_VERSION = "1"  # raising it groups every article again
SAME_STORY = 0.85  # probability; held-back folds of both development sets are level from 0.8 to 0.9


def group_articles(newcomers: Sequence[Groupable], *, postings: Postings) -> tuple[StoryMember, ...]:
    """Every member of every story that the newcomers join, start or change."""
    postings.add(newcomers)
    disturbed = postings.later(newcomers)
    chosen = {article.id: choose_parent(article, postings) for article in sorted({*newcomers, *disturbed}, key=order)}
    return _restate(chosen, postings)


def choose_parent(article: Groupable, postings: Postings) -> tuple[str | None, float]:
    """The earlier article that this one follows and how likely; (None, 1.0) when it is the first of its story."""
    version = postings.version_before(article)
    if version is not None:
        return version, 1.0
    verifier = load_verifier()
    own = fingerprint_of(article, postings)
    best: tuple[str | None, float] = (None, SAME_STORY)
    for other in postings.earlier(article):
        score = verifier.probability(compare(own, fingerprint_of(other, postings), verifier))
        if score > best[1]:
            best = other.id, score
    return best if best[0] is not None else (None, 1.0)


def fingerprint_of(article: Groupable, postings: Postings) -> Fingerprint:
    return _fingerprint(article.title, article.text, postings.templates(article.source))


@lru_cache(maxsize=4096)  # an article is compared with many others close in time
def _fingerprint(title: str, text: str, template: frozenset[int]) -> Fingerprint:
    return fingerprint(title, text, template)


def _restate(chosen: Mapping[str, tuple[str | None, float]], postings: Postings) -> tuple[StoryMember, ...]:
    """Settles the chosen parents and describes each story whose members changed."""
    parents = [parent for parent, _ in chosen.values() if parent is not None]
    known = postings.places({*chosen, *parents})
    old = {place.article_id: place for place in postings.members({place.story_id for place in known})}
    links = {article_id: (place.parent_id, place.score) for article_id, place in old.items()} | dict(chosen)
    places = [
        Place(article_id=article_id, story_id=_story_of(article_id, links), parent_id=parent, score=score)
        for article_id, (parent, score) in links.items()
    ]
    changed = {place.story_id for place in places if place.article_id in chosen or place != old.get(place.article_id)}
    postings.settle([place for place in places if place != old.get(place.article_id)])
    stories: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.story_id in changed:
            stories[place.story_id].append(place)
    return tuple(member for story in sorted(stories) for member in _describe(stories[story], postings))


def _story_of(article_id: str, links: Mapping[str, tuple[str | None, float]]) -> str:
    """The story's id: the hash of the first article, up the chain of parents."""
    while (parent := links[article_id][0]) is not None:
        article_id = parent
    return hash_id(article_id)


def _describe(places: Sequence[Place], postings: Postings) -> list[StoryMember]:
    """The members of one story, in order, with their relation to the canonical one."""
    scores = {place.article_id: place.score for place in places}
    members = sorted(postings.articles(list(scores)), key=order)
    prints = {member.id: fingerprint_of(member, postings) for member in members}
    canonical = canonical_member(members, prints)
    return [
        StoryMember(
            article_id=member.id,
            story_id=places[0].story_id,
            relation=relation_to(canonical, member, prints),
            canonical_id=canonical.id,
            score=1.0 if member.id == canonical.id else scores[member.id],
        )
        for member in members
    ]

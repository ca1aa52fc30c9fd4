"""One story however often it is republished: each article follows the one other that it most likely retells.

The rule, in full (docs/stories.md explains it). Articles have one order, (seen_at, id). An article matches the earlier
neighbours that the verifier finds likely enough to tell the same story, or just the version before at its own URL. The
match of a digest, put together from several reports, with a report doesn't count. An article follows the best of its
matches; when there is none, it follows the later article whose match with it is the best, if that is nearly certain. So
each follows one article at most. A story is what hangs together by following, and its id is the hash of its first
article. Stories are thus a function of the set of articles: in what order or batches they arrive doesn't matter, and a
late arrival only makes its later neighbours look again. There is no union of all matches, which captions and digests
would chain together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from include.records import Relation, StoryMember, hash_id
from include.stages.stories_digest import digest_parts, is_compiled
from include.stages.stories_members import canonical_member, relation_to
from include.stages.stories_postings import Groupable, Match, MemoryPostings, Postings, order
from include.stages.stories_sketch import Fingerprint, fingerprint, sketch
from include.stages.stories_text import find_templates
from include.stages.stories_verify import compare, load_verifier

__all__ = [
    "GROUP_VERSION",
    "Groupable",
    "Match",
    "MemoryPostings",
    "Postings",
    "find_templates",
    "group_articles",
    "sketch",
]

GROUP_VERSION = "3"  # raising it groups every article again
SAME_STORY = 0.93  # probability; held-back folds of both development sets are level around it
NEARLY_CERTAIN = 0.97  # probability for an article without earlier match to follow a later one
EVEN_ODDS = 0.5

Followed = Mapping[str, Match]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one article's earlier neighbours say of it."""

    matches: tuple[Match, ...] = ()
    parts: tuple[str, ...] = ()  # of a digest


def group_articles(newcomers: Sequence[Groupable], *, postings: Postings) -> tuple[StoryMember, ...]:
    """Every member of every story that the newcomers join, start or change."""
    postings.add(newcomers)
    disturbed = {article.id: article for article in (*postings.later(newcomers), *newcomers)}
    looks = look_back(list(disturbed.values()), postings)
    found = [match for look in looks.values() for match in look.matches]
    before = postings.matches(disturbed.keys())
    digests = {article_id: look.parts for article_id, look in looks.items() if look.parts}
    postings.rematch(disturbed.keys(), found, digests)
    return _restate({*disturbed, *_ends((*before, *found))}, looks, postings)


def look_back(articles: Sequence[Groupable], postings: Postings) -> Mapping[str, Look]:
    """The earlier articles that tell the same story as each: only the version before where the URL had one."""
    versions = postings.versions_before(articles)
    neighbours = postings.earlier([article for article in articles if article.id not in versions])
    return {
        article.id: Look(matches=(Match(later_id=article.id, earlier_id=versions[article.id], score=1.0),))
        if article.id in versions
        else _compare(article, neighbours[article.id], postings)
        for article in articles
    }


def _compare(article: Groupable, neighbours: Sequence[Groupable], postings: Postings) -> Look:
    own = fingerprint_of(article, postings)
    prints = [fingerprint_of(other, postings) for other in neighbours]
    parts = digest_parts(own, prints, lambda one, other: _probability(one, other) >= EVEN_ODDS)
    scores = [_probability(own, other) for other in prints]
    return Look(
        matches=tuple(
            Match(later_id=article.id, earlier_id=other.id, score=score)
            for other, score in zip(neighbours, scores, strict=True)
            if score >= SAME_STORY
        ),
        parts=tuple(neighbours[number].id for number in parts),
    )


def _probability(one: Fingerprint, other: Fingerprint) -> float:
    return load_verifier().probability(compare(one, other))


def follow(ordered: Sequence[str], matches: Sequence[Match]) -> Followed:
    """The one match by which each article follows another; `ordered` are all the articles, first to last."""
    rank = {article_id: number for number, article_id in enumerate(ordered)}
    earlier: dict[str, Match] = {}
    later: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: (-match.score, rank[match.earlier_id], rank[match.later_id])):
        earlier.setdefault(match.later_id, match)
        if match.score >= NEARLY_CERTAIN:
            later.setdefault(match.earlier_id, match)
    return later | earlier


def story_ids(ordered: Sequence[str], followed: Followed) -> dict[str, str]:
    """Story id by article id: the hash of the first of those that hang together."""
    first = {article_id: article_id for article_id in ordered}
    rank = {article_id: number for number, article_id in enumerate(ordered)}

    def first_of(article_id: str) -> str:
        while first[article_id] != article_id:
            article_id = first[article_id]
        return article_id

    for match in followed.values():
        ends = sorted((first_of(match.later_id), first_of(match.earlier_id)), key=rank.__getitem__)
        first[ends[1]] = ends[0]
    return {article_id: hash_id(first_of(article_id)) for article_id in ordered}


def fingerprint_of(article: Groupable, postings: Postings) -> Fingerprint:
    return _fingerprint(article.title, article.text, postings.template(article))


@lru_cache(maxsize=4096)  # an article is compared with many others close in time
def _fingerprint(title: str, text: str, template: frozenset[int]) -> Fingerprint:
    return fingerprint(title, text, load_verifier().idf_of, template)


def _restate(touched: Collection[str], looks: Mapping[str, Look], postings: Postings) -> tuple[StoryMember, ...]:
    """Settles the stories around the touched articles; describes those with a member that was looked at or moved."""
    # An article that becomes a digest, or stops being one, loosens or binds all that match it.
    touched = {*touched, *_ends(postings.matches(touched))}
    old = dict(postings.members(set(postings.stories(touched).values())))
    inside = {*old, *touched}
    while True:
        followed, digests = _followed(inside, postings)
        if not (reached := _ends(followed.values()) - inside):
            break
        old |= postings.members(set(postings.stories(reached).values()))
        inside |= {*old, *reached}
    articles = sorted(postings.articles(inside), key=order)
    new = story_ids([article.id for article in articles], followed)
    postings.settle(new)
    changed = {story for article, story in new.items() if article in looks or old.get(article) != story}
    stories: dict[str, list[Groupable]] = defaultdict(list)
    for article in articles:
        if new[article.id] in changed:
            stories[new[article.id]].append(article)
    return tuple(
        replace(
            member,
            relation=Relation.DIGEST if member.article_id in digests and len(members) == 1 else member.relation,
            parts=looks[member.article_id].parts if member.article_id in looks else (),
        )
        for story, members in sorted(stories.items())
        for member in _describe(story, members, followed, postings)
    )


def _followed(article_ids: Collection[str], postings: Postings) -> tuple[Followed, Collection[str]]:
    """What each of the articles follows, and which of them and of their matches' other ends are digests.

    A match of a digest with a report counts for nothing, unless they are versions of one page.
    """
    matches = postings.matches(article_ids)
    articles = {article.id: article for article in postings.articles({*article_ids, *_ends(matches)})}
    compiled = {article.id for article in articles.values() if is_compiled(article)}
    digests = compiled | set(postings.digests(articles.keys()))

    def counts(match: Match) -> bool:
        later, earlier = articles[match.later_id], articles[match.earlier_id]
        return (later.id in digests) == (earlier.id in digests) or later.url == earlier.url != ""

    ordered = [article.id for article in sorted(articles.values(), key=order)]
    followed = follow(ordered, [match for match in matches if counts(match)])
    return {article_id: match for article_id, match in followed.items() if article_id in article_ids}, digests


def _ends(matches: Iterable[Match]) -> set[str]:
    return {end for match in matches for end in (match.later_id, match.earlier_id)}


def _describe(
    story_id: str, members: Sequence[Groupable], followed: Followed, postings: Postings
) -> Iterator[StoryMember]:
    """The members of one story, in order, with their relation to the canonical one."""
    prints = {member.id: fingerprint_of(member, postings) for member in members}
    canonical, reason = canonical_member(members, prints)
    for member in members:
        match = followed.get(member.id)
        yield StoryMember(
            article_id=member.id,
            story_id=story_id,
            relation=relation_to(canonical, member, prints),
            canonical_id=canonical.id,
            score=match.score if match and member.id != canonical.id else 1.0,
            reason=reason if member.id == canonical.id else "",
        )

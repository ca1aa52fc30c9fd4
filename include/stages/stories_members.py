"""Which member of a story the others derive from, and what each is to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from include.records import Relation
from include.stages.clean_wire import agency_of_dateline, is_agency, is_source
from include.stages.stories_postings import Groupable, order
from include.stages.stories_sketch import LEAD, Fingerprint, sample
from include.stages.stories_verify import among, held_by, share

FIRST_PUBLISHED = re.compile(r"\b(first|originally) (published|appeared)\b", re.IGNORECASE)
BREAK = re.compile(
    r"(\.\.\.|…|\[\.\.\.\]|\[…\]|read more|continue reading|full (story|article)|original source)\W*$", re.IGNORECASE
)
NEARLY_ALL = 0.85
MOST = 0.6
MUCH_SHORTER = 0.8


def canonical_member(members: Sequence[Groupable], prints: Mapping[str, Fingerprint]) -> tuple[Groupable, str]:
    """The agency's own copy, else the text that holds most of the others, else the earliest; and which it was."""
    if len(members) == 1:
        return members[0], "only_member"
    samples = {member.id: frozenset(sample(prints[member.id].shingles)) for member in members}

    def rank(member: Groupable) -> tuple[int, float, tuple[datetime, bool, tuple[datetime, str]]]:
        own = samples[member.id]
        held = [len(own & other) / len(other) for key, other in samples.items() if key != member.id and other]
        # To a tenth, as furniture that slipped through moves the hundredths.
        return -origin_evidence(member), -round(sum(held) / max(1, len(held)), 1), precedence(member)

    ranked = sorted(map(rank, members))
    best = min(members, key=rank)
    if ranked[0][0] < 0:
        return best, "agency_page"
    rivals = [held for origin, held, _ in ranked[1:] if origin == ranked[0][0]]
    if rivals and ranked[0][1] < rivals[0]:
        return best, "holds_most_others"
    return best, "first_seen" if best is min(members, key=order) else "first_published"


def precedence(article: Groupable) -> tuple[datetime, bool, tuple[datetime, str]]:
    """Sorts by the time of publication, where that is told to the minute, else of fetching; agencies come first."""
    published = article.published_at
    told = published is not None and published <= article.seen_at and (published.hour or published.minute)
    return published if published and told else article.seen_at, not is_agency(article.source), order(article)


def origin_evidence(article: Groupable) -> int:
    """1 when an agency's report stands on the agency's own page, -1 when the page names another origin, else 0."""
    if agency := agency_of_dateline(article.text):
        return int(is_source(agency, article.source))
    return -int(bool(FIRST_PUBLISHED.search(article.text[-400:])))


def relation_to(canonical: Groupable, member: Groupable, prints: Mapping[str, Fingerprint]) -> Relation:
    """What a member is to the story's canonical article."""
    if member.id == canonical.id:
        return Relation.CANONICAL
    own, base = prints[member.id], prints[canonical.id]
    contained, contains = share(held_by(own, base)), share(held_by(base, own))
    if contained >= NEARLY_ALL and contains >= NEARLY_ALL:
        return Relation.COPY
    if contained >= MOST and (contains < MUCH_SHORTER * contained):
        return Relation.TRUNCATED if _is_cut(member, own, base) else Relation.EXCERPT
    if contains >= MOST and contained < NEARLY_ALL:
        return Relation.UPDATED
    return Relation.COPY if min(contained, contains) >= MOST else Relation.REWRITE


def _is_cut(member: Groupable, own: Fingerprint, base: Fingerprint) -> bool:
    """Whether the text breaks off: it says so, or what it shares is the other's beginning in one piece."""
    if BREAK.search(member.text[-300:]):
        return True
    beginning = base.shingles[: max(LEAD, len(own.shingles))]
    return share(among(beginning[: len(own.shingles)], own.shingle_set)) >= NEARLY_ALL

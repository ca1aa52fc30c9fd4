"""Which member of a story the others derive from, and what each is to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from include.records import Relation
from include.stages.stories_postings import Groupable, order
from include.stages.stories_sketch import LEAD, Fingerprint, sample
from include.stages.stories_verify import among, share

AGENCY = re.compile(
    r"\b(reuters|associated press|ap|agence france-presse|afp|xinhua|tass|interfax|kyodo|dpa|efe|ansa|pti|upi)\b",
    re.IGNORECASE,
)
CREDIT = re.compile(r"[(\[]\s*([\w -]{2,30}?)\s*[)\]]\s*[-–—:]")  # LONDON (Reuters) -
FIRST_PUBLISHED = re.compile(r"\b(first|originally) (published|appeared)\b", re.IGNORECASE)
BREAK = re.compile(
    r"(\.\.\.|…|\[\.\.\.\]|\[…\]|read more|continue reading|full (story|article)|original source)\W*$", re.IGNORECASE
)
NEARLY_ALL = 0.85
MOST = 0.6
MUCH_SHORTER = 0.8


def canonical_member(members: Sequence[Groupable], prints: Mapping[str, Fingerprint]) -> Groupable:
    """The agency's own copy, else the text that holds most of the others, else the first seen."""
    if len(members) == 1:
        return members[0]
    samples = {member.id: frozenset(sample(prints[member.id].shingles)) for member in members}

    def rank(member: Groupable) -> tuple[int, float, tuple[object, ...]]:
        own = samples[member.id]
        held = [len(own & other) / len(other) for key, other in samples.items() if key != member.id and other]
        # To a tenth, as furniture that slipped through moves the hundredths.
        return -origin_evidence(member), -round(sum(held) / max(1, len(held)), 1), order(member)

    return min(members, key=rank)


def origin_evidence(article: Groupable) -> int:
    """1 when an agency's report stands on the agency's own page, -1 when the page names another origin, else 0."""
    credit = CREDIT.search(article.text[:400])
    agency = AGENCY.search(credit[1]) if credit else None
    if agency:
        return int(agency[0].lower() in article.source.lower())
    return -int(bool(FIRST_PUBLISHED.search(article.text[-400:])))


def relation_to(canonical: Groupable, member: Groupable, prints: Mapping[str, Fingerprint]) -> Relation:
    """What a member is to the story's canonical article."""
    if member.id == canonical.id:
        return Relation.CANONICAL
    own, base = prints[member.id], prints[canonical.id]
    inside = among(own.shingles, base.shingle_set)
    contained, contains = share(inside), share(among(base.shingles, own.shingle_set))
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

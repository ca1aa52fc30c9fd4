"""What grouping asks of its memory, and such a memory for one process; the warehouse has another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from include.stages.stories_sketch import sketch
from include.stages.stories_text import find_templates

CANDIDATES = 25  # verified for each article
POSTINGS_READ = 64  # for each sampled shingle, the latest before the article: templates can't flood the candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class Groupable:
    """An article as grouping sees it."""

    id: str
    source: str
    url: str
    title: str
    text: str
    seen_at: datetime
    is_compiled: bool = False  # cleaning found a live blog or a digest
    published_at: datetime | None = None  # as feed or markup say; it chooses the canonical member and nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Two articles that tell the same story, with the verifier's probability; an article's later end owns it."""

    later_id: str
    earlier_id: str
    score: float


class Postings(Protocol):
    """Every article grouped so far. "Earlier" and "later" are by (seen_at, id) throughout."""

    def template(self, article: Groupable) -> frozenset[int]:
        """Hashes of the paragraphs to skip in an article; the same whenever it is asked for."""

    def add(self, articles: Sequence[Groupable]) -> None:
        """Keeps the articles with their sketches; those already kept stay as they are."""

    def earlier(self, articles: Sequence[Groupable]) -> Mapping[str, Sequence[Groupable]]:
        """For each, the CANDIDATES earlier articles that share the most sampled shingles with it, counting for each
        shingle its POSTINGS_READ latest bearers before the article; ties go to the later one."""

    def later(self, articles: Sequence[Groupable]) -> Sequence[Groupable]:
        """Kept articles for which one of `articles` may be an earlier neighbour or version: those later of its URL,
        and for each of its shingles the POSTINGS_READ next bearers, as any other has that many nearer to it."""

    def versions_before(self, articles: Sequence[Groupable]) -> Mapping[str, str]:
        """Id of the latest earlier article with the same URL, for those that have one."""

    def articles(self, ids: Collection[str]) -> Sequence[Groupable]:
        """The kept articles with these ids."""

    def matches(self, article_ids: Collection[str]) -> Sequence[Match]:
        """All matches with one of these articles at either end."""

    def rematch(
        self, article_ids: Collection[str], matches: Sequence[Match], digests: Mapping[str, Sequence[str]]
    ) -> None:
        """Puts these matches, and these digests with their parts, in the place of what these articles had found."""

    def digests(self, article_ids: Collection[str]) -> Collection[str]:
        """Those of the articles that were found to be put together from others."""

    def stories(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """Story id by article id, of these articles, as far as they have one."""

    def members(self, story_ids: Collection[str]) -> Mapping[str, str]:
        """Story id by article id, of all members of these stories."""

    def settle(self, stories: Mapping[str, str]) -> None:
        """Keeps these story ids by article id, over earlier ones."""


Key = tuple[datetime, str]


def order(article: Groupable) -> Key:
    """The order in which articles count as having appeared, whatever order they come in."""
    return article.seen_at, article.id


class MemoryPostings:
    """Postings in dictionaries, for files on the command line and for tests."""

    def __init__(self, templates: Mapping[str, frozenset[int]] | None = None) -> None:
        """Without `templates` they are learned from the first articles added, then kept."""
        self._templates = templates
        self._articles: dict[str, Groupable] = {}
        self._sketches: dict[str, tuple[int, ...]] = {}
        self._bearers: dict[int, list[Key]] = defaultdict(list)
        self._versions: dict[str, list[Key]] = defaultdict(list)
        self._matches: dict[str, list[Match]] = {}  # by later end
        self._owners: dict[str, set[str]] = defaultdict(set)  # later ends by earlier end
        self._digests: dict[str, Sequence[str]] = {}
        self._story: dict[str, str] = {}
        self._members: dict[str, set[str]] = defaultdict(set)

    def template(self, article: Groupable) -> frozenset[int]:
        return (self._templates or {}).get(article.source, frozenset())

    def add(self, articles: Sequence[Groupable]) -> None:
        if self._templates is None:
            self._templates = find_templates((article.source, article.text) for article in articles)
        for article in articles:
            if article.id in self._articles:
                continue
            self._articles[article.id] = article
            self._sketches[article.id] = sketch(article.text, self.template(article))
            for shingle in self._sketches[article.id]:
                insort(self._bearers[shingle], order(article))
            if article.url:
                insort(self._versions[article.url], order(article))

    def earlier(self, articles: Sequence[Groupable]) -> Mapping[str, Sequence[Groupable]]:
        return {article.id: self._earlier(article) for article in articles}

    def _earlier(self, article: Groupable) -> Sequence[Groupable]:
        key = order(article)
        shared: Counter[Key] = Counter()
        for shingle in self._sketches[article.id]:
            bearers = self._bearers[shingle]
            end = bisect_left(bearers, key)
            shared.update(bearers[max(0, end - POSTINGS_READ) : end])
        best = sorted(shared, key=lambda other: (shared[other], other), reverse=True)[:CANDIDATES]
        return [self._articles[other] for _, other in best]

    def later(self, articles: Sequence[Groupable]) -> Sequence[Groupable]:
        found: set[str] = set()
        for article in articles:
            key = order(article)
            for shingle in self._sketches.get(article.id) or sketch(article.text, self.template(article)):
                bearers = self._bearers.get(shingle, [])
                start = bisect_right(bearers, key)
                found.update(other for _, other in bearers[start : start + POSTINGS_READ])
            versions = self._versions.get(article.url, [])
            found.update(other for _, other in versions[bisect_right(versions, key) :])
        return self.articles(found - {article.id for article in articles})

    def versions_before(self, articles: Sequence[Groupable]) -> Mapping[str, str]:
        found = ((article.id, self._version_before(article)) for article in articles)
        return {article_id: version for article_id, version in found if version is not None}

    def _version_before(self, article: Groupable) -> str | None:
        versions = self._versions.get(article.url, [])
        end = bisect_left(versions, order(article))
        return versions[end - 1][1] if end else None

    def articles(self, ids: Iterable[str]) -> Sequence[Groupable]:
        return [self._articles[article_id] for article_id in ids]

    def matches(self, article_ids: Collection[str]) -> Sequence[Match]:
        owned = [match for article_id in article_ids for match in self._matches.get(article_id, ())]
        bound = [
            match
            for article_id in article_ids
            for owner in self._owners.get(article_id, ())
            for match in self._matches[owner]
            if match.earlier_id == article_id
        ]
        return list(dict.fromkeys(owned + bound))

    def rematch(
        self, article_ids: Collection[str], matches: Sequence[Match], digests: Mapping[str, Sequence[str]]
    ) -> None:
        for article_id in article_ids:
            self._digests.pop(article_id, None)
            for match in self._matches.pop(article_id, ()):
                self._owners[match.earlier_id].discard(article_id)
        for match in matches:
            self._matches.setdefault(match.later_id, []).append(match)
            self._owners[match.earlier_id].add(match.later_id)
        self._digests.update(digests)

    def digests(self, article_ids: Collection[str]) -> Collection[str]:
        return self._digests.keys() & set(article_ids)

    def stories(self, article_ids: Collection[str]) -> Mapping[str, str]:
        return {article_id: self._story[article_id] for article_id in article_ids if article_id in self._story}

    def members(self, story_ids: Collection[str]) -> Mapping[str, str]:
        return {member: story for story in story_ids for member in self._members.get(story, ())}

    def settle(self, stories: Mapping[str, str]) -> None:
        for article_id, story_id in stories.items():
            self._members[self._story.get(article_id, story_id)].discard(article_id)
            self._story[article_id] = story_id
            self._members[story_id].add(article_id)

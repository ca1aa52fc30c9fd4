"""What became of stories: which merged, split or were renamed, and by which match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from include.stages.stories_postings import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """Articles that went from one story to another."""

    kind: str  # merged | split | renamed
    from_story_id: str
    into_story_id: str
    article_ids: tuple[str, ...]
    match: Match | None  # the likeliest that ties them to the rest of the story they are in now


def story_changes(
    before: Mapping[str, str], after: Mapping[str, str], matches: Sequence[Match]
) -> tuple[StoryChange, ...]:
    """The changes between two states, each the story id by article id."""
    moved: dict[tuple[str, str], set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    targets: dict[str, set[str]] = defaultdict(set)
    for article_id, old in before.items():
        new = after.get(article_id, old)
        sources[new].add(old)
        targets[old].add(new)
        if new != old:
            moved[old, new].add(article_id)
    return tuple(
        StoryChange(
            kind="merged" if len(sources[new]) > 1 else "split" if len(targets[old]) > 1 else "renamed",
            from_story_id=old,
            into_story_id=new,
            article_ids=tuple(sorted(article_ids)),
            match=_tie(article_ids, new, after, matches),
        )
        for (old, new), article_ids in sorted(moved.items())
    )


def _tie(moved: Collection[str], story_id: str, after: Mapping[str, str], matches: Sequence[Match]) -> Match | None:
    ties = [
        match
        for match in matches
        if (match.later_id in moved) != (match.earlier_id in moved)
        and after.get(match.later_id) == after.get(match.earlier_id) == story_id
    ]
    return max(ties, key=lambda match: (match.score, match.later_id, match.earlier_id), default=None)

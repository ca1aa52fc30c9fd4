"""Scores of stories: pairs of articles that are in one story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from include.evaluate.scores import Score


def score_stories(gold: Mapping[str, str], found: Mapping[str, str]) -> Score:
    """Pairs of articles put together, beside those that belong together; both map articles to stories."""
    hits, given, true = (
        sum(n * (n - 1) // 2 for n in Counter(cells).values())
        for cells in (((gold[each], found[each]) for each in gold), (found[each] for each in gold), gold.values())
    )
    return Score(hits=hits, found=given, true=true)

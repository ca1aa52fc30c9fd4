"""A floor under grouping, on a day of real wire copy where that lies beside the project."""

from __future__ import annotations

from pathlib import Path

from bench.group_quality import grouping_scores, read_rows
from include.stages.stories import MemoryPostings, group_articles


def test_real_wire_pages_are_grouped_well(shared: Path) -> None:
    rows = read_rows(shared / "data" / "stories" / "wire_pages.jsonl")
    members = group_articles([row.article for row in rows], postings=MemoryPostings())
    found = {member.article_id: member.story_id for member in members}
    gold = {row.article.id: row.story_id for row in rows}
    _, _, pair_f1, rand, bcubed = grouping_scores(gold, found, shared / "data" / "stories" / "wire_pages.ignore.tsv")
    assert pair_f1 >= 0.98
    assert rand >= 0.94
    assert bcubed >= 0.97

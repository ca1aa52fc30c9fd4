"""How well and how fast articles are grouped, on sets with known stories.

    python -m bench.group_quality STORIES_FOLDER

The figures are those of the set's usual scorer: pair F1 without debatable pairs, adjusted Rand index, B-cubed F1. The
verifier was trained on these sets, so for tuning use the held-back folds of bench.train_verifier instead.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from include.stages.stories import Groupable, MemoryPostings, group_articles

SETS = {"wire_pages.jsonl": "wire_pages.ignore.tsv", "synthetic.jsonl.gz": "synthetic.ignore.tsv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An article with the story it truly belongs to and how it was made from it."""

    article: Groupable
    story_id: str
    made_by: str


def read_rows(path: Path) -> list[Row]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [_row(json.loads(line)) for line in lines]


def _row(row: dict[str, str]) -> Row:
    article = Groupable(
        id=row["id"],
        source=row["source"],
        url="",
        title=row["title"],
        text=row["text"],
        seen_at=datetime.fromisoformat(row["seen_at"]),
    )
    return Row(article=article, story_id=row["story_id"], made_by=row.get("op", ""))


def grouping_scores(gold: dict[str, str], found: dict[str, str], ignored: Path) -> tuple[float, ...]:
    """Pair precision, recall and F1 (less the ignored pairs), adjusted Rand and B-cubed F1."""
    cells = Counter((gold[a], found[a]) for a in gold)
    rows, columns = Counter(gold.values()), Counter(found[a] for a in gold)
    hit, true, given = (sum(n * (n - 1) // 2 for n in c.values()) for c in (cells, rows, columns))
    total = len(gold) * (len(gold) - 1) // 2
    expected = true * given / total
    rand = (hit - expected) / ((true + given) / 2 - expected)
    for a, b in (line.split("\t")[:2] for line in ignored.read_text().splitlines()):
        same, together = gold[a] == gold[b], found[a] == found[b]
        hit, true, given = hit - (same and together), true - same, given - together
    b_precision = sum(n * n / columns[c] for (_, c), n in cells.items()) / len(gold)
    b_recall = sum(n * n / rows[r] for (r, _), n in cells.items()) / len(gold)
    bcubed = 2 * b_precision * b_recall / (b_precision + b_recall)
    return hit / given, hit / true, 2 * hit / (true + given), rand, bcubed


def describe(scores: Iterable[float]) -> str:
    return "pairs P {:.4f} R {:.4f} F1 {:.4f}  ARI {:.4f}  B-cubed {:.4f}".format(*scores)


def recall_by_making(rows: list[Row], found: dict[str, str]) -> dict[str, str]:
    """For each way of making copies, the share that stands with another article of its story."""
    stories: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        stories[row.story_id].append(row.article.id)
    seen: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        others = [other for other in stories[row.story_id] if other != row.article.id]
        if others:
            seen[row.made_by].append(any(found[other] == found[row.article.id] for other in others))
    return {name: f"{sum(hits) / len(hits):.3f}" for name, hits in sorted(seen.items()) if name}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    for name, ignored in SETS.items():
        rows = read_rows(args.folder / name)
        start = time.process_time()
        members = group_articles([row.article for row in rows], postings=MemoryPostings())
        cost = time.process_time() - start
        found = {member.article_id: member.story_id for member in members}
        gold = {row.article.id: row.story_id for row in rows}
        print(name, describe(grouping_scores(gold, found, args.folder / ignored)))
        print(f"  {cost:.1f} s CPU for {len(rows)} articles, {len(rows) / cost:.0f} a second")
        print("  found by making:", recall_by_making(rows, found))
        print("  relations:", dict(Counter(member.relation.value for member in members)))


if __name__ == "__main__":
    main()

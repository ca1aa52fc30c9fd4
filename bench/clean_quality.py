"""Body F1 and CPU of cleaning on a folder of pages with gold bodies (scrapinghub's article-extraction-benchmark).

    python -m bench.clean_quality PAGES_FOLDER [--folds 5]

F1 is that benchmark's: precision and recall over multisets of token 4-grams, averaged over pages, then combined.
Bare trafilatura runs on the same pages in the same process, so the two CPU figures can be compared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from include.records import Article, RawPage
from include.stages.clean import clean_page

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ROUNDS = 3


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The multiset of 4-grams of a text's words; a shorter text is one shingle."""
    words = re.findall(r"\w+", text)
    return Counter(gram for i in range(max(1, len(words) - 3)) if (gram := tuple(words[i : i + 4])))


def page_score(gold: str, found: str) -> tuple[float | None, float | None]:
    """Precision and recall of one body; None where undefined."""
    expected, given = shingles(gold), shingles(found)
    hits = (expected & given).total()
    if expected == given:
        return 1.0, 1.0
    return hits / given.total() if given else None, hits / expected.total() if expected else None


def combine(scores: list[tuple[float | None, float | None]]) -> tuple[float, float, float]:
    precision = statistics.mean(p for p, _ in scores if p is not None)
    recall = statistics.mean(r for _, r in scores if r is not None)
    return 2 * precision * recall / (precision + recall), precision, recall


def ours(body: bytes) -> str:
    page = RawPage(id="", url="", publisher="", fetched_at=NOW, content_type="", body=body, body_sha256="")
    result = clean_page(page, now=NOW)
    return result.text if isinstance(result, Article) else ""


def bare(body: bytes) -> str:
    return trafilatura.extract(body, fast=True) or ""


def measure(clean: Callable[[bytes], str], pages: dict[str, bytes]) -> tuple[dict[str, str], float]:
    """The bodies by page, and the least CPU milliseconds a page over the rounds."""
    costs, bodies = [], {}
    for _ in range(ROUNDS):
        start = time.process_time()
        bodies = {name: clean(body) for name, body in pages.items()}
        costs.append((time.process_time() - start) * 1000 / len(pages))
    return bodies, min(costs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds ground-truth.json and html/*.html.gz")
    parser.add_argument("--folds", type=int, default=5, help="also score this many disjoint parts, to see the spread")
    args = parser.parse_args()
    logging.disable(logging.WARNING)
    gold = json.loads((args.folder / "ground-truth.json").read_text(encoding="utf-8"))
    pages = {name: gzip.decompress((args.folder / "html" / f"{name}.html.gz").read_bytes()) for name in sorted(gold)}
    base = None
    for label, clean in (("trafilatura fast", bare), ("clean_page", ours)):
        bodies, cost = measure(clean, pages)
        scores = [page_score(gold[name]["articleBody"], bodies[name]) for name in pages]
        base = base or cost
        print(f"{label:17} F1 {{:.4f}}  P {{:.4f}}  R {{:.4f}}".format(*combine(scores)), end="")
        print(f"  {cost:.2f} ms a page ({cost / base:.2f}x)  folds", end="")
        print(*(f" {combine(scores[fold :: args.folds])[0]:.3f}" for fold in range(args.folds)), sep="")


if __name__ == "__main__":
    main()

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
import math
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import trafilatura

from include.records import Article, RawPage
from include.stages.clean import clean_page

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ROUNDS = 5

Cleaner = Callable[[bytes], str]


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


def parse_only(body: bytes) -> str:
    lxml.html.fromstring(body)
    return ""


def measure(cleaners: Sequence[Cleaner], pages: dict[str, bytes]) -> list[tuple[dict[str, str], float]]:
    """For each cleaner the bodies by page, and CPU milliseconds a page.

    They take turns at each page, and the least of the rounds counts: a busy neighbour slows one page, not one cleaner.
    """
    costs = {name: [math.inf] * len(cleaners) for name in pages}
    bodies: list[dict[str, str]] = [{} for _ in cleaners]
    for _ in range(ROUNDS):
        for name, page in pages.items():
            for number, clean in enumerate(cleaners):
                start = time.process_time()
                bodies[number][name] = clean(page)
                costs[name][number] = min(costs[name][number], time.process_time() - start)
    totals = [sum(cost[number] for cost in costs.values()) for number in range(len(cleaners))]
    return [(found, 1000 * total / len(pages)) for found, total in zip(bodies, totals, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds ground-truth.json and html/*.html.gz")
    parser.add_argument("--folds", type=int, default=5, help="also score this many disjoint parts, to see the spread")
    args = parser.parse_args()
    logging.disable(logging.WARNING)
    gold = json.loads((args.folder / "ground-truth.json").read_text(encoding="utf-8"))
    pages = {name: gzip.decompress((args.folder / "html" / f"{name}.html.gz").read_bytes()) for name in sorted(gold)}
    (_, parsing), (plain, base), (cleaned, own) = measure((parse_only, bare, ours), pages)
    print(f"lxml.html alone {parsing:.2f} ms a page")
    for label, bodies, cost in (("trafilatura fast", plain, base), ("clean_page", cleaned, own)):
        scores = [page_score(gold[name]["articleBody"], bodies[name]) for name in pages]
        print(f"{label:17} F1 {{:.4f}}  P {{:.4f}}  R {{:.4f}}".format(*combine(scores)), end="")
        print(f"  {cost:.2f} ms a page ({cost / base:.2f}x, {cost / parsing:.1f}x parsing)  folds", end="")
        print(*(f" {combine(scores[fold :: args.folds])[0]:.3f}" for fold in range(args.folds)), sep="")


if __name__ == "__main__":
    main()

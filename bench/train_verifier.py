"""Trains the verifier of the grouping stage and writes include/stages/stories_verifier.json.

    python -m bench.train_verifier STORIES_FOLDER --words TEXTS.jsonl.gz [--write]

STORIES_FOLDER holds wire_pages.jsonl and synthetic.jsonl.gz with their *.ignore.tsv; TEXTS are other articles, whose
words' document frequencies become the IDF weights. Without --write it only prints what five folds, held back by
story on both sets at once, would score: that is the figure to tune by. Every pair of an article and an earlier
candidate is an example. Pages of the hand-made set weigh more, as they are real and few; debatable pairs weigh less.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.group_quality import SETS, describe, grouping_scores, read_rows
from include.stages.stories import Groupable, Match, MemoryPostings, follow, story_ids
from include.stages.stories_sketch import WORD, fingerprint, word_hashes
from include.stages.stories_text import find_templates
from include.stages.stories_verify import FEATURES, MODEL, Verifier, compare

FOLDS = 5
WEIGHTS = {"wire_pages.jsonl": 8.0, "synthetic.jsonl.gz": 1.0}
DEBATABLE = 0.2
RIDGE = 20.0  # on standardised features; milder and stronger ones do worse on one of the sets or the other
LEAST_DOCUMENTS = 3  # words in fewer texts count as unseen
THRESHOLDS = (0.87, 0.9, 0.93, 0.95)
DEALS = 4  # of stories to folds; one link more or less between big stories moves a single deal's figures

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """The candidate pairs of one set: positions of the later and the earlier article, features, truth, weight."""

    name: str
    ids: list[str]
    stories: list[str]
    pairs: npt.NDArray[np.int64]
    features: Array
    truth: npt.NDArray[np.bool_]
    weight: Array


def count_words(texts: Path) -> tuple[dict[str, list[str]], float]:
    """Words by IDF, rounded to a tenth, and the IDF of a word not among them."""
    frequency: Counter[str] = Counter()
    documents = 0
    with gzip.open(texts, "rt", encoding="utf-8") as lines:
        for line in lines:
            frequency.update(set(WORD.findall(json.loads(line)["text"].lower())))
            documents += 1
    words: dict[str, list[str]] = defaultdict(list)
    for word, count in sorted(frequency.items()):
        if count >= LEAST_DOCUMENTS:
            words[f"{math.log((documents + 1) / (count + 0.5)):.1f}"].append(word)
    return dict(sorted(words.items(), key=lambda item: float(item[0]))), round(math.log(documents + 1), 1)


def untrained(words: dict[str, list[str]], unseen: float) -> Verifier:
    pairs = sorted((int(word_hashes(word)[0]), float(idf)) for idf, group in words.items() for word in group)
    blank = np.zeros(len(FEATURES))
    return Verifier(
        mean=blank,
        scale=blank + 1,
        weights=blank,
        bias=0.0,
        words=np.array([word for word, _ in pairs], np.uint64),
        idf=np.array([idf for _, idf in pairs]),
        unseen_idf=unseen,
    )


def examples(folder: Path, name: str, verifier: Verifier) -> Examples:
    rows = sorted(read_rows(folder / name), key=lambda row: (row.article.seen_at, row.article.id))
    postings = MemoryPostings(find_templates((row.article.source, row.article.text) for row in rows))
    articles = [row.article for row in rows]
    place = {article.id: number for number, article in enumerate(articles)}
    ignored = {frozenset(line.split("\t")[:2]) for line in (folder / SETS[name]).read_text().splitlines()}
    pairs, features, weight = [], [], []
    prints = {
        article.id: fingerprint(article.title, article.text, verifier.idf_of, postings.template(article))
        for article in articles
    }
    for later, earlier in candidate_pairs(articles, postings):
        pairs.append((place[later.id], place[earlier.id]))
        features.append(compare(prints[later.id], prints[earlier.id]))
        weight.append(WEIGHTS[name] * (DEBATABLE if {later.id, earlier.id} in ignored else 1.0))
    stories = [row.story_id for row in rows]
    return Examples(
        name=name,
        ids=[article.id for article in articles],
        stories=stories,
        pairs=np.array(pairs),
        features=np.array(features),
        truth=np.array([stories[a] == stories[b] for a, b in pairs]),
        weight=np.array(weight),
    )


def candidate_pairs(articles: list[Groupable], postings: MemoryPostings) -> Iterator[tuple[Groupable, Groupable]]:
    postings.add(articles)
    for article in articles:
        for earlier in postings.earlier([article])[article.id]:
            yield article, earlier


def fit(features: Array, truth: npt.NDArray[np.bool_], weight: Array, verifier: Verifier) -> Verifier:
    """A ridge logistic regression by Newton's method: few features, so a dozen exact steps."""
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.column_stack([(features - mean) / scale, np.ones(len(features))])
    penalty = np.diag([RIDGE] * len(FEATURES) + [0.0])
    theta = np.zeros(design.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(design @ theta, -30, 30)))
        gradient = design.T @ (weight * (chance - truth)) + penalty @ theta
        curvature = (design * (weight * chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature + 1e-9 * np.eye(len(theta)), gradient)
        theta = theta - step
        if np.abs(step).max() < 1e-6:
            break
    return replace(verifier, mean=mean, scale=scale, weights=theta[:-1], bias=float(theta[-1]))


def folds_of(data: Examples, deal: int) -> npt.NDArray[np.int64]:
    """The folds of each pair's two stories."""
    folds = np.array([zlib.crc32(f"{deal}-{story}".encode()) % FOLDS for story in data.stories])
    return folds[data.pairs]


def train(sets: list[Examples], verifier: Verifier, deal: int = 0, held_back: int | None = None) -> Verifier:
    features, truth, weight = [], [], []
    for data in sets:
        used = (folds_of(data, deal) != held_back).all(axis=1)
        features.append(data.features[used])
        truth.append(data.truth[used])
        weight.append(data.weight[used])
    return fit(np.concatenate(features), np.concatenate(truth), np.concatenate(weight), verifier)


def held_back_scores(sets: list[Examples], verifier: Verifier, deal: int) -> dict[str, Array]:
    scores = {data.name: np.zeros(len(data.pairs)) for data in sets}
    for fold in range(FOLDS):
        trained = train(sets, verifier, deal, fold)
        for data in sets:
            tested = folds_of(data, deal)[:, 0] == fold
            logits = ((data.features[tested] - trained.mean) / trained.scale) @ trained.weights + trained.bias
            scores[data.name][tested] = 1 / (1 + np.exp(-logits))
    return scores


def link_best(data: Examples, scores: Array, threshold: float) -> dict[str, str]:
    """Stories by the stage's own rule, from the pairs over the threshold."""
    matches = [
        Match(later_id=data.ids[later], earlier_id=data.ids[earlier], score=score)
        for (later, earlier), score in zip(data.pairs.tolist(), scores.tolist(), strict=True)
        if score >= threshold
    ]
    return story_ids(data.ids, follow(data.ids, matches))


def as_json(verifier: Verifier, words: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "made_by": "python -m bench.train_verifier",
        "bias": round(verifier.bias, 4),
        "features": {
            name: {
                "weight": round(float(verifier.weights[i]), 4),
                "mean": round(float(verifier.mean[i]), 4),
                "scale": round(float(verifier.scale[i]), 4),
            }
            for i, name in enumerate(FEATURES)
        },
        "unseen_idf": verifier.unseen_idf,
        "idf": {value: " ".join(group) for value, group in words.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    words, unseen = count_words(args.words)
    verifier = untrained(words, unseen)
    sets = [examples(args.folder, name, verifier) for name in SETS]
    dealt = [held_back_scores(sets, verifier, deal) for deal in range(DEALS)]
    for threshold in THRESHOLDS:
        for data in sets:
            gold = dict(zip(data.ids, data.stories, strict=True))
            found = [link_best(data, scores[data.name], threshold) for scores in dealt]
            results = np.array([grouping_scores(gold, each, args.folder / SETS[data.name]) for each in found])
            print(f"held back, {threshold:.2f} {data.name:20} {describe(results.mean(axis=0))}")
            print(f"{'least':>16} {'':20} {describe(results.min(axis=0))}")
    if args.write:
        MODEL.write_text(json.dumps(as_json(train(sets, verifier), words), indent=1, ensure_ascii=False) + "\n")
        print(f"wrote {MODEL.name}")


if __name__ == "__main__":
    main()

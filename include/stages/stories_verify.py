"""How likely two articles tell the same story: a logistic regression over overlaps of their words and shingles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from include.stages.stories_sketch import LEAD, Fingerprint, Hashes, word_hashes

MODEL = Path(__file__).with_name("stories_verifier.json")  # made by `python -m bench.train_verifier`
FEATURES = (
    "contained", "contains", "jaccard", "cosine", "weight_contained", "weight_contains",
    "lead_contained", "lead_contains", "opening_contained", "opening_contains", "lead_least", "lead_most",
    "run", "run_share", "title", "title_part", "length_ratio", "length_short", "length_long",
    "contained_by_lead", "contained_by_own_lead", "contained_squared", "leads", "lead_least_root",
    "cosine_squared", "title_by_cosine", "title_by_contained",
)  # fmt: skip
OPENING = 16  # shingles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verifier:
    """Weights of the standardised features, and how much each word tells."""

    mean: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    bias: float
    words: Hashes  # sorted
    idf: npt.NDArray[np.float64]
    unseen_idf: float

    def probability(self, features: npt.NDArray[np.float64]) -> float:
        """Probability of the same story."""
        logit = float(((features - self.mean) / self.scale) @ self.weights) + self.bias
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))

    def idf_of(self, vocabulary: Hashes) -> npt.NDArray[np.float64]:
        """Inverse document frequency of each word."""
        known = np.minimum(np.searchsorted(self.words, vocabulary), len(self.words) - 1)
        return np.where(self.words[known] == vocabulary, self.idf[known], self.unseen_idf)


@cache
def load_verifier() -> Verifier:
    """The trained verifier that lies beside this module."""
    stored = json.loads(MODEL.read_text(encoding="utf-8"))
    hashes: list[int] = []
    idf: list[float] = []
    for value, words in stored["idf"].items():
        hashes += word_hashes(words).tolist()
        idf += [float(value)] * (len(hashes) - len(idf))
    order = np.argsort(np.array(hashes, np.uint64))
    return Verifier(
        mean=np.array([stored["features"][name]["mean"] for name in FEATURES]),
        scale=np.array([stored["features"][name]["scale"] for name in FEATURES]),
        weights=np.array([stored["features"][name]["weight"] for name in FEATURES]),
        bias=stored["bias"],
        words=np.array(hashes, np.uint64)[order],
        idf=np.array(idf)[order],
        unseen_idf=stored["unseen_idf"],
    )


def compare(one: Fingerprint, other: Fingerprint) -> npt.NDArray[np.float64]:
    """The features of a pair, the same whichever comes first."""
    short, long = (one, other) if len(one.words) <= len(other.words) else (other, one)
    # One search among sorted values tells of both sides; searches in reading order cost most of a comparison.
    common, place = where_among(short.shingle_set, long.shingle_set)
    back = np.zeros(len(long.shingle_set), np.bool_)
    back[place[common]] = True
    in_long, in_short = common[short.places], back[long.places]
    contained, contains = share(in_long), share(in_short)
    lead_contained, lead_contains = share(in_long[:LEAD]), share(in_short[:LEAD])
    shared = int(np.count_nonzero(common))
    union = len(short.shingle_set) + len(long.shingle_set) - shared
    cosine, weight_contained, weight_contains = _weigh(short, long)
    run = longest_run(in_long)
    titles = int(among(short.title, long.title).sum())
    title = titles / max(1, len(short.title) + len(long.title) - titles)
    title_part = titles / max(1, min(len(short.title), len(long.title)))
    lead_least = min(lead_contained, lead_contains)
    return np.array(
        [
            contained,
            contains,
            shared / max(1, union),
            cosine,
            weight_contained,
            weight_contains,
            lead_contained,
            lead_contains,
            share(in_long[:OPENING]),
            share(in_short[:OPENING]),
            lead_least,
            max(lead_contained, lead_contains),
            np.log1p(run),
            run / max(1, len(short.shingles)),
            title,
            title_part,
            len(short.words) / max(1, len(long.words)),
            np.log1p(len(short.words)),
            np.log1p(len(long.words)),
            contained * lead_contains,
            contained * lead_contained,
            contained**2,
            lead_contained * lead_contains,
            lead_least**0.5,
            cosine**2,
            title_part * cosine,
            title_part * contained,
        ]
    )


def _weigh(short: Fingerprint, long: Fingerprint) -> tuple[float, float, float]:
    """TF-IDF cosine, and the IDF-weighted share of either vocabulary that the other has."""
    both, place = where_among(short.vocabulary, long.vocabulary)
    shared = float(short.idf[both].sum())
    cosine = float(short.tf_idf[both] @ long.tf_idf[place[both]])
    return cosine, shared / short.idf_sum, shared / long.idf_sum


def where_among(values: Hashes, ordered: Hashes) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Which values are in a sorted array, and where."""
    if not len(ordered):
        return np.zeros(len(values), np.bool_), np.zeros(len(values), np.intp)
    place = ordered.searchsorted(values)
    place[place == len(ordered)] = 0
    return np.equal(ordered[place], values), place


def among(values: Hashes, ordered: Hashes) -> npt.NDArray[np.bool_]:
    """Which values are in a sorted array."""
    return where_among(values, ordered)[0]


def held_by(one: Fingerprint, other: Fingerprint) -> npt.NDArray[np.bool_]:
    """Which shingles of an article, in reading order, another has too."""
    return among(one.shingle_set, other.shingle_set)[one.places]


def share(mask: npt.NDArray[np.bool_]) -> float:
    return float(np.count_nonzero(mask)) / len(mask) if len(mask) else 0.0


def longest_run(mask: npt.NDArray[np.bool_]) -> int:
    """Length of the longest stretch of true values."""
    if not mask.any():
        return 0
    gaps = np.flatnonzero(~np.concatenate(([False], mask, [False])))
    return int(np.diff(gaps).max()) - 1

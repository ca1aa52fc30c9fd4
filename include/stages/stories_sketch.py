"""What articles are compared by: hashes of words and word 5-grams, and a small sample of them to find neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import xxhash

from include.stages.stories_text import story_text

Hashes = npt.NDArray[np.uint64]
Weights = npt.NDArray[np.float64]

WORDS_IN_SHINGLE = 5
LEAD = 64  # shingles; reprints are cut from the end, so the lead is sampled more densely
LEAD_SAMPLE = np.uint64(2)  # keep one in two ...
REST_SAMPLE = np.uint64(32)  # ... and one in 32
WORD = re.compile(r"\w+")
REMEMBERED = 500_000  # hashes of words; most words of an article stood in others
BASE = np.uint64(0x9E3779B97F4A7C15)
MIX = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
SHIFT = np.uint64(33)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fingerprint:
    """The hashes of one article; `words` and `shingles` in reading order, the others sorted and distinct."""

    words: Hashes
    shingles: Hashes
    shingle_set: Hashes
    places: npt.NDArray[np.intp]  # of the shingles in the set
    vocabulary: Hashes
    idf: Weights  # of the vocabulary's words
    idf_sum: float
    tf_idf: Weights  # the same, with the words' counts, as a vector of length 1
    title: Hashes


def sketch(text: str, template: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """The sampled shingles of an article's text, ascending; 31 bits each, so they fit PostgreSQL's integer."""
    return sample(shingles_of(story_words(text, template)))


def fingerprint(
    title: str, text: str, weigh: Callable[[Hashes], Weights], template: frozenset[int] = frozenset()
) -> Fingerprint:
    """All that the verifier compares; `weigh` gives the inverse document frequency of words."""
    words = story_words(text, template)
    shingles = shingles_of(words)
    shingle_set, places = np.unique(shingles, return_inverse=True)
    vocabulary, counts = np.unique(words, return_counts=True)
    idf = weigh(vocabulary)
    tf_idf = (1 + np.log(counts)) * idf
    return Fingerprint(
        words=words,
        shingles=shingles,
        shingle_set=shingle_set,
        places=places,
        vocabulary=vocabulary,
        idf=idf,
        idf_sum=max(1e-9, float(idf.sum())),
        tf_idf=tf_idf / max(1e-9, float(np.sqrt(tf_idf @ tf_idf))),
        title=np.unique(word_hashes(title)),
    )


class WordHashes(dict[str, int]):
    """xxh3 by word, worked out at the first asking."""

    def __missing__(self, word: str) -> int:
        self[word] = xxhash.xxh3_64_intdigest(word.encode("utf-8", "replace"))
        return self[word]


_HASHES = WordHashes()


@lru_cache(maxsize=16_384)  # sketching and verifying both need them, at different times of a run
def story_words(text: str, template: frozenset[int]) -> Hashes:
    """Hashes of the words to compare, in reading order."""
    return word_hashes(story_text(text, template))


def word_hashes(text: str) -> Hashes:
    """xxh3 of each word, in reading order."""
    words = WORD.findall(text.lower())
    if len(_HASHES) > REMEMBERED:
        _HASHES.clear()
    return np.fromiter(map(_HASHES.__getitem__, words), np.uint64, len(words))


def shingles_of(words: Hashes) -> Hashes:
    """A hash of every run of five words; a shorter text is one shingle."""
    if not len(words):
        return words
    size = min(WORDS_IN_SHINGLE, len(words))
    runs = np.zeros(len(words) - size + 1, np.uint64)
    for offset in range(size):
        runs = runs * BASE + words[offset : len(words) - size + 1 + offset]
    for factor in MIX:
        runs = (runs ^ (runs >> SHIFT)) * factor
    return runs ^ (runs >> SHIFT)


def sample(shingles: Hashes) -> tuple[int, ...]:
    """The part of the shingles that postings keep, denser in the lead."""
    lead, rest = shingles[:LEAD], shingles[LEAD:]
    kept = np.concatenate([lead[lead % LEAD_SAMPLE == 0], rest[rest % REST_SAMPLE == 0]])
    if not len(kept):
        kept = lead[:1]
    return tuple(np.unique(kept >> SHIFT).tolist())

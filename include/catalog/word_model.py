"""A logistic regression a class over the words of a sentence: small integers by feature, stored packed."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from include.records import EventClass

SCALE = 100  # stored weights are hundredths


@dataclass(frozen=True, slots=True)
class WordModel:
    """Weights by feature, one for each class, and the classes' own."""

    classes: tuple[EventClass, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, Sequence[float]]

    def probabilities(self, features: Mapping[str, float]) -> dict[EventClass, float]:
        """How likely a sentence with these features tells of each class."""
        totals = list(self.bias)
        for name, value in features.items():
            if (row := self.weights.get(name)) is not None:
                for k, weight in enumerate(row):
                    totals[k] += weight * value
        return {kind: 1 / (1 + math.exp(-total)) for kind, total in zip(self.classes, totals, strict=True)}


def load_word_model(path: Path) -> WordModel | None:
    """The model of a file; None where there is none."""
    if not path.exists():
        return None
    stored = json.loads(gzip.decompress(path.read_bytes()))
    weights = {name: tuple(weight / SCALE for weight in row) for name, row in stored["weights"].items()}
    return WordModel(tuple(map(EventClass, stored["classes"])), tuple(stored["bias"]), weights)


def dump_word_model(model: WordModel, path: Path) -> None:
    """The file of a model: the same model gives the same bytes."""
    weights = {name: [round(weight * SCALE) for weight in row] for name, row in sorted(model.weights.items())}
    stored = {
        "classes": model.classes,
        "bias": [round(each, 4) for each in model.bias],
        "weights": {name: row for name, row in weights.items() if any(row)},
    }
    path.write_bytes(gzip.compress(json.dumps(stored, separators=(",", ":")).encode(), mtime=0))

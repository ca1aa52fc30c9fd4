"""Logistic regressions over named features: what the repository's training command stores and extraction applies."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights by feature name, and the probability from which on the answer is yes."""

    weights: Mapping[str, float]
    threshold: float = 0.5

    def probability(self, features: Mapping[str, float]) -> float:
        """How likely the answer is yes."""
        total = sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


UNTRAINED = LinearModel({}, 0.5)


def load_models(path: Path) -> dict[str, LinearModel]:
    """The models of a file by name."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {name: LinearModel(row["weights"], row["threshold"]) for name, row in stored.items()}


def dump_models(models: Mapping[str, LinearModel], path: Path) -> None:
    """The file of some models: weights rounded and sorted, so that retraining shows what changed."""
    stored = {
        name: {"threshold": m.threshold, "weights": {k: round(v, 4) for k, v in sorted(m.weights.items())}}
        for name, m in models.items()
    }
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")

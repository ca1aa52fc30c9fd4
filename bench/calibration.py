"""How far confidence can be believed: of the events with a given confidence, how many are right.

    python -m bench.calibration HELD_BACK.jsonl [GOLD]

HELD_BACK are events that `python -m include.train --predictions` writes: each article's by models that never saw it.
A right event is one that matches a label; one that fits only a background act counts neither way. The last table says
what a threshold of review would leave accepted, and what it would ask people to look at.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from include.evaluate.__main__ import USUAL_GOLD
from include.evaluate.labels import NOTHING, Labels, read_labels
from include.evaluate.matching import best_matching, matches

Judged = tuple[float, bool]  # confidence, right or not
BINS = 5
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def judged(gold: Mapping[str, Labels], predicted: Mapping[str, Labels]) -> Iterator[Judged]:
    for doc_id, labels in gold.items():
        events = predicted.get(doc_id, NOTHING).events
        right = {j for _, j in best_matching(labels.events, events)}
        for j, event in enumerate(events):
            if j in right or not any(matches(each, event) for each in labels.background):
                yield event.confidence, j in right


def bins(events: Sequence[Judged]) -> Iterator[Sequence[Judged]]:
    """Parts of equal size, from the least to the most confident."""
    ordered = sorted(events)
    for n in range(BINS):
        yield ordered[n * len(ordered) // BINS : (n + 1) * len(ordered) // BINS]


def mean_confidence(events: Sequence[Judged]) -> float:
    return sum(confidence for confidence, _ in events) / len(events)


def share_right(events: Sequence[Judged]) -> float:
    return sum(right for _, right in events) / len(events)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predicted", type=Path)
    parser.add_argument("gold", nargs="?", type=Path, default=USUAL_GOLD / "gold_dev.jsonl")
    args = parser.parse_args()
    events = list(judged(read_labels(args.gold), read_labels(args.predicted)))
    print(f"{'confidence':>13} {'events':>7} {'mean':>6} {'right':>6} {'+-':>5}")
    error = 0.0
    for part in bins(events):
        mean, right = mean_confidence(part), share_right(part)
        error += abs(mean - right) * len(part) / len(events)
        spread = math.sqrt(max(right * (1 - right), 0.01) / len(part))
        print(f"{part[0][0]:5.2f} to {part[-1][0]:4.2f} {len(part):7} {mean:6.2f} {right:6.2f} {spread:5.2f}")
    brier = sum((confidence - right) ** 2 for confidence, right in events) / len(events)
    print(f"mean distance of confidence and share {error:.3f}, Brier score {brier:.3f}, events {len(events)}")
    print(f"\n{'threshold':>9} {'accepted':>8} {'right':>6} {'to review':>9} {'right':>6}")
    for threshold in THRESHOLDS:
        accepted = [each for each in events if each[0] >= threshold]
        review = [each for each in events if each[0] < threshold]
        shares = (f"{share_right(part):6.2f}" if part else "     -" for part in (accepted, review))
        print(f"{threshold:9.2f} {len(accepted):8} {next(shares)} {len(review):9} {next(shares)}")


if __name__ == "__main__":
    main()

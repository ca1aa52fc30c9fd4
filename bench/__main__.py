"""`make bench`: each stage beside what others would take; writes docs/benchmarks.md and its plots.

    python -m bench [STAGE ...] [--rounds 3] [--docs docs]

Stages: cleaning, grouping, extraction, loading, collecting, whole, and growth (grouping more and more articles, to a
million: about an hour and 16 GB of memory, not among the usual ones).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import inputs
from bench.measuring import compete
from bench.report import Measured, machine, measured, write
from bench.stages import GROWING, STAGES, growth_sizes

LONGEST_GROWTH = 2400  # seconds of a turn
DOCS = Path(__file__).resolve().parent.parent / "docs"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of benchmarks.md")
    args = parser.parse_args(arguments)
    if unknown := set(args.stages) - {*STAGES, "growth"}:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kept = args.docs / "benchmarks.json"
    results: dict[str, Measured] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    try:
        for name in args.stages or STAGES:
            results[name] = growth() if name == "growth" else run(name, rounds=args.rounds)
            write(results, args.docs)  # what was measured stays, whatever becomes of the next stage
    except KeyboardInterrupt:
        print("interrupted, and cleared", file=sys.stderr)
        return 130
    return 0


def run(name: str, *, rounds: int) -> Measured:
    stage = STAGES[name]
    with stage.given() as given:
        print(f"{name}: {given['from']}", flush=True)
        taken = compete(stage.contenders, given, rounds=rounds)
        result = measured(stage, given, taken, rounds=rounds)
    for row in result["rows"]:
        print(f"  {row['name']:28} {told(row)}", flush=True)
    return result


def told(row: Measured) -> str:
    if "cpu_ms" not in row:
        return str(row["skipped"] or "nothing to compare with")
    score = f"  F1 {row['score']:.3f}" if "score" in row else ""
    return f"{row['cpu_ms']:8.2f} ms CPU  {row['ratio']:6.2f}x  {row['megabytes']:5.0f} MB{score}"


def growth() -> Measured:
    """CPU an article of each way of grouping, with more and more of them; who would take too long is left behind."""
    points: dict[str, dict[str, float]] = {each.name: {} for each in GROWING}
    skipped: dict[str, str] = {}
    with inputs.many_articles() as given:
        for size, part in growth_sizes(given):
            for each in GROWING:  # each alone, as memory holds a million articles of no more than one
                if each.name in skipped:
                    continue
                hours = max(points[each.name].values(), default=0.0) * size / 3.6e6
                if hours * 3600 > LONGEST_GROWTH:
                    skipped[each.name] = f"{size:,} articles would take {hours:.1f} hours, were none dearer than before"
                    continue
                taken = compete([each], part, rounds=1, has_trial=size < 100_000, longest=LONGEST_GROWTH)[each.name]
                if taken.skipped:
                    skipped[each.name] = f"of {size:,} articles {taken.skipped}"
                    continue
                points[each.name][str(size)] = cpu = 1000 * taken.cpu[0] / size
                print(f"growth: {each.name:28} {size:9,} articles {cpu:8.2f} ms CPU each", flush=True)
    return {"points": points, "skipped": skipped, "sizes": inputs.GROWTH, "from": given["from"]} | machine()


if __name__ == "__main__":
    sys.exit(main())

"""`make chaos`: the pipeline under hundreds of faults, its rows compared with those of a quiet run.

Exit status 0 when every round gave the quiet run's rows, 1 when one did not.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from itertools import count
from pathlib import Path
from random import Random
from types import FrameType

from tests.chaos.report import report
from tests.chaos.rounds import Outcome, chaos_round, quiet_round
from tests.chaos.scene import ARCHIVES, scene
from tests.chaos.schedulers import scheduler_round


def main() -> int:
    wanted = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        total, rounds, seconds = play(wanted)
    except KeyboardInterrupt:
        print("interrupted, and cleared", flush=True)
        return 130
    text = report(total, seed=wanted.seed, rounds=rounds, seconds=seconds)
    print(text)
    if wanted.output:
        wanted.output.write_text(text, encoding="utf-8")
    return 1 if total.differing else 0


def play(wanted: argparse.Namespace) -> tuple[Outcome, int, float]:
    began, total, dice = time.monotonic(), Outcome(), Random(wanted.seed)
    with scene(wanted.seed) as stand:
        quiet, seconds = quiet_round(stand)
        rows = sum(sum(table.values()) for table in quiet.values())
        print(f"quiet run: {rows} rows, {sum(seconds.values()):.1f} s", flush=True)
        if wanted.kills:
            scheduled = scheduler_round(stand, dice, quiet, kills=wanted.kills)
            total.add(scheduled)
            past = time.monotonic() - began
            print(
                f"Airflow: its scheduler killed {scheduled.faults} times, {len(scheduled.differing)} rows differ;"
                f" {past:.0f} s",
                flush=True,
            )
        for number in count():
            archive = ARCHIVES[number % len(ARCHIVES)]
            outcome = chaos_round(stand, dice, archive, quiet, seconds, faults=wanted.in_a_stage)
            total.add(outcome)
            past = time.monotonic() - began
            print(
                f"round {number + 1} ({archive}): {outcome.faults} faults, {sum(outcome.failed.values())} tries failed,"
                f" {len(outcome.differing)} rows differ; {total.faults} faults in {past:.0f} s",
                flush=True,
            )
            for line in outcome.differing[:20]:
                print("  " + line[:400], flush=True)
            if total.faults >= wanted.faults or past > wanted.minutes * 60:
                if wanted.failures:
                    wanted.failures.write_bytes(stand.log.read_bytes() if stand.log.exists() else b"")
                return total, number + 1, past
    raise AssertionError("count() has no end")


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ends the run with everything cleared; a second, impatient signal must not end the clearing."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=20260601)
    parser.add_argument("--faults", type=int, default=300, help="rounds are played until there were so many")
    parser.add_argument("--minutes", type=float, default=14, help="no further round begins after so many")
    parser.add_argument("--kills", type=int, default=3, help="of a real Airflow's scheduler, in a round of its own")
    parser.add_argument("--in-a-stage", type=int, default=8, help="faults of one stage of one round, at most")
    parser.add_argument("--output", type=Path, help="file for the report (Markdown)")
    parser.add_argument("--failures", type=Path, help="file for what the failed tries said")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

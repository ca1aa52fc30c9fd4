"""Fuzzes the targets: `python -m tests.fuzzing [TARGET ...] --seconds 60`, or `--examples` for the short, fixed run.

With `--engine atheris` coverage leads the way (libFuzzer); it has to be installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzzing import watch

ROUND = 250  # examples of one seed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--examples", action="store_true", help="the short run, always on the same inputs")
    parser.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    asked = parser.parse_args()
    if asked.engine == "atheris":
        if importlib.util.find_spec("atheris") is None:
            print("atheris is not installed (pip install atheris): coverage-guided fuzzing is left out")
            return 0
        return _with_atheris(asked.targets, asked.seconds)
    from tests.fuzzing.targets import TARGETS

    watch.install()
    try:
        for name in asked.targets or TARGETS:
            target, started = TARGETS[name], time.monotonic()
            done = 0
            while True:
                count = target.examples if asked.examples else ROUND
                _fuzz(target, number=done, examples=count)
                done += count
                if asked.examples or time.monotonic() - started >= asked.seconds:
                    break
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{name}: {done} inputs in {time.monotonic() - started:.0f} s, {peak} MB at most", flush=True)
    finally:
        shutil.rmtree(Path(tempfile.gettempdir()) / f"desk-fuzzing-{os.getpid()}", ignore_errors=True)
    return 0


def _fuzz(target: object, *, number: int, examples: int) -> None:
    """Raises what the check raised, after hypothesis has found the smallest input that makes it so."""

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs)
    def check(value: object) -> None:
        target.check(value)

    check()


def _with_atheris(names: list[str], seconds: int) -> int:
    """One process a target: libFuzzer ends the one it runs in."""
    from tests.fuzzing.targets import TARGETS

    worst = 0
    for name in names or TARGETS:
        with tempfile.TemporaryDirectory() as corpus:
            command = [sys.executable, "-m", "tests.fuzzing.guided", name, f"-max_total_time={seconds}"]
            limits = ["-timeout=20", "-rss_limit_mb=3000", "-max_len=20000", f"-artifact_prefix={corpus}/", corpus]
            done = subprocess.run([*command, *limits], capture_output=True, text=True, check=False)
        last = [line for line in done.stderr.splitlines() if line.startswith(("Done", "==", "SUMMARY"))][-1:]
        print(f"{name} (atheris): {'; '.join(last) or done.stderr[-500:]}", flush=True)
        if done.returncode:
            print(done.stderr[-4000:] + done.stdout[-4000:])
            worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main())

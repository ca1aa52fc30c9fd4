"""One target under atheris, whose libFuzzer looks for inputs that reach new code; tests.fuzzing starts it."""

from __future__ import annotations

import signal
import sys

import atheris
from hypothesis import HealthCheck, given, settings

with atheris.instrument_imports(
    include=["include", "fastfeedparser", "feedparser", "protego"], enable_loader_override=False
):
    from tests.fuzzing import watch
    from tests.fuzzing.targets import TARGETS

target = TARGETS[sys.argv.pop(1)]


@settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(target.inputs)
def check(value: object) -> None:
    target.check(value)


sys.addaudithook(watch._hook)
signal.signal(signal.SIGALRM, watch._late)
atheris.Setup(sys.argv, check.hypothesis.fuzz_one_input)
atheris.Fuzz()

"""One round: the whole pipeline over the known pages, under a seeded plan of faults, compared with the quiet run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from random import Random

from tests.chaos.faults import Faults
from tests.chaos.rows import Rows, differences, rows_of, unreadable
from tests.chaos.scene import Scene, Stage
from tests.chaos.tasks import NOT_AGAIN, STAGES, shards_of, start

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
COPIES = 2  # of every task, at the same time
RETRY_SECONDS = 0.3  # in place of Airflow's twenty
STUCK_SECONDS = 300  # without the end of any try
MOST_TRIES = 60  # of one task in one stage


class StuckError(Exception):
    """The pipeline does not get through; the message says where."""


@dataclass(slots=True)
class Slot:
    """A task, one of two of its kind, that is tried until it is done."""

    shard: int | None
    process: BaseProcess | None = None
    due: float = 0.0
    tries: int = 0
    is_done: bool = False


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a run."""

    done: Counter[tuple[str, str]] = field(default_factory=Counter)  # faults, by kind and stage
    hit: Counter[tuple[str, str]] = field(default_factory=Counter)  # of these, followed by a try that failed
    tries: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return sum(self.done.values())

    def add(self, other: Outcome) -> None:
        for name in ("done", "hit", "tries", "failed"):
            getattr(self, name).update(getattr(other, name))
        self.differing += other.differing


class Driver:
    """Runs one stage after the other; faults come while tasks are at work."""

    def __init__(self, scene: Scene, stage: Stage, faults: Faults, dice: Random, outcome: Outcome) -> None:
        self._scene, self._stage, self._faults, self._dice, self._outcome = scene, stage, faults, dice, outcome
        self._last: tuple[str, str] | None = None  # the fault that the next failure is put down to

    def carry_out(self, name: str, plan: list[str], *, copies: int, seconds: float) -> None:
        """Returns when every task of the stage is done; `seconds` is how long it takes when nothing happens."""
        slots = [Slot(shard=shard) for shard in shards_of(name) for _ in range(copies)]
        began = moved = time.monotonic()
        next_fault = began + self._instant(seconds)
        try:
            while any(not slot.is_done for slot in slots):
                now = time.monotonic()
                if self._reap(name, slots, now):
                    moved = now
                if now - moved > STUCK_SECONDS:
                    raise StuckError(f"{name}: no try ended within {STUCK_SECONDS} s")
                self._start(name, slots, now)
                if plan and now >= next_fault and (running := list(_running(slots))):
                    self._do(plan.pop(), name, running)
                    next_fault = time.monotonic() + self._instant(seconds)
                wait([each.sentinel for each in _running(slots)], timeout=0.02)
        finally:
            for process in _running(slots):
                process.kill()
                process.join()
        self._outcome.seconds[name] = time.monotonic() - began
        self._last = None

    def _instant(self, seconds: float) -> float:
        return self._dice.uniform(0.0, seconds)

    def _start(self, name: str, slots: list[Slot], now: float) -> None:
        for slot in slots:
            if slot.is_done or slot.process is not None or now < slot.due:
                continue
            if slot.tries >= MOST_TRIES:
                raise StuckError(f"{name}: {slot.tries} tries of shard {slot.shard} have failed; see {self._scene.log}")
            slot.tries += 1
            self._outcome.tries[name] += 1
            slot.process = start(
                name,
                self._stage.settings,
                now=NOW + self._faults.skew,
                shard=slot.shard,
                log=self._scene.log,
                environment=self._scene.environment,
            )

    def _reap(self, name: str, slots: list[Slot], now: float) -> bool:
        """True when a try has ended."""
        ended = [slot for slot in slots if slot.process is not None and slot.process.exitcode is not None]
        for slot in ended:
            assert slot.process is not None
            if slot.process.exitcode == NOT_AGAIN:
                self._outcome.differing.append(f"{name}: a try failed that Airflow would not repeat, see the failures")
            slot.is_done = slot.process.exitcode == 0
            slot.process.close()
            slot.process = None
            if not slot.is_done:
                slot.due = now + RETRY_SECONDS
                self._outcome.failed[name] += 1
                if self._last:
                    self._outcome.hit[self._last] += 1
                    self._last = None
        return bool(ended)

    def _do(self, kind: str, name: str, running: list[BaseProcess]) -> None:
        self._last = (kind, name)
        self._outcome.done[self._last] += 1
        self._faults.do(kind, running)


def _running(slots: list[Slot]) -> Iterator[BaseProcess]:
    yield from (slot.process for slot in slots if slot.process is not None and slot.process.exitcode is None)


def quiet_round(scene: Scene) -> tuple[Rows, dict[str, float]]:
    """The rows of a run to which nothing happens, and how long each of its stages took."""
    stage, outcome, dice = scene.stage_for("disk"), Outcome(), Random(0)
    driver = Driver(scene, stage, Faults(scene, dice), dice, outcome)
    for name in STAGES:
        driver.carry_out(name, [], copies=1, seconds=0.0)
    assert not unreadable(stage.settings, stage.dsn)
    rows = rows_of(stage.dsn)
    scene.clear(stage)
    return rows, outcome.seconds


def chaos_round(
    scene: Scene, dice: Random, archive: str, quiet: Rows, seconds: dict[str, float], *, faults: int
) -> Outcome:
    """What came of a run with up to so many faults in each stage."""
    stage, outcome, doing = scene.stage_for(archive), Outcome(), Faults(scene, dice)
    driver = Driver(scene, stage, doing, dice, outcome)
    for name in STAGES:
        doing.skew *= 0
        plan = [dice.choice(doing.kinds(archive, name)) for _ in range(faults)]
        driver.carry_out(name, plan, copies=COPIES, seconds=seconds[name])
    told = differences(quiet, rows_of(stage.dsn)) + unreadable(stage.settings, stage.dsn)
    outcome.differing += [f"{stage.name} ({archive}) {each}" for each in told]
    scene.clear(stage)
    return outcome

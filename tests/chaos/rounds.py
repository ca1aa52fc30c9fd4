"""One round: the whole pipeline over the known pages, under a seeded plan of faults, compared with the quiet run."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from include.edges.warehouse import transaction
from tests.chaos.faults import Faults, Planned, plan
from tests.chaos.rows import Rows, differences, rows_of, unlike_a_recount, unreadable
from tests.chaos.scene import ARCHIVES, Scene, Stage
from tests.chaos.tasks import NOT_AGAIN, STAGES, begin_forking, shards_of, start

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

    def __init__(self, scene: Scene, stage: Stage, outcome: Outcome) -> None:
        self._scene, self._stage, self._outcome = scene, stage, outcome
        self._faults = Faults(scene)
        self._last: tuple[str, str] | None = None  # the fault that the next failure is put down to
        self._started = 0  # tries

    def carry_out(self, name: str, planned: Sequence[Planned] = (), *, copies: int = 1, seconds: float = 0.0) -> None:
        """Returns when every task of the stage is done and nothing more is planned; what is done before is begun again.

        `seconds` is how long the stage takes when nothing happens.
        """
        slots = [Slot(shard=shard) for shard in shards_of(name) for _ in range(copies)]
        left = deque(planned)
        self._faults.skew = timedelta()
        began = moved = fault_at = time.monotonic()
        try:
            while left or any(not slot.is_done for slot in slots):
                now = time.monotonic()
                if self._reap(name, slots, now):
                    moved = now
                if now - moved > STUCK_SECONDS:
                    raise StuckError(f"{name}: no try ended within {STUCK_SECONDS} s")
                if left and all(slot.is_done for slot in slots):
                    slots = [Slot(shard=slot.shard) for slot in slots]
                self._start(name, slots, now)
                due = left and now >= fault_at + left[0].wait * seconds
                if due and (running := list(_running(slots))):
                    self._do(left.popleft(), name, running)
                    fault_at = time.monotonic()
                wait([each.sentinel for each in _running(slots)], timeout=0.02)
        finally:
            for process in _running(slots):
                process.kill()
                process.join()
        self._outcome.seconds[name] = time.monotonic() - began
        self._last = None

    def _start(self, name: str, slots: list[Slot], now: float) -> None:
        for slot in slots:
            if slot.is_done or slot.process is not None or now < slot.due:
                continue
            if slot.tries >= MOST_TRIES:
                raise StuckError(f"{name}: {slot.tries} tries of shard {slot.shard} have failed; see {self._scene.log}")
            slot.tries += 1
            self._outcome.tries[name] += 1
            self._started += 1
            slot.process = start(
                name,
                self._stage.settings,
                past=timedelta(seconds=self._started) + self._faults.skew,
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

    def _do(self, planned: Planned, name: str, running: list[BaseProcess]) -> None:
        self._last = (planned.kind, name)
        self._outcome.done[self._last] += 1
        self._faults.do(planned, running)


def _running(slots: list[Slot]) -> Iterator[BaseProcess]:
    yield from (slot.process for slot in slots if slot.process is not None and slot.process.exitcode is None)


def damage(stage: Stage) -> list[str]:
    """What is wrong with a warehouse and its archive, whatever another run gave."""
    with transaction(stage.dsn) as connection:
        miscounted = unlike_a_recount(stage.settings, connection)
    return unreadable(stage.settings, stage.dsn) + miscounted


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What comes of a run to which nothing happens, and how long each of its stages takes."""

    rows: Rows
    rows_of_acts: Rows  # when the first acts are made
    seconds: dict[str, float]


def quiet_round(scene: Scene) -> Quiet:
    stage, outcome = scene.stage_for("disk"), Outcome()
    driver = Driver(scene, stage, outcome)
    begin_forking()
    for name in STAGES:
        driver.carry_out(name)
        if name == "resolve_events":
            rows_of_acts = rows_of(stage.dsn)
    assert not outcome.failed, outcome.failed
    assert not damage(stage), damage(stage)
    quiet = Quiet(rows=rows_of(stage.dsn), rows_of_acts=rows_of_acts, seconds=outcome.seconds)
    scene.clear(stage)
    return quiet


def chaos_round(scene: Scene, seed: int, number: int, quiet: Quiet, *, faults: int) -> Outcome:
    """What came of a run with so many faults in each stage."""
    played, place = divmod(number, len(ARCHIVES))
    archive = ARCHIVES[place]
    stage, outcome = scene.stage_for(archive), Outcome()
    driver = Driver(scene, stage, outcome)
    for name in STAGES:
        planned = plan(seed, archive, name, played=played, faults=faults)
        driver.carry_out(name, planned, copies=COPIES, seconds=quiet.seconds[name])
    told = differences(quiet.rows, rows_of(stage.dsn)) + damage(stage)
    outcome.differing += [f"{stage.name} ({archive}) {each}" for each in told]
    scene.clear(stage)
    return outcome

"""What a run of faults came to, in Markdown."""

from __future__ import annotations

from tests.chaos.rounds import Outcome
from tests.chaos.tasks import STAGES


def report(total: Outcome, *, seed: int, rounds: int, seconds: float) -> str:
    """Faults by kind and stage, tries by stage, and the rows that differ."""
    hit = sum(total.hit.values())
    said = (
        f"Seed {seed}: {total.faults} faults in {rounds} rounds, {seconds:.0f} s. After {hit} of them a try failed or"
        f" was killed before the next fault came. Rows that differ from the quiet run's: {len(total.differing)}."
    )
    kinds = sorted({kind for kind, _ in total.done})
    stages = [*STAGES, *sorted({stage for _, stage in total.done} - set(STAGES))]
    lines = [
        said,
        "",
        f"| stage | {' | '.join(kinds)} | all | tries / failed |",
        "|---|" + "---|" * (len(kinds) + 2),
        *(_line(f"`{stage}`", total, kinds, [stage]) for stage in stages),
        _line("**all**", total, kinds, stages),
    ]
    lines += [f"\n* {line[:300]}" for line in total.differing]
    return "\n".join(lines) + "\n"


def _line(name: str, total: Outcome, kinds: list[str], stages: list[str]) -> str:
    done = [sum(total.done[kind, stage] for stage in stages) for kind in kinds]
    hit = [sum(total.hit[kind, stage] for stage in stages) for kind in kinds]
    cells = [f"{each} / {struck}" if each else "" for each, struck in zip(done, hit, strict=True)]
    tries = f"{sum(total.tries[stage] for stage in stages)} / {sum(total.failed[stage] for stage in stages)}"
    return f"| {' | '.join([name, *cells, f'{sum(done)} / {sum(hit)}', tries])} |"

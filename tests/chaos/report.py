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
    columns = [*STAGES, *sorted({stage for _, stage in total.done} - set(STAGES))]
    lines = [
        said,
        "",
        "| fault (done / hit) | " + " | ".join(f"`{stage}`" for stage in columns) + " | all |",
        "|---|" + "---|" * (len(columns) + 1),
    ]
    for kind in sorted({kind for kind, _ in total.done}):
        cells = [(total.done[kind, stage], total.hit[kind, stage]) for stage in columns]
        cells.append((sum(done for done, _ in cells), sum(hit for _, hit in cells)))
        lines.append(f"| {kind} | " + " | ".join(f"{done} / {hit}" if done else "" for done, hit in cells) + " |")
    tries = [(total.tries[stage], total.failed[stage]) for stage in columns]
    tries.append((total.tries.total(), total.failed.total()))
    lines.append("| **tries / failed** | " + " | ".join(f"{each} / {failed}" for each, failed in tries) + " |")
    lines += [f"\n* {line[:300]}" for line in total.differing]
    return "\n".join(lines) + "\n"

"""docs/benchmarks.md and its plots, from what was measured; stages that were not run again keep their figures."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.inputs import GROWTH
from bench.measuring import Taken, ratio
from bench.stages import STAGES, Stage

Measured = dict[str, Any]
HEAD = """# Benchmarks

`make bench` measures each stage beside what others would take, in one run on the same input: contenders take turns,
each in a process of its own, and a ratio is the median over the rounds of pairs that met the same load. CPU is that of
the process and its children. Absolute times are this machine's; the ratios are what to compare. `make bench
STAGES="cleaning whole" ROUNDS=5` measures some anew. The peers live in an environment of their own (`.venv-bench`,
`bench/requirements.txt`). `tests/test_speed_ratios.py` keeps ratios from growing.
"""


def measured(stage: Stage, given: Mapping[str, Any], taken: Mapping[str, Taken], *, rounds: int) -> Measured:
    """What a stage came to, as JSON can hold it."""
    items = stage.count(given)
    ours = taken[stage.contenders[0].name]
    rows = []
    for each in stage.contenders:
        found = taken[each.name]
        row: Measured = {"name": each.name, "version": _version(each.package), "skipped": found.skipped}
        if found.cpu and ours.cpu:
            row |= {
                "cpu_ms": 1000 * statistics.median(found.cpu) / items,
                "wall_ms": 1000 * statistics.median(found.wall) / items,
                "ratio": ratio(ours.cpu, found.cpu),
                "wall_ratio": ratio(ours.wall, found.wall),
                "megabytes": found.megabytes,
            }
            if stage.score and found.answers is not None:
                row["score"] = stage.score(given, found.answers)
        rows.append(row)
    return {"from": given["from"], "rounds": rounds, "rows": rows} | machine()


def machine() -> Measured:
    return {
        "on": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }


def _version(package: str) -> str:
    try:
        return version(package) if package else ""
    except PackageNotFoundError:
        return ""


def write(results: Mapping[str, Measured], docs: Path) -> None:
    """The page, the plots (where there is matplotlib), and what they were made of."""
    (docs / "images").mkdir(exist_ok=True)
    has_plots = bool(find_spec("matplotlib"))
    (docs / "benchmarks.json").write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    parts = [HEAD]
    for name, stage in STAGES.items():
        if name in results and has_plots:
            plot(name, stage, results[name], docs / "images")
        if name in results:
            parts.append(section(name, stage, results[name]))
    if "growth" in results and has_plots:
        plot_growth(results["growth"], docs / "images")
    if "growth" in results:
        parts.append(growth_section(results["growth"]))
    (docs / "benchmarks.md").write_text("\n".join(parts), encoding="utf-8")


def section(name: str, stage: Stage, result: Measured) -> str:
    lines = [
        f"## {stage.title}\n",
        f"{result['on']}, {result['machine']}, {result['rounds']} rounds: {result['from']}. {stage.remarks}\n",
    ]
    heads = ["", "version", f"CPU, ms per {stage.item}", "times ours", f"clock, ms per {stage.item}", "times ours"]
    heads.append("peak MB")
    lines += _table(heads + [stage.scored] * bool(stage.score), [_cells(row, stage) for row in result["rows"]])
    lines += [f"\n{row['name']} was not measured: {row['skipped']}." for row in result["rows"] if row["skipped"]]
    lines += told_targets(stage, result)
    return "\n".join([*lines, f"\n![{stage.title}: CPU](images/bench_{name}.svg)", ""])


def told_targets(stage: Stage, result: Measured) -> list[str]:
    """Whether this run reached what the stage is meant to."""
    rows = {row["name"]: row for row in result["rows"] if "ratio" in row}
    found = [(each, each.reached(rows[each.contender])) for each in stage.targets if each.contender in rows]
    told = [
        f"* {each.name}: {value:.2f}, {'reached' if value >= each.least else 'NOT reached'}" for each, value in found
    ]
    return ["\nMeant to be reached:\n", *told] if told else []


def _cells(row: Measured, stage: Stage) -> list[str]:
    if row["skipped"] or "cpu_ms" not in row:
        return [row["name"], row["version"], *["–"] * (5 + bool(stage.score))]
    cells = [row["name"], row["version"], f"{row['cpu_ms']:.2f}", f"{row['ratio']:.2f}"]
    cells += [f"{row['wall_ms']:.2f}", f"{row['wall_ratio']:.2f}"]
    score = [f"{row['score']:.3f}" if "score" in row else "–"] if stage.score else []
    return [*cells, f"{row['megabytes']:.0f}", *score]


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    lines = [heads, ["---", "---", *["---:"] * (len(heads) - 2)], *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def grown(result: Measured) -> dict[str, dict[str, float]]:
    """The points of each contender, ours first; JSON keeps them by name."""
    return {each.name: result["points"][each.name] for each in STAGES["grouping"].contenders}


def growth_section(result: Measured) -> str:
    sizes = result["sizes"]
    rows = [
        [name, "", *[f"{points[str(size)]:.2f}" if str(size) in points else "–" for size in sizes]]
        for name, points in grown(result).items()
    ]
    lines = [
        "## How grouping grows\n",
        f"{result['on']}, {result['machine']}, one round: {result['from']}, in memory. CPU in ms per article.\n",
        *_table(["", "", *[f"{size:,} articles" for size in sizes]], rows),
        *[f"\n{name}: {why}." for name, why in result["skipped"].items()],
        *(
            []
            if sizes[-1] >= GROWTH[-1]
            else [f"\nMeant to be measured to {GROWTH[-1]:,} articles, and was to {sizes[-1]:,}."]
        ),
        "\nTo two million articles in PostgreSQL: `python -m bench.group_speed`, [stories](stories.md).",
    ]
    return "\n".join([*lines, "\n![CPU an article by how many there are](images/bench_growth.svg)", ""])


def plot(name: str, stage: Stage, result: Measured, folder: Path) -> None:
    from matplotlib.figure import Figure

    rows = [row for row in reversed(result["rows"]) if "cpu_ms" in row]
    figure = Figure(figsize=(7, 0.6 + 0.45 * len(rows)), layout="constrained")
    axes = figure.subplots()
    drawn = axes.barh(
        [row["name"] for row in rows],
        [row["cpu_ms"] for row in rows],
        color=["#1f5f99" if row["name"].startswith("Sanctions Desk") else "#9aa7b3" for row in rows],
    )
    told = [f" {row['cpu_ms']:.2f}" + (f"   F1 {row['score']:.3f}" if "score" in row else "") for row in rows]
    axes.bar_label(drawn, told, fontsize=8)
    axes.margins(x=0.25)
    axes.set_xlabel(f"CPU, ms per {stage.item}")
    _save(figure, folder / f"bench_{name}.svg")


def plot_growth(result: Measured, folder: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    for name, points in grown(result).items():
        sizes = sorted(map(int, points))
        axes.loglog(sizes, [points[str(size)] for size in sizes], marker="o", label=name)
    axes.set_xlabel("articles")
    axes.set_ylabel("CPU, ms an article")
    axes.legend()
    _save(figure, folder / "bench_growth.svg")


def _save(figure: Any, file: Path) -> None:
    from matplotlib import rc_context

    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    with rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none"}):  # the same figures give the same file
        figure.savefig(file, metadata={"Date": None})

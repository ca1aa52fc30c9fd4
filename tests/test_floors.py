"""Figures may rise, not silently fall: floors.json holds what was reached; raise it with the work that raises them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.evaluate.__main__ import measure_acts, measure_events
from include.evaluate.acts import ActReport
from include.evaluate.newsstand import NewsstandReport, measure_newsstand

FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def newsstand() -> NewsstandReport:
    return measure_newsstand()


def below(reached: dict[str, float | None], floors: dict[str, float]) -> dict[str, tuple[float | None, float]]:
    """Figures that fell, beside their floors."""
    return {name: (reached[name], floor) for name, floor in floors.items() if (reached[name] or 0.0) < floor}


def figures(scores) -> dict[str, float | None]:
    return {name: score.f1 for name, score in scores.items()}


def act_figures(report: ActReport) -> dict[str, float | None]:
    return {
        "links covered": report.coverage.f1,
        "pair f1": report.pairs.f1,
        "pair precision": report.pairs.precision,
        "acts a row": report.rows.precision,
    }


def test_events_of_the_newsstand(newsstand):
    assert not below(figures(newsstand.events.scores), FLOORS["newsstand events"])


def test_stories_of_the_newsstand(newsstand):
    assert not below({"pair f1": newsstand.stories.f1}, FLOORS["newsstand stories"])


def test_acts_of_the_newsstand(newsstand):
    assert not below(act_figures(newsstand.acts), FLOORS["newsstand acts"])


def test_events_of_the_development_gold(shared):
    assert not below(figures(measure_events(shared / "data" / "gold").scores), FLOORS["development events"])


def test_acts_of_the_development_set(shared):
    assert not below(act_figures(measure_acts(shared / "data" / "acts")), FLOORS["development acts"])


def test_a_figure_below_its_floor_is_named():
    assert below({"a": 0.5, "b": None}, {"a": 0.6, "b": 0.1}) == {"a": (0.5, 0.6), "b": (None, 0.1)}
    assert not below({"a": 0.6}, {"a": 0.6})

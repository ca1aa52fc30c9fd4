"""Charts as options of Apache ECharts (echarts.apache.org/en/option.html): data only, static/charts.js draws them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

Options = dict[str, Any]
MARK = {"visualMap": False, "itemStyle": {"color": "#b3261e"}}


def bars(days: Sequence[date | str], series: Mapping[str, Sequence[int]], *, stacked: bool = False) -> Options:
    """One bar a day, or month, and series."""
    return {
        "aria": {"enabled": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "legend": {"show": len(series) > 1, "top": 0},
        "grid": {"left": 8, "right": 8, "bottom": 4, "top": 30 if len(series) > 1 else 10, "containLabel": True},
        "xAxis": {"type": "category", "data": [str(day) for day in days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"name": name, "type": "bar", "data": list(values), **({"stack": "all"} if stacked else {})}
            for name, values in series.items()
        ],
    }


def funnel(steps: Iterable[tuple[str, int]]) -> Options:
    """One bar a step, the first on top, on a logarithmic scale: the last steps are a thousandth of the first."""
    named = list(steps)
    return {
        "aria": {"enabled": True},
        "grid": {"left": 8, "right": 48, "bottom": 4, "top": 4, "containLabel": True},
        "xAxis": {"type": "log", "min": 1, "show": False},
        "yAxis": {"type": "category", "inverse": True, "data": [name for name, _ in named]},
        "series": [
            {
                "type": "bar",
                "data": [n or None for _, n in named],
                "barMinHeight": 2,  # pixels: one item is nothing on this scale
                "label": {"show": True, "position": "right"},
            }
        ],
    }


def calendar(
    values: Mapping[date, int], *, links: Mapping[date, str], first: date, last: date, marked: Container[date] = ()
) -> Options:
    """One field a day, darker for more; a day leads to its link, and some are marked as bad."""
    return {
        "aria": {"enabled": True},
        "tooltip": {"renderMode": "richText"},
        "visualMap": {
            "min": 0,
            "max": max([*values.values(), 1]),
            "show": False,
            "inRange": {"color": ["#d9e6f2", "#1f5f99"]},
        },
        "calendar": {
            "range": [first.isoformat(), last.isoformat()],
            "cellSize": ["auto", 16],
            "top": 24,
            "left": 36,
            "right": 8,
            "dayLabel": {"firstDay": 1},
            "yearLabel": {"show": False},
            "itemStyle": {"color": "transparent", "borderColor": "#88888866"},
        },
        "series": [
            {
                "type": "heatmap",
                "coordinateSystem": "calendar",
                "data": [
                    {"value": [day.isoformat(), n], "link": links.get(day, ""), **(MARK if day in marked else {})}
                    for day, n in sorted(values.items())
                ],
            }
        ],
    }


def world(counts: Mapping[str, int], *, links: Mapping[str, str]) -> Options:
    """States by ISO 3166-1 alpha-2 code, darker for more; a state leads to its link."""
    return {
        "aria": {"enabled": True},
        "tooltip": {"renderMode": "richText"},
        "visualMap": {
            "type": "continuous",
            "min": 0,
            "max": max([*counts.values(), 1]),
            "left": 0,
            "bottom": 0,
            "itemHeight": 60,
            "inRange": {"color": ["#e8c7c5", "#b3261e"]},
        },
        "series": [
            {
                "type": "map",
                "map": "world",
                "roam": False,
                "left": 0,
                "right": 0,
                "top": 0,
                "bottom": 0,
                "data": [{"name": code, "value": n, "link": links.get(code, "")} for code, n in sorted(counts.items())],
            }
        ],
    }


def timeline(members: Sequence[Any]) -> Options:
    """A point a member of a story: when, by which publisher, in the colour of its relation to the canonical one."""
    publishers = list(dict.fromkeys(member.publisher for member in members))
    relations = sorted({member.relation for member in members})
    return {
        "aria": {"enabled": True},
        "tooltip": {"renderMode": "richText"},
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 24, "bottom": 4, "top": 30, "containLabel": True},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "category", "inverse": True, "data": publishers},
        "series": [
            {
                "name": relation,
                "type": "scatter",
                "symbolSize": 14,
                "data": [
                    {"value": [member.published_at.isoformat(), member.publisher], "name": member.title}
                    for member in members
                    if member.relation == relation
                ],
            }
            for relation in relations
        ],
    }

"""Turns values into pages: every value is escaped, and a name that is missing raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context

from include.catalog import load_catalog

TEMPLATES = Path(__file__).parent / "templates"
TABS = (("", "Overview"), ("events", "Events"), ("stories", "Stories"), ("feeds", "Feeds"), ("coverage", "Coverage"))
SAFE_SCHEMES = ("http://", "https://")


def render(request: Request, template: str, *, here: str, title: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page; `here` is the tab it belongs to."""
    base = request.scope.get("root_path", "").rstrip("/")
    text = (
        _environment()
        .get_template(template)
        .render(base=base, airflow=base.removesuffix("/desk") + "/", tabs=TABS, here=here, title=title, **values)
    )
    return HTMLResponse(text, status_code=status)


def _environment() -> Environment:
    if not _made:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "when": when,
            "ago": ago,
            "number": number,
            "share": share,
            "country": country,
            "words": words,
            "web": web,
        }
        environment.globals["link"] = link
        _made.append(environment)
    return _made[0]


_made: list[Environment] = []


@pass_context
def link(context: Any, page: str, **parameters: Any) -> str:
    """The address of a page of ours with its query; parameters that are empty are left out."""
    query = urlencode({name: value for name, value in parameters.items() if value not in (None, "", ())}, doseq=True)
    return f"{context['base']}/{page}{'?' if query else ''}{query}"


def when(moment: datetime | date | None) -> str:
    """A time in UTC to the minute, or a day."""
    match moment:
        case None:
            return "–"
        case datetime():
            return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        case _:
            return moment.isoformat()


def ago(age: timedelta | None) -> str:
    """An age in its largest unit; a time to come says so."""
    if age is None:
        return "never"
    seconds = abs(int(age.total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= 2 * length or unit == "s":
            said = f"{seconds // length} {unit}"
            break
    return f"{said} ago" if age >= timedelta() else f"in {said}"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def country(code: str) -> str:
    """The name that the catalog has for a code, else the code."""
    actor = load_catalog().gazetteer.by_code.get(code)
    return actor.name if actor else code


def words(name: str) -> str:
    """The name of a type as people write it: asset_freeze, asset freeze."""
    return name.replace("_", " ")


def web(address: str) -> str:
    """The address when a browser may follow it: of strangers' ones only http and https."""
    return address if address.lower().startswith(SAFE_SCHEMES) else ""


def as_filters(values: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that are set."""
    return {name: value for name, value in values.items() if value not in (None, "", ())}

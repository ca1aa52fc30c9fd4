"""Turns values into pages: every value is escaped, and a name that is missing raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context

from include.catalog import Catalog, load_catalog
from plugins.desk.assets import VERSIONS
from plugins.desk.guard import may

TEMPLATES = Path(__file__).parent / "templates"
TABS = (("", "Overview"), ("events", "Events"), ("stories", "Stories"), ("feeds", "Feeds"), ("coverage", "Coverage"))
SAFE_SCHEMES = ("http://", "https://")
NO_NUL = r"^[^\x00]*$"  # PostgreSQL has no text with one
Words = Annotated[str, Query(max_length=200, pattern=NO_NUL)]


def render(request: Request, template: str, *, here: str, title: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page; `here` is the tab it belongs to."""
    base = base_of(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            base=base,
            airflow=base.removesuffix("/desk") + "/",
            tabs=TABS,
            here=here,
            title=title,
            may=lambda deed: may(request.state.desk_user, deed),
            **values,
        )
    )
    return HTMLResponse(text, status_code=status)


def base_of(request: Request) -> str:
    """The path below which our pages lie."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def go_to(request: Request, page: str, **parameters: Any) -> RedirectResponse:
    """Sends the browser to a page of ours after something was done: reloading that page does nothing again."""
    return RedirectResponse(address(request, page, **parameters), status_code=303)


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
        environment.globals |= {"link": link, "asset": asset}
        _made.append(environment)
    return _made[0]


_made: list[Environment] = []


@pass_context
def link(context: Any, page: str, **parameters: Any) -> str:
    """The address of a page of ours with its query; parameters that are empty are left out."""
    return _address(context["base"], page, parameters)


@pass_context
def asset(context: Any, name: str) -> str:
    """The address of a script, style or file of data, another one when that changes."""
    return _address(context["base"], f"static/{name}", {"v": VERSIONS[name]})


def address(request: Request, page: str, **parameters: Any) -> str:
    """The same, outside of a template."""
    return _address(base_of(request), page, parameters)


def _address(base: str, page: str, parameters: Mapping[str, Any]) -> str:
    query = urlencode({name: value for name, value in parameters.items() if value not in (None, "", ())}, doseq=True)
    return f"{base}/{page}{'?' if query else ''}{query}"


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
    actor = catalog().gazetteer.by_code.get(code)
    return actor.name if actor else code


@cache
def catalog() -> Catalog:
    """Read once: it takes half a second."""
    return load_catalog()


def words(name: str) -> str:
    """The name of a type as people write it: asset_freeze, asset freeze."""
    return name.replace("_", " ")


def web(address: str) -> str:
    """The address when a browser may follow it: of strangers' ones only http and https."""
    return address if address.lower().startswith(SAFE_SCHEMES) else ""

"""The app of the desk's pages: who may see them, what their answers forbid the browser, and how troubles are told."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import psycopg2
import psycopg2.errors
from airflow.api_fastapi.core_api.security import requires_access_dag
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException as AnyHTTPException

from include.settings import SettingsError
from plugins.desk import archived, assets, coverage, events, feeds, overview, replays, stories
from plugins.desk.pages import render
from plugins.desk.reading import BusyError

log = logging.getLogger("desk")

# Scripts, styles, pictures and data from this origin alone; nothing inline, nobody else's frame.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
PAGES = (
    overview.router,
    events.router,
    stories.router,
    feeds.router,
    replays.router,
    coverage.router,
    archived.router,
    assets.router,
)


def make_app() -> FastAPI:
    """The app, every route of which asks Airflow whether its caller may read DAGs; a plugin's app has no guard else."""
    app = FastAPI(
        title="Sanctions Desk",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(requires_access_dag("GET")), Depends(refuse_other_sites)],
    )
    for router in PAGES:
        app.include_router(router)

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Any) -> Response:
        answer: Response = await call_next(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    app.add_exception_handler(AnyHTTPException, _told)
    app.add_exception_handler(RequestValidationError, _misasked)
    app.add_exception_handler(psycopg2.Error, _unreadable)
    app.add_exception_handler(SettingsError, _unreadable)
    app.add_exception_handler(BusyError, _unreadable)
    return app


def refuse_other_sites(request: Request) -> None:
    """Raises 403 for a write that a page of another site sent: the browser adds our cookie to it."""
    if request.method not in ("GET", "HEAD") and request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(HTTPStatus.FORBIDDEN, "Sent from another site.")


async def _told(request: Request, error: Any) -> Response:
    return trouble(request, error.status_code, str(error.detail))


async def _misasked(request: Request, error: Any) -> Response:
    said = "; ".join(f"{' '.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors())
    return trouble(request, HTTPStatus.UNPROCESSABLE_ENTITY, said)


async def _unreadable(request: Request, error: Any) -> Response:
    if isinstance(error, psycopg2.errors.QueryCanceled):
        return trouble(request, HTTPStatus.GATEWAY_TIMEOUT, "That took the warehouse too long: ask for less.")
    if isinstance(error, BusyError):
        return trouble(request, HTTPStatus.SERVICE_UNAVAILABLE, "Too many people ask at once: try again in a moment.")
    log.exception("The warehouse could not be read", exc_info=error)  # its words may name hosts and roles: not the page
    return trouble(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The warehouse does not answer. Airflow itself is up; the log of the API server says what is wrong.",
    )


def trouble(request: Request, status: int, said: str) -> Response:
    """A page that says what went wrong, with its status."""
    title = HTTPStatus(status).phrase
    return render(request, "trouble.html", status=status, here="", title=title, said=said)

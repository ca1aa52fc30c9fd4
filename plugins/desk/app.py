"""The app of the desk's pages: who may see them, what their answers forbid the browser, and how troubles are told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import psycopg2
import psycopg2.errors
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from include.settings import SettingsError
from plugins.desk import archived, assets, coverage, events, feeds, overview, reading, replays, stories
from plugins.desk.guard import refuse_other_sites, remember_user, required
from plugins.desk.pages import base_of, render

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
)
TITLES = {
    400: "That cannot be done",
    401: "Please log in",
    403: "You may not do this",
    404: "There is nothing here",
    405: "That cannot be done here",
    409: "That cannot be done now",
    422: "That cannot be understood",
    500: "The desk made a mistake",
    503: "The desk cannot answer now",
    504: "That took too long",
}
# What Airflow and the framework say is for programs; ours are sentences.
LOG_IN = "You are not logged in, or not any more."
WORDS = {
    "Not authenticated": LOG_IN,
    "Token Expired": LOG_IN,
    "Invalid JWT token": "Airflow does not take your login any more: reload the page, and log in again.",
    "Forbidden": "Airflow does not allow it to you. Whoever gives out its roles can change that.",
    "Not Found": "There is no such page.",
    "Method Not Allowed": "This address can be looked at, or written to, but not both.",
}


def make_app() -> FastAPI:
    """The app, every page of which asks Airflow whether its caller may read our DAGs: nobody else guards a plugin's."""
    app = FastAPI(
        title="Sanctions Desk",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # such a redirect comes before the guard, and repeats whatever host was asked for
    )
    guard = [required("look"), Depends(remember_user), Depends(refuse_other_sites), _a_place()]
    app.include_router(assets.router)
    for router in PAGES:
        app.include_router(router, dependencies=guard)
    app.add_api_route("/{path:path}", nowhere, dependencies=guard)
    app.add_middleware(Manners)
    app.add_exception_handler(AnyHTTPException, _told)
    app.add_exception_handler(RequestValidationError, _misasked)
    for error in (psycopg2.OperationalError, psycopg2.InterfaceError, SettingsError, reading.DownError):
        app.add_exception_handler(error, _down)
    for error in (psycopg2.errors.QueryCanceled, reading.OverdueError):
        app.add_exception_handler(error, _slow)
    app.add_exception_handler(reading.BusyError, _busy)
    app.add_exception_handler(psycopg2.DataError, _refused)
    app.add_exception_handler(psycopg2.Error, _mistaken)
    app.add_exception_handler(Exception, _mistaken)
    return app


def nowhere() -> Response:
    """Any other address: nobody learns without logging in whether there is something."""
    raise HTTPException(404)


def _a_place() -> Any:
    """The dependency that lets so many pages be made at once and has others wait, without a thread, or leave.

    Airflow's own routes run in the same forty threads: a warehouse that hangs may hold only these. It comes after the
    guard, and after the request was read: nobody else's slowness takes a place.
    """
    places = asyncio.Semaphore(reading.PLACES)

    async def a_place() -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(reading.LONGEST_WAIT):
                await places.acquire()
        except TimeoutError:
            raise reading.BusyError from None
        try:
            yield
        finally:
            places.release()

    return Depends(a_place, scope="function")  # given back before the answer is sent


class Manners:
    """HEAD is answered as GET (the server leaves the body out), and every answer forbids what the pages do not need."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        asked = {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope
        await self.app(asked, receive, send_with_headers)


async def _told(request: Request, error: Any) -> Response:
    said = str(error.detail)
    return trouble(request, error.status_code, WORDS.get(said, said))


async def _misasked(request: Request, error: Any) -> Response:
    said = "; ".join(f"{' '.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors())
    return trouble(request, 422, said)


async def _refused(request: Request, error: Any) -> Response:
    log.info("The warehouse takes no such value", exc_info=error)
    return trouble(request, 422, "The warehouse takes no such value: ask for another.")


async def _slow(request: Request, error: Any) -> Response:
    return trouble(request, 504, "That took the warehouse too long: ask for less, or try again in a moment.")


async def _busy(request: Request, error: Any) -> Response:
    return trouble(request, 503, "Too many people ask at once: try again in a moment.", retry_after=reading.REST)


async def _down(request: Request, error: Any) -> Response:
    # Its words may name hosts and roles: not for the page.
    if isinstance(error, reading.DownError):
        log.warning("The warehouse could not be read a moment ago, and was not asked again")
    else:
        log.error("The warehouse could not be read", exc_info=error)
    return trouble(
        request,
        503,
        "The warehouse does not answer. Airflow itself is up; the log of the API server says what is wrong.",
        retry_after=reading.REST,
    )


async def _mistaken(request: Request, error: Any) -> Response:
    log.error("A page could not be made", exc_info=error)
    return trouble(request, 500, "This page could not be made. The log of the API server says why: please report it.")


def trouble(request: Request, status: int, said: str, *, retry_after: int | None = None) -> Response:
    """A page that says what went wrong, with its status, and the way to Airflow's login where that helps."""
    path = request.url.path if request.method == "GET" else f"{base_of(request)}/"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    answer = render(
        request,
        "trouble.html",
        status=status,
        here="",
        title=TITLES.get(status, "That did not work"),
        said=said,
        log_in_for=f"{path}{query}" if status == 401 else "",
    )
    answer.headers.update(HEADERS if retry_after is None else {**HEADERS, "Retry-After": str(retry_after)})
    return answer

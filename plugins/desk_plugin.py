"""What Airflow discovers: the desk's pages under one entry of its navigation, links to them, and the listener."""

from __future__ import annotations

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from plugins.desk import links, listener


class LazyPages:
    """The pages' app, made at the first request: schedulers and workers load plugins too, and serve no pages."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            from plugins.desk.app import make_app

            self._app = make_app()
        await self._app(scope, receive, send)


class DeskPlugin(AirflowPlugin):
    name = "desk"
    fastapi_apps: ClassVar = [{"app": LazyPages(), "url_prefix": "/desk", "name": "Sanctions Desk"}]
    external_views: ClassVar = [{"name": "Desk", "href": "/desk/", "destination": "nav", "url_route": "desk"}]
    global_operator_extra_links: ClassVar = [links.DeskPageLink()]
    listeners: ClassVar = [listener]

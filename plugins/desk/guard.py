"""Who may look and act, by Airflow's own permissions on our DAGs, and the line of its audit log for what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from airflow.configuration import conf
from airflow.models import DagModel, Log
from fastapi import Depends, HTTPException, Request


class Deed(NamedTuple):
    """What Airflow is asked to allow, on which DAG: never one that the caller names."""

    method: ResourceMethod
    dag_id: str
    entity: DagAccessEntity | None = None


DEEDS: Mapping[str, Deed] = {
    "look": Deed("GET", "extract_sanctions"),
    "manage_feeds": Deed("PUT", "collect_news"),
    "start_replay": Deed("POST", "rebuild_day", DagAccessEntity.RUN),
    "change_replay": Deed("PUT", "rebuild_day", DagAccessEntity.RUN),
}


def required(name: str) -> Any:
    """The dependency of a route that does this: 401 for nobody, 403 for those who may not."""
    deed = DEEDS[name]
    return Depends(requires_access_dag(deed.method, deed.entity, deed.dag_id))


def may(user: Any, name: str) -> bool:
    """Whether somebody would be let through: what leads to a refusal is not offered."""
    deed = DEEDS[name]
    details = DagDetails(id=deed.dag_id, team_name=DagModel.get_team_name(deed.dag_id))
    return get_auth_manager().is_authorized_dag(
        method=deed.method, access_entity=deed.entity, details=details, user=user
    )


def remember_user(request: Request, user: GetUserDep) -> None:
    """So that a page can ask `may` for whoever looks at it."""
    request.state.desk_user = user


def refuse_other_sites(request: Request) -> None:
    """Raises 403 for a write that a page of another site sent: the browser adds our cookie to it."""
    if request.method not in ("GET", "HEAD") and not is_of_ours(request.headers):
        raise HTTPException(403, "This was sent from another site, or by a browser that does not say from where.")


def is_of_ours(headers: Mapping[str, str]) -> bool:
    """Whether a page of ours sent the request, or a program with a token of its own, which no other site can add.

    Browsers leave Sec-Fetch-Site out where neither TLS nor loopback is (http://desk.internal:8080), but not the Origin.
    """
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    if origin := headers.get("origin"):
        return origin != "null" and urlsplit(origin).netloc in our_hosts(headers)
    return headers.get("authorization", "").lower().startswith("bearer ")


def our_hosts(headers: Mapping[str, str]) -> set[str]:
    """Under which names we are known: the one asked for, and, where a proxy changes that, Airflow's base_url."""
    return {headers.get("host", ""), urlsplit(conf.get("api", "base_url", fallback="")).netloc} - {""}


def record(session: Any, user: Any, event: str, dag_id: str, **said: Any) -> None:
    """Writes to Airflow's audit log. Its own action_logging would take the DAG from the query, and reads no forms."""
    name = user.get_name()
    session.add(Log(event=event, owner=name, owner_display_name=name, dag_id=dag_id, extra=json.dumps(said)))
    session.commit()

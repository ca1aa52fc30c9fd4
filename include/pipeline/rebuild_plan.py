"""What a rebuild is asked to do, and the row that remembers it until it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from include.edges.warehouse import Connection, read, transaction, write
from include.records import Stage, Window
from include.settings import Settings


class Source(StrEnum):
    """Where pages of a past day come from."""

    ARCHIVE = "archive"
    WARC = "warc"
    SITEMAPS = "sitemaps"
    CSV = "csv"


STAGES = (Stage.CLEAN, Stage.GROUP, Stage.EXTRACT)
MOST_SITEMAPS = 1000
LONGEST_ADDRESS = 2000


class BadPlanError(ValueError):
    """The run asks for something that cannot be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The sources in their order, the stages to do again, and where the sources lie."""

    sources: tuple[Source, ...] = (Source.ARCHIVE,)
    stages: tuple[Stage, ...] = STAGES
    is_dry_run: bool = False
    warc_prefix: str = ""
    sitemaps: tuple[str, ...] = ()  # none: those that the robots.txt of the feeds' sites name
    csv_path: str = ""

    def as_json(self) -> str:
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS).decode()


# Every night: what polling missed of the day before is fetched, and what is pending is done; nothing is done again.
NIGHTLY = Plan(sources=(Source.SITEMAPS,), stages=())


def read_plan(params: Mapping[str, Any]) -> Plan:
    """The plan of a run's params; BadPlanError, a sentence for each fault, when it cannot be carried out."""
    plan = Plan(
        sources=tuple(dict.fromkeys(Source(name) for name in params["sources"])),
        stages=tuple(Stage(name) for name in params["stages"]),
        is_dry_run=params["dry_run"],
        warc_prefix=(params["warc_prefix"] or "").strip(),
        sitemaps=tuple(url.strip() for url in params["sitemaps"] or () if url.strip()),
        csv_path=(params["csv_path"] or "").strip(),
    )
    if faults := list(faults_of(plan)):
        raise BadPlanError(" ".join(faults))
    return plan


def faults_of(plan: Plan) -> Iterator[str]:
    """What is wrong with where the sources lie; the DAG's params say the same to Airflow's own forms."""
    if Source.WARC in plan.sources and not plan.warc_prefix:
        yield "The source warc needs warc_prefix, a folder or an s3:// prefix."
    if Source.CSV in plan.sources and not plan.csv_path:
        yield "The source csv needs csv_path, a file or an s3:// address."
    for name in ("warc_prefix", "csv_path"):
        if len(getattr(plan, name)) > LONGEST_ADDRESS:
            yield f"{name} is longer than {LONGEST_ADDRESS:,} characters."
    if len(plan.sitemaps) > MOST_SITEMAPS:
        yield f"These are {len(plan.sitemaps):,} sitemaps; {MOST_SITEMAPS:,} at a time are the most."
    if any(len(url) > LONGEST_ADDRESS for url in plan.sitemaps):
        yield f"The address of a sitemap is longer than {LONGEST_ADDRESS:,} characters."
    if odd := next((url for url in plan.sitemaps if not url.startswith(("http://", "https://"))), ""):
        yield f"The address of a sitemap begins with http:// or https://, and this does not: {odd[:100]}."


def check_places(plan: Plan, roots: Sequence[str]) -> None:
    """Raises BadPlanError when a file that the plan names lies below no root: a task reads more than people may."""
    for param, place in (("warc_prefix", plan.warc_prefix), ("csv_path", plan.csv_path)):
        if place and not any(_lies_below(place, root) for root in roots):
            raise BadPlanError(f"{param} must lie below one of DESK_BACKFILL_PLACES: {', '.join(roots)}.")


def _lies_below(place: str, root: str) -> bool:
    """For object stores by the address as it is written, with connection and bucket; in folders links are followed."""
    local, local_root = _folder(place), _folder(root)
    if local is not None and local_root is not None:
        return local.resolve().is_relative_to(local_root.resolve())
    if local is not None or local_root is not None or {".", ".."} & set(place.split("/")):
        return False
    return f"{place}/".startswith(f"{root.rstrip('/')}/")


def _folder(place: str) -> Path | None:
    """The local path of an address, None in an object store."""
    scheme, separator, rest = place.partition("://")
    if not separator:
        return Path(place)
    return Path(rest) if scheme in ("file", "local") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """A rebuild under way."""

    id: int
    window: Window
    plan: Plan


def begin_rebuild(settings: Settings, window: Window, plan: Plan, now: datetime) -> Rebuild:
    """The rebuild of a day by a plan: the one that was interrupted, or a new one that first keeps the day as it is."""
    wanted = {"start": window.start, "until": window.end, "plan": plan.as_json()}
    with transaction(settings.warehouse) as connection:
        is_new = write(connection, "open_rebuild", **wanted, now=now) == 1
        (row,) = read(connection, "current_rebuild", **wanted)
        if is_new:
            write(connection, "keep_snapshot", rebuild_id=row.id, start=window.start, until=window.end)
    return Rebuild(id=row.id, window=window, plan=plan)


def find_rebuild(connection: Connection, window: Window, plan: Plan) -> Rebuild | None:
    """The rebuild under way, if there is one."""
    rows = read(connection, "current_rebuild", start=window.start, until=window.end, plan=plan.as_json())
    return Rebuild(id=rows[0].id, window=window, plan=plan) if rows else None

"""Checks that hold over the whole warehouse: each is a statement of include/sql/checks that returns what offends.

The first lines of a check are comments: what must hold, then `-- hard` (nothing downstream may trust the rows) or
`-- soft` (somebody should look).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from include.edges.warehouse import SQL, read, transaction
from include.records import Tally
from include.settings import Settings

log = logging.getLogger(__name__)
CHECKS = SQL / "checks"


class CheckFailedError(Exception):
    """Rows of the warehouse break a hard check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One file of include/sql/checks."""

    name: str
    holds: str
    is_hard: bool


def list_checks(folder: Path = CHECKS) -> tuple[Check, ...]:
    """The checks of a folder, by name."""
    return tuple(_check(file) for file in sorted(folder.glob("*.sql")))


def _check(file: Path) -> Check:
    holds, severity, *_ = file.read_text(encoding="utf-8").splitlines()
    if severity not in ("-- hard", "-- soft"):
        raise ValueError(f"{file.name}: the second line must be '-- hard' or '-- soft', not {severity!r}")
    return Check(name=file.stem, holds=holds.removeprefix("-- "), is_hard=severity == "-- hard")


def check_warehouse(settings: Settings, *, now: datetime) -> Tally:
    """How many rows offend each check; raises when a hard one has any."""
    tally = Tally()
    broken = []
    with transaction(settings.warehouse) as connection:
        for check in list_checks():
            offending = read(connection, f"checks/{check.name}", now=now)[0].offending
            tally.add("checks")
            tally.add(f"offending_{check.name}", offending)
            if offending:
                said = f"{check.name}: {offending} rows offend against: {check.holds}"
                log.log(logging.ERROR if check.is_hard else logging.WARNING, said)
                broken.extend([said] if check.is_hard else [])
    if broken:
        raise CheckFailedError("; ".join(broken))
    return tally

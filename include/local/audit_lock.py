"""Asks for known vulnerabilities of what the locks pin; says so and goes on where nobody can be asked."""

from __future__ import annotations

import json
import subprocess  # nosec B404 # starts pip-audit
import sys
from dataclasses import dataclass

from include.settings import PROJECT

SERVICES = ("pypi", "osv")
LOCKS = ("requirements.txt", "requirements-dev.txt", "bench/requirements.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What one service knew of the packages of a lock."""

    looked_up: int
    unknown: int  # pip-audit calls them skipped and ends well, even if it is all of them
    found: tuple[str, ...]


def read_audit(report: str) -> Audit | None:
    """What pip-audit's JSON says; None when it is none, as when the service cannot be reached."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    known = [each for each in packages if "vulns" in each]
    found = (
        f"{each['name']} {each['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version'}"
        for each in known
        for flaw in each["vulns"]
    )
    return Audit(looked_up=len(known), unknown=len(packages) - len(known), found=tuple(found))


def told(lock: str, audit: Audit | None) -> tuple[str, int]:
    """What is said of an audit, and the exit status: 1 when the lock pins a known vulnerability."""
    if audit is None or not audit.looked_up:
        return f"Known vulnerabilities of {lock} were NOT looked up: no service could be asked from here.", 0
    lines = [f"{audit.looked_up} packages of {lock} were looked up, {audit.unknown} are unknown to the service."]
    return "\n".join([*lines, *audit.found]), 1 if audit.found else 0


def audit_lock(lock: str) -> Audit | None:
    """What the first service that answers knows; None when none does."""
    for service in SERVICES:
        words = [sys.executable, "-m", "pip_audit", "-r", lock, "--require-hashes", "--disable-pip", "-f", "json"]
        done = subprocess.run(  # nosec B603 # pip-audit of the lock
            [*words, "-s", service, "--timeout", "10"], cwd=PROJECT, capture_output=True, text=True, check=False
        )
        if (audit := read_audit(done.stdout)) and audit.looked_up:
            return audit
    return None


def main() -> int:
    status = 0
    for lock in LOCKS:
        said, found = told(lock, audit_lock(lock))
        print(said, flush=True)
        status |= found
    return status


if __name__ == "__main__":
    sys.exit(main())

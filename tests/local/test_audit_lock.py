"""An audit that could ask nobody is never taken for a clean one."""

from __future__ import annotations

import json
import re

import pytest

from include.local import audit_lock
from include.local.audit_lock import LOCKS, read_audit, told
from include.settings import PROJECT

CLEAN = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "CVE-2031-1", "fix_versions": ["3"], "aliases": []}]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited: c (1)"}


@pytest.mark.parametrize(
    ("report", "said", "status"),
    [
        ("", "NOT looked up", 0),
        ("Traceback", "NOT looked up", 0),
        (json.dumps({"dependencies": [SKIPPED, SKIPPED]}), "NOT looked up", 0),
        (json.dumps({"dependencies": [CLEAN, SKIPPED]}), "1 packages of requirements.txt were looked up, 1 are", 0),
        (json.dumps({"dependencies": [CLEAN, BAD]}), "b 2: CVE-2031-1, mended in 3", 1),
    ],
)
def test_an_audit_says_what_it_knows(report: str, said: str, status: int):
    text, found = told("requirements.txt", read_audit(report))
    assert said in text
    assert found == status


def test_every_lock_is_asked_about_and_one_bad_package_is_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert {*LOCKS} == {*re.findall(r"uv pip compile .* -o (\S+)", makefile)}
    for bad in LOCKS:
        reports = {lock: json.dumps({"dependencies": [BAD if lock == bad else CLEAN]}) for lock in LOCKS}
        monkeypatch.setattr(audit_lock, "audit_lock", lambda lock, reports=reports: read_audit(reports[lock]))
        assert audit_lock.main() == 1
        said = capsys.readouterr().out
        assert all(f"1 packages of {lock} were looked up" in said for lock in LOCKS)
        assert said.count("CVE-2031-1") == 1

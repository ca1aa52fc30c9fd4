"""An audit that could ask nobody is never taken for a clean one."""

from __future__ import annotations

import json

import pytest

from include.local.audit_lock import read_audit, told

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
    text, found = told(read_audit(report))
    assert said in text
    assert found == status

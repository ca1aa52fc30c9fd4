"""The page of what is tried against the desk says what the tests' tables say."""

from __future__ import annotations

import re

from tests.security_report import PAGE, report

PROJECT = PAGE.parent.parent
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_the_page_is_not_stale():
    assert PAGE.read_text(encoding="utf-8") == report(), "run `make report`"


def test_the_threat_model_names_tests_that_exist():
    named = TEST.findall((PROJECT / "docs" / "threat_model.md").read_text(encoding="utf-8") + report())
    assert len(named) > 20
    for file, function in named:
        source = (PROJECT / file).read_text(encoding="utf-8")
        assert not function or f"def {function}(" in source, (file, function)

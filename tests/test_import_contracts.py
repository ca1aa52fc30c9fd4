"""The import contracts of pyproject.toml name every part that they are about."""

import tomllib

from tests.pipeline.many_acts import PROJECT


def test_nothing_is_forgotten_where_the_local_desk_is_forbidden():
    with (PROJECT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (named,) = (each["source_modules"] for each in contracts if each.get("forbidden_modules") == ["include.local"])
    parts = {f"include.{file.stem}" for file in (PROJECT / "include").glob("[!_]*.py")}
    parts |= {f"include.{file.parent.name}" for file in (PROJECT / "include").glob("*/__init__.py")}
    # Scores are taken over the demo newsstand too.
    assert {"dags", "plugins", *parts} - {"include.evaluate", "include.local"} == set(named)

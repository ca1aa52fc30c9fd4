"""Makefile, bootstrap.sh and .ci/run in awkward places: other folders, spaces, variables somebody set."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from include.settings import PROJECT


def run(*words: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # Of the make that may run these tests: a make below another says so.
    env = {name: value for name, value in os.environ.items() if name not in ("MAKELEVEL", "MAKEFLAGS", "MFLAGS")}
    env |= variables
    return subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the Makefile in it, and a bootstrap.sh that says where it runs."""
    folder = tmp_path / "it's a place"
    (folder / "include" / "local").mkdir(parents=True)
    shutil.copy(PROJECT / "Makefile", folder)
    script = folder / "include" / "local" / "bootstrap.sh"
    script.write_text("#!/bin/sh\npwd\nexit 7\n")
    script.chmod(0o755)
    return folder


@pytest.mark.parametrize("given", ["absolute", "relative", "inside"])
def test_make_works_from_any_folder(place: Path, tmp_path: Path, given: str):
    cwd = place if given == "inside" else tmp_path
    words = {"absolute": ["-f", place / "Makefile"], "relative": ["-f", f"{place.name}/Makefile"], "inside": []}[given]
    assert "make run" in run("make", *words, "help", cwd=cwd).stdout
    assert run("make", *words, "run", cwd=cwd).stdout == f"{place}\n"


def test_every_program_of_an_environment_with_a_space_is_found(place: Path, tmp_path: Path):
    programs = tmp_path / "an environment" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "lint-imports", "sqlfluff"):
        (programs / name).write_text('#!/bin/sh\necho "$(basename "$0") $*"\n')
        (programs / name).chmod(0o755)
    (place / "include" / "local" / "bootstrap.sh").write_text("#!/bin/sh\n")
    done = run("make", "--silent", "check", cwd=place, DESK_VENV=str(programs.parent))
    assert done.returncode == 0, done.stderr
    assert "lint-imports \n" in done.stdout and "sqlfluff lint include/sql\n" in done.stdout


def test_bootstrap_stays_in_its_own_checkout(tmp_path: Path):
    """With CDPATH set, `cd include/local/../..` goes to whatever checkout that names."""
    mine, other, environment = tmp_path / "mine", tmp_path / "other", tmp_path / "environment"
    for checkout in (mine, other):
        (checkout / "include" / "local").mkdir(parents=True)
        (checkout / "requirements.txt").write_text(f"-r no-such-file-of-{checkout.name}.txt\n")
    shutil.copy(PROJECT / "include" / "local" / "bootstrap.sh", mine / "include" / "local")
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    wanted = run("cksum", "requirements.txt", cwd=mine).stdout.removesuffix(" requirements.txt\n")
    (environment / "installed-requirements_txt").write_text(wanted)  # so that in `mine` nothing is left to do
    variables = {"CDPATH": str(other), "DESK_VENV": str(environment)}
    done = run("sh", "include/local/bootstrap.sh", cwd=mine, **variables)
    assert (done.returncode, done.stderr) == (0, "")


def test_ci_makes_and_tests_a_desk_of_its_own(tmp_path: Path):
    (tmp_path / "checkout" / ".ci").mkdir(parents=True)
    shutil.copy(PROJECT / ".ci" / "run", tmp_path / "checkout" / ".ci")
    (tmp_path / "make").write_text("#!/bin/sh\npwd; env\n")
    (tmp_path / "make").chmod(0o755)
    theirs = dict.fromkeys(
        ("DESK_VENV", "DESK_HOME", "FEEDS", "AIRFLOW_CONN_WAREHOUSE", "AIRFLOW_CONN_WAREHOUSE_OWNER"), "theirs"
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = run("checkout/.ci/run", cwd=tmp_path, CDPATH=str(PROJECT), PATH=path, **theirs)
    assert done.returncode == 0, done.stderr
    assert f"{tmp_path / 'checkout'}\n" in done.stdout
    assert "theirs" not in done.stdout

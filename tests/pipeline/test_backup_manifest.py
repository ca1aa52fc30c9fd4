"""A manifest is as it was written, or is refused in one sentence."""

from __future__ import annotations

import hashlib
import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.edges.migrate import SCHEMA
from include.pipeline.backup_manifest import (
    CHECKSUM,
    MANIFEST,
    BackupError,
    Manifest,
    check_backup,
    files_below,
    write_manifest,
)

FIELDS = ("format", "made_at", "server_major", "migrations", "files")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A whole backup of nothing."""
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "toc.dat").write_bytes(b"PGDMP")
    (tmp_path / "archive.jsonl").touch()
    migrations = tuple(sorted(path.stem for path in SCHEMA.glob("*.sql")))
    made_at = datetime(2031, 5, 6, 10, tzinfo=UTC)
    manifest = Manifest(format=1, made_at=made_at, server_major=18, migrations=migrations, files=files_below(tmp_path))
    write_manifest(tmp_path, manifest)
    return tmp_path


@pytest.fixture
def manifest(backup: Path) -> dict:
    return json.loads((backup / MANIFEST).read_text())


def unheard(line: str) -> None:
    raise AssertionError(line)


def refused(folder: Path) -> str:
    """The one sentence."""
    with pytest.raises(BackupError) as caught:
        check_backup(folder, say=lambda line: None)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def flips(written: bytes, count: int) -> list[bytes]:
    """The bytes with a single bit turned, each at another place."""
    places = random.Random(7).sample(range(len(written) * 8), count)
    return [
        written[: place // 8] + bytes([written[place // 8] ^ 1 << place % 8]) + written[place // 8 + 1 :]
        for place in places
    ]


def test_what_was_written_is_read_and_sha256sum_would_agree(backup: Path):
    assert check_backup(backup, say=unheard).files == {
        name: value for name, value in files_below(backup).items() if not name.startswith(MANIFEST)
    }
    digest = hashlib.sha256((backup / MANIFEST).read_bytes()).hexdigest()
    assert (backup / CHECKSUM).read_text() == f"{digest}  {MANIFEST}\n"


def test_no_turned_bit_passes(backup: Path):
    written = (backup / MANIFEST).read_bytes()
    for damaged in flips(written, 300):
        (backup / MANIFEST).write_bytes(damaged)
        assert "manifest.json is not as it was written" in refused(backup)
    (backup / MANIFEST).write_bytes(written)
    for damaged in flips((backup / CHECKSUM).read_bytes(), 100):
        (backup / CHECKSUM).write_bytes(damaged)
        assert "manifest.json is not as it was written" in refused(backup)


def test_a_backup_of_an_older_version_has_no_checksum_and_is_taken_with_a_word(backup: Path):
    (backup / CHECKSUM).unlink()
    heard: list[str] = []
    assert check_backup(backup, say=heard.append).format == 1
    assert heard == [
        f"{backup} has no manifest.json.sha256, as older versions wrote none: its manifest is taken as it is."
    ]


def test_without_a_checksum_a_turned_bit_is_a_sentence_at_worst(backup: Path):
    (backup / CHECKSUM).unlink()
    for damaged in flips((backup / MANIFEST).read_bytes(), 300):
        (backup / MANIFEST).write_bytes(damaged)
        with suppress(BackupError):  # a day or a version may be another, and nothing shows it
            check_backup(backup, say=lambda line: None)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_is_missing_is_damage(backup: Path, manifest: dict, name: str):
    del manifest[name]
    replace(backup, manifest)
    assert "manifest.json is not as it was written" in refused(backup)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": []},
        {"files": {}},
        {"files": {"archive.jsonl": [0, "0"]}},
        {"files": {"warehouse/toc.dat": 5, "archive.jsonl": 5}},
        {"files": {"a\nb": [0, ""]}},
        {"migrations": 5},
        {"migrations": [5]},
        {"migrations": ["a\nb"]},
        {"server_major": "18"},
        {"server_major": None},
        {"format": True},
        {"format": "1"},
        {"made_at": 5},
    ],
    ids=str,
)
def test_a_field_of_another_kind_is_damage(backup: Path, manifest: dict, changes: dict):
    replace(backup, manifest | changes)
    assert "manifest.json is not as it was written" in refused(backup)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON)
def test_whatever_json_it_is_there_is_a_sentence_at_worst(backup: Path, manifest: dict, changes: object):
    replace(backup, manifest | changes if isinstance(changes, dict) else changes)
    with suppress(BackupError):
        check_backup(backup, say=lambda line: None)


def replace(folder: Path, manifest: object) -> None:
    """Another manifest, as if an older version had written it."""
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / CHECKSUM).unlink(missing_ok=True)

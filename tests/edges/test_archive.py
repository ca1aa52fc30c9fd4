"""The raw archive: standard WARC, byte ranges, and files that a crash left torn."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from include.edges.archive import Archive, ArchiveError
from include.edges.web import Fetched, Request
from include.records import ArchiveRecord, Window

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
BODIES = [b"<html>one</html>", "Zwölf Töne, δώδεκα".encode(), b"", bytes(range(256)) * 50, b"<p>last</p>"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    return tmp_path / "archive"


def answer(body: bytes, **headers: str) -> Fetched:
    url = "https://paper.example/a?b=ü"
    return Fetched(
        request=Request(item_id="x", url=url),
        url=url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()},
        body=body,
        seconds=0.1,
    )


def stored(root: Path, bodies: list[bytes] = BODIES) -> tuple[Archive, list[ArchiveRecord]]:
    archive = Archive(root.as_uri())
    with archive.new_file(kind="pages", shard=2, now=NOW) as file:
        return archive, [file.append(answer(body), at=NOW) for body in bodies]


def test_every_body_comes_back_from_its_byte_range(root: Path):
    archive, records = stored(root)
    assert [archive.read(record) for record in records] == BODIES
    assert archive.read(records[1], sha256=hashlib.sha256(BODIES[1]).hexdigest()) == BODIES[1]


def test_files_are_named_by_kind_hour_and_shard_and_never_reused(root: Path):
    names = {stored(root)[1][0].file for _ in range(3)}
    assert len(names) == 3
    assert all(name.startswith("pages/2026/03/04/05/pages-20260304T050607Z-02-") for name in names)
    assert all(name.endswith(".warc.gz") for name in names)


def test_other_programs_read_the_file(root: Path, capsys: pytest.CaptureFixture[str]):
    _, records = stored(root)
    path = root / records[0].file
    with pytest.raises(SystemExit, match=r"^0$"):
        warcio(["check", "-v", str(path)])
    assert capsys.readouterr().out.count("digest pass") == len(BODIES) + 1  # and warcinfo
    with path.open("rb") as stream:
        found = [(each.rec_type, each.content_stream().read()) for each in ArchiveIterator(stream)]
    assert [kind for kind, _ in found] == ["warcinfo"] + ["response"] * len(BODIES)
    assert [body for _, body in found[1:]] == BODIES
    with path.open("rb") as stream:
        assert sum(1 for _ in FastIterator(stream, record_types=WarcRecordType.response)) == len(BODIES)


def test_headers_tell_of_the_stored_body_and_keep_what_was_sent(root: Path):
    archive = Archive(root.as_uri())
    with archive.new_file(kind="pages", shard=0, now=NOW) as file:
        sent = answer(b"plain", content_encoding="gzip", content_length="9", etag='"1"', x_odd="a\r\nB: c")
        record = file.append(sent, at=NOW)
    with (root / record.file).open("rb") as stream:
        response = next(each for each in ArchiveIterator(stream) if each.rec_type == "response")
    headers = {name.lower(): value for name, value in response.http_headers.headers}
    assert headers["content-length"] == "5"
    assert headers["x-crawl-content-encoding"] == "gzip"
    assert headers["etag"] == '"1"'
    assert "content-encoding" not in headers
    assert "b" not in headers


def test_no_file_without_a_record(root: Path):
    with Archive(root.as_uri()).new_file(kind="pages", shard=0, now=NOW):
        pass
    assert not list(root.rglob("*.warc.gz"))


def test_a_crash_tears_no_more_than_the_last_record(root: Path):
    _, records = stored(root)
    path = root / records[0].file
    path.write_bytes(path.read_bytes()[:-7])
    again = Archive(root.as_uri())
    assert [again.read(record) for record in records[:-1]] == BODIES[:-1]
    assert [again.holds(record) for record in records] == [True] * 4 + [False]
    with pytest.raises(ArchiveError):
        again.read(records[-1])


def test_what_is_written_is_there_before_the_file_is_closed(root: Path):
    archive = Archive(root.as_uri())
    with archive.new_file(kind="pages", shard=0, now=NOW) as file:
        record = file.append(answer(b"kept"), at=NOW)
        assert archive.read(record) == b"kept"


def test_lost_and_altered_records_are_told(root: Path):
    archive, records = stored(root)
    missing = ArchiveRecord(file="pages/none.warc.gz", offset=0, length=10)
    assert not archive.holds(missing)
    with pytest.raises(ArchiveError, match="not in the archive"):
        archive.read(missing)
    with pytest.raises(ArchiveError, match="not the body"):
        archive.read(records[0], sha256="0" * 64)
    with pytest.raises(ArchiveError):
        archive.read(ArchiveRecord(file=records[0].file, offset=records[1].offset + 3, length=records[1].length))


@pytest.mark.parametrize(
    "place", ["{0}/secret", "../secret", "pages/../../secret", "file://{0}/secret", "file:{0}/secret"]
)
def test_what_lies_outside_is_never_opened(root: Path, place: str):
    secret = root.parent / "secret"
    secret.write_bytes(b"0123456789")
    archive, records = stored(root)
    record = ArchiveRecord(file=place.format(root.parent), offset=0, length=100)
    with pytest.raises(ArchiveError, match="is no file of the archive"):
        archive.read(record)
    with pytest.raises(ArchiveError, match="is no file of the archive"):
        archive.open(record.file)
    assert not archive.holds(ArchiveRecord(file=record.file, offset=0, length=1))
    assert archive.holds(records[0])


def kinds(path: Path) -> list[str]:
    with path.open("rb") as stream:
        return [each.rec_type for each in ArchiveIterator(stream, check_digests="raise") if each.raw_stream.read() or 1]


def test_unchanged_content_is_a_revisit_that_names_the_first_body(root: Path, capsys: pytest.CaptureFixture[str]):
    archive = Archive(root.as_uri())
    with archive.new_file(kind="pages", shard=0, now=NOW) as file:
        first = file.append(answer(b"the same"), at=NOW)
        again = file.append_revisit(answer(b"the same"), at=NOW + timedelta(hours=6), first_at=NOW)
        file.append_revisit(answer(b"unknown"), at=NOW)
    path = root / first.file
    assert kinds(path) == ["warcinfo", "response", "revisit", "revisit"]
    with path.open("rb") as stream:
        headers = [each.rec_headers for each in ArchiveIterator(stream)]
    assert headers[2]["WARC-Payload-Digest"] == headers[1]["WARC-Payload-Digest"]
    assert headers[2]["WARC-Refers-To-Date"] == headers[1]["WARC-Date"]
    assert headers[2]["WARC-Refers-To-Target-URI"] == headers[1]["WARC-Target-URI"]
    assert "WARC-Refers-To-Date" not in dict(headers[3].headers)
    assert again.length < 1000
    with pytest.raises(ArchiveError, match="no response record"):
        archive.read(again)
    with pytest.raises(SystemExit, match=r"^0$"):
        warcio(["check", str(path)])


def test_records_of_other_files_are_kept_as_they_are(root: Path):
    archive, records = stored(root)
    packed = (root / records[1].file).read_bytes()[records[1].offset : records[1].offset + records[1].length]
    with archive.new_file(kind="pages", shard=0, now=NOW) as file:
        copy = file.append_packed(packed)
    assert archive.read(copy) == BODIES[1]
    assert kinds(root / copy.file) == ["warcinfo", "response"]


def test_files_are_found_by_the_hour_they_were_begun_in(root: Path):
    archive, records = stored(root)
    day = Window(start=NOW.replace(hour=0, minute=0), end=NOW.replace(hour=6, minute=0))
    assert list(archive.files(kind="pages", window=day)) == [records[0].file]
    assert list(archive.files(kind="feeds", window=day)) == []
    assert list(archive.files(kind="pages", window=Window(start=day.end, end=day.end + timedelta(days=1)))) == []


def test_a_run_after_a_crash_goes_on_in_a_file_of_its_own(root: Path):
    archive = Archive(root.as_uri())
    with pytest.raises(KeyboardInterrupt), archive.new_file(kind="pages", shard=0, now=NOW) as file:
        kept = file.append(answer(b"kept"), at=NOW)
        raise KeyboardInterrupt
    torn = root / kept.file
    torn.write_bytes(torn.read_bytes() + b"\x1f\x8b\x08 half a record")
    with archive.new_file(kind="pages", shard=0, now=NOW) as file:
        next_one = file.append(answer(b"next"), at=NOW)
    assert (archive.read(kept), archive.read(next_one)) == (b"kept", b"next")


def test_an_object_store_holds_the_same_archive(bucket: str, root: Path):
    archive = Archive(f"{bucket}/archive")
    with archive.new_file(kind="pages", shard=2, now=NOW) as file:
        records = [file.append(answer(body), at=NOW) for body in BODIES]
    again = Archive(f"{bucket}/archive")
    assert [again.read(record) for record in records] == BODIES
    assert all(again.holds(record) for record in records)
    assert not again.holds(ArchiveRecord(file="pages/none.warc.gz", offset=0, length=10))
    hour = Window(start=NOW.replace(minute=0), end=NOW.replace(minute=0) + timedelta(hours=1))
    assert list(again.files(kind="pages", window=hour)) == [records[0].file]
    with pytest.raises(ArchiveError, match="not in the archive"):
        again.read(ArchiveRecord(file="pages/none.warc.gz", offset=0, length=10))

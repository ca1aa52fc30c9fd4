"""Other people's WARC files: only the window, one record at a time, from any record on, however broken."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.edges import warc_import
from include.edges.warc_import import DamagedWarcError, Member, WarcPage, list_warcs, read_members, read_page
from include.records import Window
from tests.warcs import Record, write_warc

DAY = Window(start=datetime(2026, 3, 4, tzinfo=UTC), end=datetime(2026, 3, 5, tzinfo=UTC))
NOON = DAY.start + timedelta(hours=12)


def page(n: int, **given: object) -> Record:
    fields: dict = {"url": f"https://paper.example/{n}", "at": NOON, "body": f"<p>{n}</p>".encode() * 50}
    return Record(**fields | given)


def read(path: Path, position: int = 0) -> list[Member]:
    with path.open("rb") as stream:
        return list(read_members(stream, position=position))


def pages(found: list[Member]) -> list[WarcPage]:
    return [page for each in found if isinstance(page := read_page(each, DAY), WarcPage)]


def reasons(found: list[Member]) -> list[str]:
    results = [read_page(each, DAY) for each in found]
    return [each for each in results if isinstance(each, str) and each != "no_response"]


def test_pages_come_with_what_was_sent_and_their_packed_record(tmp_path: Path):
    path = write_warc(tmp_path / "a.warc.gz", [page(n) for n in range(5)])
    found = pages(read(path))
    assert [each.url for each in found] == [f"https://paper.example/{n}" for n in range(5)]
    assert [each.body for each in found] == [page(n).body for n in range(5)]
    assert {(each.status, each.content_type, each.fetched_at) for each in found} == {
        (200, "text/html; charset=utf-8", NOON)
    }
    raw = path.read_bytes()
    assert all(raw[each.position : each.end] == each.packed for each in found)
    assert found[-1].end == len(raw)
    assert b"<p>3</p>" in gzip.decompress(found[3].packed)


def test_reading_goes_on_where_it_stopped(tmp_path: Path):
    path = write_warc(tmp_path / "a.warc.gz", [page(n) for n in range(5)])
    whole = read(path)
    assert [each.end for each in read(path, whole[4].end)] == [each.end for each in whole[5:]]
    assert read(path, whole[-1].end) == []


@pytest.mark.parametrize("chunk", [1, 7, 100, 1 << 20])
def test_records_may_lie_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int):
    path = write_warc(tmp_path / "a.warc.gz", [page(n) for n in range(3)])
    expected = read(path)
    monkeypatch.setattr(warc_import, "CHUNK", chunk)
    assert read(path) == expected


def test_other_records_are_passed_over_with_a_reason(tmp_path: Path):
    records = [
        page(0, at=DAY.start - timedelta(seconds=1)),
        page(1, at=DAY.start),
        page(2, at=DAY.end),
        page(3, status="404 Not Found"),
        page(4, headers={"Content-Type": "image/png"}),
        page(5, headers={}),
        page(6, headers={"Content-Type": "Text/HTML"}),
    ]
    found = read(write_warc(tmp_path / "a.warc.gz", records))
    assert [each.url[-1] for each in pages(found)] == ["1", "5", "6"]
    assert reasons(found) == ["outside_window", "outside_window", "http_status", "unexpected_type"]


def test_bodies_that_are_still_packed_are_unpacked(tmp_path: Path):
    body = b"<p>packed</p>" * 20
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:50], body[50:])) + b"0\r\n\r\n"
    records = [
        page(0, body=gzip.compress(body), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}),
        page(1, body=chunked, headers={"Content-Type": "text/html", "Transfer-Encoding": "chunked"}),
    ]
    assert [each.body for each in pages(read(write_warc(tmp_path / "a.warc.gz", records)))] == [body, body]


def test_records_beyond_the_limit_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warc_import, "MAX_RECORD", 300_000)
    monkeypatch.setattr(warc_import, "MAX_BODY", 100_000)
    bomb = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    records = [page(0, body=b"x" * 400_000), page(1, body=gzip.compress(b"x" * 200_000), headers=bomb), page(2)]
    found = read(write_warc(tmp_path / "a.warc.gz", records))
    assert [each.url[-1] for each in pages(found)] == ["2"]
    assert reasons(found) == ["too_large", "too_large"]


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_file_gives_what_is_whole(tmp_path: Path, cut: int):
    path = write_warc(tmp_path / "a.warc.gz", [page(n) for n in range(3)])
    found = []
    with pytest.raises(DamagedWarcError):
        for each in read_members(io.BytesIO(path.read_bytes()[:-cut])):
            found.append(each)
    assert [each.url[-1] for each in pages(found)] == ["0", "1"]


def test_damage_in_the_middle_ends_the_reading_there(tmp_path: Path):
    path = write_warc(tmp_path / "a.warc.gz", [page(n) for n in range(4)])
    second = pages(read(path))[1]
    raw = bytearray(path.read_bytes())
    raw[second.position : second.position + 20] = b"\0" * 20
    found = []
    with pytest.raises(DamagedWarcError, match=str(second.position)):
        for each in read_members(io.BytesIO(bytes(raw))):
            found.append(each)
    assert [each.url[-1] for each in pages(found)] == ["0"]


def test_a_file_packed_as_a_whole_is_told(tmp_path: Path):
    plain = gzip.decompress(write_warc(tmp_path / "a.warc.gz", [page(n) for n in range(3)]).read_bytes())
    found = list(read_members(io.BytesIO(gzip.compress(plain))))
    assert reasons(found) == ["several_in_one"]


def test_nonsense_between_good_records_is_passed_over(tmp_path: Path):
    good = write_warc(tmp_path / "a.warc.gz", [page(1)]).read_bytes()
    odd = [b"", b"no record", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 900\r\n\r\nshort"]
    found = list(read_members(io.BytesIO(b"".join(gzip.compress(each) for each in odd) + good)))
    assert [each.url[-1] for each in pages(found)] == ["1"]


def test_files_of_other_days_are_left_out_by_their_names(tmp_path: Path):
    names = ["20260303-none", "20260302235959-1", "20260303010000-2", "20260304230000-3", "20260305000000-4"]
    for name in names:
        write_warc(tmp_path / "2026" / "03" / f"CC-NEWS-{name}.warc.gz", [])
    (tmp_path / "2026" / "readme.txt").write_text("x")
    found = [Path(name).name for name in list_warcs(str(tmp_path), DAY)]
    assert found == [f"CC-NEWS-{name}.warc.gz" for name in ("20260303-none", "20260303010000-2", "20260304230000-3")]
    one = str(tmp_path / "2026" / "03" / "CC-NEWS-20260304230000-3.warc.gz")
    assert list_warcs(one, DAY) == (one,)
    assert list_warcs(str(tmp_path / "nowhere"), DAY) == ()

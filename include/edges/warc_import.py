"""Streams pages out of WARC files of other crawlers, Common Crawl's news crawl first of all: gzip per record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

from fastwarc.warc import WarcRecord
from isal import isal_zlib
from isal.igzip_lib import IsalError

from include.edges.archive import REQUESTED, read_records
from include.edges.object_storage import list_files, storage_path
from include.records import Window

CHUNK = 1 << 16
MAX_BODY = 12_000_000  # bytes, as for pages that are fetched
MAX_RECORD = 2 * MAX_BODY  # unpacked; larger ones are passed over without being kept
HEAD = 1 << 10
KIND = re.compile(rb"^WARC-Type:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
FURTHER = b"\r\n\r\nWARC/1."  # another record in the same member
STAMP = re.compile(r"(?<!\d)(20\d\d[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d)(?!\d)")
SPAN = timedelta(days=1)  # a file holds what came in after its stamp; CC-NEWS begins several a day
READABLE = ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/plain")


class DamagedWarcError(Exception):
    """A file that cannot be read beyond a position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPage:
    """A page of a WARC file: what was asked and answered, and its record as it stands there."""

    url: str  # as written
    fetched_at: datetime
    status: int
    content_type: str
    body: bytes
    packed: bytes
    position: int  # where its record begins
    end: int  # and where the next one does


def list_warcs(prefix: str, window: Window) -> tuple[str, ...]:
    """The URLs of the WARC files below a folder or prefix that may hold pages of a window, by name.

    A name with a time stamp (CC-NEWS-20260304011523-00042.warc.gz) says when its file was begun.
    """
    return tuple(
        str(path) if "://" in str(path) else _with_scheme(path.path, prefix)
        for path in list_files(storage_path(prefix), ".warc.gz")
        if _may_hold(path.name, window)
    )


def _with_scheme(path: str, prefix: str) -> str:
    scheme, separator, rest = prefix.partition("://")
    if not separator or scheme == "file":
        return path
    connection = rest.split("/")[0].rpartition("@")[0]
    return f"{scheme}://{connection}@{path}" if connection else f"{scheme}://{path}"


def _may_hold(name: str, window: Window) -> bool:
    if (stamp := STAMP.search(name)) is None:
        return True
    try:
        begun = datetime.strptime(stamp[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return True
    return window.start - SPAN <= begun < window.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A gzip member of a file, which holds one record where the file is laid out as it should be."""

    position: int
    end: int
    packed: bytes
    plain: bytes | None  # None when it is larger than any page


def read_members(stream: IO[bytes], *, position: int = 0) -> Iterator[Member]:
    """The members of a file from a position on, where one must begin. Raises DamagedWarcError where it breaks off.

    One is in memory at a time, and none beyond MAX_RECORD.
    """
    if position:
        stream.seek(position)
    rest = stream.read(CHUNK)
    while rest:
        start, packed, plain, size = position, [], [], 0
        unpacker = isal_zlib.decompressobj(wbits=31)
        while not unpacker.eof:
            if not rest:
                raise DamagedWarcError(f"breaks off in the record at {start}")
            try:
                plain.append(unpacker.decompress(rest))
            except IsalError as error:  # type: ignore[misc]  # its stubs call the class an instance
                raise DamagedWarcError(f"no gzip at {start}: {error}") from error
            packed.append(rest)
            size += len(plain[-1])
            if size > MAX_RECORD:
                plain, packed = [], []
            position += len(rest)
            rest = stream.read(CHUNK) if not unpacker.eof else b""
        left = unpacker.unused_data
        position -= len(left)
        whole = b"".join(packed)
        yield Member(
            position=start,
            end=position,
            packed=whole[: len(whole) - len(left)],
            plain=None if size > MAX_RECORD else b"".join(plain),
        )
        rest = left or stream.read(CHUNK)


def read_page(member: Member, window: Window) -> WarcPage | str:
    """The page that a member holds, or why it holds none of the window. The packed record comes along, to be copied."""
    if member.plain is None:
        return "too_large"
    # Half of all records are requests: told without parsing them.
    kind = KIND.search(member.plain, 0, HEAD)
    if kind and kind[1].lower() != b"response" and FURTHER not in member.plain:
        return "no_response"
    try:
        records = iter(read_records(member.plain))
        if (record := next(records, None)) is None:
            return "no_response"
        if why := _unwanted(record, window):
            return why
        # A limit costs a buffer of its size: only what is packed once more, as Common Crawl never is, can outgrow one.
        is_encoded = "Content-Encoding" in record.http_headers
        body = record.reader.read(MAX_BODY + 1) if is_encoded else record.reader.read()
        url = record.headers.get(REQUESTED) or record.headers["WARC-Target-URI"]
        is_last = next(records, None) is None
    except Exception:  # fastwarc has no exceptions of its own, and a stranger wrote the record
        return "unreadable"
    if not is_last:
        return "several_in_one"
    if len(body) > MAX_BODY:
        return "too_large"
    return WarcPage(
        url=url,
        fetched_at=record.record_date,
        status=200,
        content_type=record.http_headers.get("Content-Type") or "",
        body=body,
        packed=member.packed,
        position=member.position,
        end=member.end,
    )


def _unwanted(record: WarcRecord, window: Window) -> str:
    """Why a response is not read; empty when it is."""
    if record.record_date is None or not window.start <= record.record_date < window.end:
        return "outside_window"
    if record.http_headers.status_code != 200:
        return "http_status"
    content_type = (record.http_headers.get("Content-Type") or "").lower()
    return "unexpected_type" if content_type and not content_type.startswith(READABLE) else ""

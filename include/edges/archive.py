"""Keeps every fetched body: WARC files, gzip per record, in a folder or an object store.

A file holds one batch of one shard and hour. It is never opened again: object stores cannot append, and what a crash
left of a file stays readable up to the record that was being written, while the next batch begins a new one.
"""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import IO, TYPE_CHECKING

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from include.edges.object_storage import list_files, open_stream, storage_path
from include.edges.web import Fetched
from include.records import ArchiveRecord, Window

if TYPE_CHECKING:
    from airflow.sdk import ObjectStoragePath

COMPRESSION = 4  # 6 costs 1.6 times the CPU for 5% fewer bytes
# Bodies are kept decoded, as Common Crawl does; these headers then describe bytes that are not there any more.
TRANSPORT_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
REQUESTED = "X-Requested-URI"  # where it differs from the target, which is the address that answered


class ArchiveError(Exception):
    """A record that should be in the archive cannot be read."""


class ArchiveFullError(OSError):
    """The archive has no room; the message is one sentence with the cure."""


@contextmanager
def telling_when_full(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise ArchiveFullError(
            f"The disk of the archive is full ({name}: {error.strerror}): make room on it; nothing of this batch was"
            " kept, and the next try fetches it again."
        ) from error


class WarcFile:
    """A WARC file that grows record by record; nothing is made before the first one."""

    def __init__(self, root: ObjectStoragePath, name: str) -> None:
        self.name = name
        self._path = root / name
        self._stream: IO[bytes] | None = None
        self._offset = 0

    def append(self, fetched: Fetched, *, at: datetime) -> ArchiveRecord:
        """Where the answer now lies."""
        return self.append_packed(_packed(lambda writer: _response(writer, fetched, at)))

    def append_revisit(self, fetched: Fetched, *, at: datetime, first_at: datetime | None = None) -> ArchiveRecord:
        """Where it now says that the address gave the same body as before (when it was first kept, where we know)."""
        return self.append_packed(_packed(lambda writer: _revisit(writer, fetched, at, first_at)))

    def append_packed(self, packed: bytes) -> ArchiveRecord:
        """Where a record now lies that comes whole from another WARC file."""
        return self.append_all([packed])[0]

    def append_all(self, packed: Sequence[bytes]) -> list[ArchiveRecord]:
        """Where such records now lie, written at once."""
        with telling_when_full(self.name):
            if self._stream is None:
                self._stream = open_stream(self._path, "wb")
                self._write(_packed(_about))
            starts = accumulate((len(each) for each in packed), initial=self._write(b"".join(packed)))
        return [
            ArchiveRecord(file=self.name, offset=offset, length=len(each))
            for each, offset in zip(packed, starts, strict=False)
        ]

    def close(self) -> None:
        """Makes the file durable; an object store shows it only now."""
        if self._stream is not None:
            with telling_when_full(self.name):
                self._stream.close()

    def discard(self) -> None:
        """Leaves nothing of the file."""
        if self._stream is not None:
            with suppress(OSError):  # what is left in the buffer has no room either
                self._stream.close()
            self._stream = None
            self._path.fs.rm(self._path.path)

    def _write(self, packed: bytes) -> int:
        """The offset at which whole records begin: one write, so that a crash tears no more than the last one."""
        assert self._stream is not None
        offset = self._offset
        self._stream.write(packed)
        self._stream.flush()
        self._offset += len(packed)
        return offset


class Archive:
    """The raw archive at a URL: new files to append to, and every body ever fetched."""

    def __init__(self, url: str) -> None:
        self._root = storage_path(url)
        self._sizes: dict[str, int] = {}

    @contextmanager
    def new_file(self, *, kind: str, shard: int, now: datetime) -> Iterator[WarcFile]:
        """A file of one shard and hour, whole when the block ends; always a new one, as object stores cannot append."""
        moment = now.astimezone(UTC)
        name = f"{_folder(kind, moment)}/{kind}-{moment:%Y%m%dT%H%M%SZ}-{shard:02}-{secrets.token_hex(4)}.warc.gz"
        file = WarcFile(self._root, name)
        try:
            yield file
            file.close()
        except ArchiveFullError:
            file.discard()  # no row leads to it, and it takes the room that the next try needs
            raise
        finally:
            file.close()

    def files(self, *, kind: str, window: Window) -> Iterator[str]:
        """The names of the files begun in a window, in order of their hours."""
        hour = window.start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while hour < window.end:
            for path in list_files(self._root / _folder(kind, hour), ".warc.gz"):
                yield f"{_folder(kind, hour)}/{path.name}"
            hour += timedelta(hours=1)

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file of the archive. Raises ArchiveError for a name that leads out of it."""
        return open_stream(self._path(name), "rb")

    def holds(self, record: ArchiveRecord) -> bool:
        """True when the file is there and long enough for the record."""
        if record.file not in self._sizes:
            self._sizes[record.file] = self._size(record.file)
        return record.offset + record.length <= self._sizes[record.file]

    def read(self, record: ArchiveRecord, *, sha256: str = "") -> bytes:
        """The decoded body of a record; ArchiveError when it is not there whole, or has another digest."""
        try:
            with self.open(record.file) as stream:
                stream.seek(record.offset)
                packed = stream.read(record.length)
        except (FileNotFoundError, ValueError) as error:  # the latter when it names no file, as "data:,x" does not
            raise ArchiveError(f"{record.file} is not in the archive") from error
        if len(packed) < record.length:
            raise ArchiveError(f"{record.file} ends before byte {record.offset + record.length}")
        body = _unpacked(packed, record)
        if sha256 and hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveError(f"{record.file} at {record.offset}: not the body that was fetched")
        return body

    def _size(self, name: str) -> int:
        try:
            path = self._path(name)
        except ArchiveError:
            return 0
        return path.fs.size(path.path) if path.fs.exists(path.path) else 0

    def _path(self, name: str) -> ObjectStoragePath:
        """Raises ArchiveError for a name that would be opened elsewhere: rows are data, and may be anybody's."""
        if ":" in name or "\\" in name or {"", ".", ".."} & set(name.split("/")):
            raise ArchiveError(f"{name} is no file of the archive: those lie below its root, by a path without '..'")
        return self._root / name


def _folder(kind: str, moment: datetime) -> str:
    return f"{kind}/{moment:%Y/%m/%d/%H}"


def _unpacked(packed: bytes, record: ArchiveRecord) -> bytes:
    try:
        for found in read_records(packed):
            return bytes(found.reader.read())
    except Exception as error:  # fastwarc has no exceptions of its own
        raise ArchiveError(f"{record.file} at {record.offset}: {error}") from error
    raise ArchiveError(f"{record.file} at {record.offset}: no response record")


def read_records(packed: bytes) -> ArchiveIterator:
    """The responses among some records, packed or not; bodies without the encodings that their headers name."""
    return ArchiveIterator(io.BytesIO(packed), record_types=WarcRecordType.response, parse_http=True, auto_decode="all")


def _packed(write: Callable[[WARCWriter], None]) -> bytes:
    """One record as a gzip member of its own, so that it can be read without those before it."""
    buffer = io.BytesIO()
    write(WARCWriter(buffer, gzip=False, warc_version="1.1"))  # dates to the microsecond
    return gzip.compress(buffer.getvalue(), compresslevel=COMPRESSION, mtime=0)


def _about(writer: WARCWriter) -> None:
    about = {
        "software": "sanctions-desk",
        "format": "WARC File Format 1.1",
        "description": "decoded bodies, see X-Crawl-*",
    }
    writer.write_record(writer.create_warcinfo_record("", about))


def _response(writer: WARCWriter, fetched: Fetched, at: datetime) -> None:
    record = writer.create_warc_record(
        fetched.url,
        "response",
        payload=io.BytesIO(fetched.body),
        length=len(fetched.body),
        http_headers=_http_headers(fetched),
        warc_headers_dict=_warc_headers(fetched, at),
    )
    writer.write_record(record)


def _revisit(writer: WARCWriter, fetched: Fetched, at: datetime, first_at: datetime | None) -> None:
    record: ArcWarcRecord = writer.create_revisit_record(
        fetched.url,
        digest=_payload_digest(fetched.body),
        refers_to_uri=fetched.url,
        refers_to_date=_date(first_at or at),
        http_headers=_http_headers(fetched),
        warc_headers_dict=_warc_headers(fetched, at),
    )
    if first_at is None:
        record.rec_headers.remove_header("WARC-Refers-To-Date")
    writer.write_record(record)


def _payload_digest(body: bytes) -> str:
    """As standard writers name bodies, so that a revisit finds its response by it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


def _http_headers(fetched: Fetched) -> StatusAndHeaders:
    headers = [
        (name, " ".join(value.split())) for name, value in fetched.headers.items() if name not in TRANSPORT_HEADERS
    ]
    headers += [(f"X-Crawl-{name}", fetched.headers[name]) for name in sorted(TRANSPORT_HEADERS & set(fetched.headers))]
    headers.append(("Content-Length", str(len(fetched.body))))
    return StatusAndHeaders(f"{fetched.status} OK", headers, protocol="HTTP/1.1")


def _warc_headers(fetched: Fetched, at: datetime) -> dict[str, str]:
    asked = {} if fetched.request.url == fetched.url else {REQUESTED: fetched.request.url}
    return {"WARC-Date": _date(at), **asked}


def _date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"

"""Keeps every fetched body: WARC files, gzip per record, in a folder or an object store."""

from __future__ import annotations

import gzip
import hashlib
import io
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from include.edges.web import Fetched
from include.records import ArchiveRecord

if TYPE_CHECKING:
    from airflow.sdk import ObjectStoragePath

COMPRESSION = 4  # 6 costs 1.6 times the CPU for 5% fewer bytes
# Bodies are kept decoded, as Common Crawl does; these headers then describe bytes that are not there any more.
TRANSPORT_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class ArchiveError(Exception):
    """A record that should be in the archive cannot be read."""


class WarcFile:
    """A WARC file that grows record by record; nothing is made before the first one."""

    def __init__(self, root: ObjectStoragePath, name: str) -> None:
        self.name = name
        self._path = root / name
        self._stream: IO[bytes] | None = None
        self._offset = 0

    def append(self, fetched: Fetched, *, at: datetime) -> ArchiveRecord:
        """Where the answer now lies."""
        if self._stream is None:
            self._stream = self._open()
            self._write(_packed(_about))
        packed = _packed(lambda writer: _response(writer, fetched, at))
        return ArchiveRecord(file=self.name, offset=self._write(packed), length=len(packed))

    def close(self) -> None:
        """Makes the file durable; an object store shows it only now."""
        if self._stream is not None:
            self._stream.close()

    def _open(self) -> IO[bytes]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # The plain file system: Airflow's own file wrapper notes every single write as lineage.
        stream: IO[bytes] = self._path.fs.open(self._path.path, "wb")
        return stream

    def _write(self, packed: bytes) -> int:
        """The offset at which a whole record begins: one write each, so that a crash tears no more than the last."""
        assert self._stream is not None
        offset = self._offset
        self._stream.write(packed)
        self._stream.flush()
        self._offset += len(packed)
        return offset


class Archive:
    """The raw archive at a URL: new files to append to, and every body ever fetched."""

    def __init__(self, url: str) -> None:
        from airflow.sdk import ObjectStoragePath  # takes two seconds, which only users of the archive should wait

        self._root = ObjectStoragePath(url)
        self._sizes: dict[str, int] = {}

    @contextmanager
    def new_file(self, *, kind: str, shard: int, now: datetime) -> Iterator[WarcFile]:
        """A file of one shard and hour, whole when the block ends; always a new one, as object stores cannot append."""
        moment = now.astimezone(UTC)
        name = f"{kind}/{moment:%Y/%m/%d/%H}/{kind}-{moment:%Y%m%dT%H%M%SZ}-{shard:02}-{secrets.token_hex(4)}.warc.gz"
        file = WarcFile(self._root, name)
        try:
            yield file
        finally:
            file.close()

    def holds(self, record: ArchiveRecord) -> bool:
        """True when the file is there and long enough for the record."""
        if record.file not in self._sizes:
            path = self._root / record.file
            self._sizes[record.file] = path.fs.size(path.path) if path.fs.exists(path.path) else 0
        return record.offset + record.length <= self._sizes[record.file]

    def read(self, record: ArchiveRecord, *, sha256: str = "") -> bytes:
        """The decoded body of a record; ArchiveError when it is not there whole, or has another digest."""
        path = self._root / record.file
        try:
            with path.fs.open(path.path, "rb") as stream:
                stream.seek(record.offset)
                packed = stream.read(record.length)
        except FileNotFoundError as error:
            raise ArchiveError(f"{record.file} is not in the archive") from error
        if len(packed) < record.length:
            raise ArchiveError(f"{record.file} ends before byte {record.offset + record.length}")
        body = _unpacked(packed, record)
        if sha256 and hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveError(f"{record.file} at {record.offset}: not the body that was fetched")
        return body


def _unpacked(packed: bytes, record: ArchiveRecord) -> bytes:
    try:
        for found in ArchiveIterator(io.BytesIO(packed), record_types=WarcRecordType.response, parse_http=True):
            return bytes(found.reader.read())
    except Exception as error:  # fastwarc has no exceptions of its own
        raise ArchiveError(f"{record.file} at {record.offset}: {error}") from error
    raise ArchiveError(f"{record.file} at {record.offset}: no response record")


def _packed(write: Callable[[WARCWriter], None]) -> bytes:
    """One record as a gzip member of its own, so that it can be read without those before it."""
    buffer = io.BytesIO()
    write(WARCWriter(buffer, gzip=False))
    return gzip.compress(buffer.getvalue(), compresslevel=COMPRESSION, mtime=0)


def _about(writer: WARCWriter) -> None:
    about = {
        "software": "sanctions-desk",
        "format": "WARC File Format 1.0",
        "description": "decoded bodies, see X-Crawl-*",
    }
    writer.write_record(writer.create_warcinfo_record("", about))


def _response(writer: WARCWriter, fetched: Fetched, at: datetime) -> None:
    headers = [
        (name, " ".join(value.split())) for name, value in fetched.headers.items() if name not in TRANSPORT_HEADERS
    ]
    headers += [(f"X-Crawl-{name}", fetched.headers[name]) for name in sorted(TRANSPORT_HEADERS & set(fetched.headers))]
    headers.append(("Content-Length", str(len(fetched.body))))
    record = writer.create_warc_record(
        fetched.url,
        "response",
        payload=io.BytesIO(fetched.body),
        length=len(fetched.body),
        http_headers=StatusAndHeaders(f"{fetched.status} OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"},
    )
    writer.write_record(record)

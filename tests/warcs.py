"""WARC files as Common Crawl's news crawl lays them out, made of pages that a test wrote."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One response."""

    url: str
    at: datetime
    body: bytes
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


def write_warc(path: Path, records: Iterable[Record]) -> Path:
    """A file with a warcinfo, and a request before every response."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "a test"}))
        for record in records:
            date = {"WARC-Date": f"{record.at:%Y-%m-%dT%H:%M:%SZ}"}
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            writer.write_record(
                writer.create_warc_record(record.url, "request", http_headers=asked, warc_headers_dict=date)
            )
            answered = StatusAndHeaders(record.status, list(record.headers.items()), protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    record.url,
                    "response",
                    payload=io.BytesIO(record.body),
                    length=len(record.body),
                    http_headers=answered,
                    warc_headers_dict=date,
                )
            )
    return path

"""Pages given to the command line: HTML files, folders of them, WARC files."""

from __future__ import annotations

import gzip
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from include.records import RawPage, Reason, Rejected, Stage, hash_id

SUFFIXES = (".html", ".html.gz", ".htm", ".htm.gz")
LARGEST_PAGE = 32 * 2**20


def find_pages(paths: Sequence[Path]) -> dict[Path, str]:
    """The files themselves and all HTML files under the folders, in order of name, each once and with the page's name.

    That is the file's own, or, where several have the same, its path below the folder that holds all of the files.
    """
    found = [
        file
        for path in paths
        for file in (sorted(each for each in path.rglob("*") if is_page(each)) if path.is_dir() else [path])
    ]
    files = list({file.absolute(): file for file in found}.values())
    times = Counter(map(page_name, files))
    shared = os.path.commonpath([file.absolute().parent for file in files]) if files else ""
    return {
        file: name if times[name := page_name(file)] == 1 else file.absolute().relative_to(shared).as_posix()
        for file in files
    }


def is_page(path: Path) -> bool:
    """True for a file that a folder of pages is taken to hold."""
    return path.name.endswith(SUFFIXES) and path.is_file()


def page_name(path: Path) -> str:
    """The file's name without .html, .html.gz ..."""
    return next((path.name.removesuffix(suffix) for suffix in SUFFIXES if path.name.endswith(suffix)), path.name)


def read_page(path: Path, name: str, *, now: datetime) -> RawPage | Rejected:
    """The page of a file; its address is left to what the page says of itself."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            body = file.read(LARGEST_PAGE + 1)
    except (EOFError, OSError, zlib.error) as error:
        return Rejected(stage=Stage.CLEAN, reason=Reason.TRUNCATED_BODY, item_id=name, detail=str(error))
    if len(body) > LARGEST_PAGE:
        return Rejected(stage=Stage.CLEAN, reason=Reason.TOO_LARGE, item_id=name)
    return _raw_page(name, "", "text/html", body, now)


def read_warc(path: Path, *, now: datetime) -> Iterator[RawPage | Rejected]:
    """The HTML answers of a WARC file, each under the hash of its address and body; what cannot be read is rejected."""
    try:
        yield from _answers(path, now=now)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        yield Rejected(stage=Stage.CLEAN, reason=Reason.UNREADABLE_WARC, item_id=str(path), detail=str(error))


def _answers(path: Path, *, now: datetime) -> Iterator[RawPage | Rejected]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
            kind = (record.http_headers and record.http_headers.get("Content-Type")) or ""
            if "html" not in kind.lower():
                continue
            url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
            body = record.reader.read(LARGEST_PAGE + 1)
            if len(body) > LARGEST_PAGE:
                yield Rejected(stage=Stage.CLEAN, reason=Reason.TOO_LARGE, item_id=url)
                continue
            yield _raw_page(hash_id(url, sha256(body).hexdigest()), url, kind, body, record.record_date or now)


def once(pages: Iterable[RawPage | Rejected]) -> Iterator[RawPage | Rejected]:
    """The pages without those seen before: crawlers keep a page again that has not changed."""
    seen = set[str]()
    for page in pages:
        if isinstance(page, Rejected) or page.id not in seen:
            yield page
        if isinstance(page, RawPage):
            seen.add(page.id)


def _raw_page(page_id: str, url: str, content_type: str, body: bytes, fetched_at: datetime) -> RawPage:
    return RawPage(
        id=page_id,
        url=url,
        publisher="",
        fetched_at=fetched_at,
        content_type=content_type,
        body=body,
        body_sha256=sha256(body).hexdigest(),
    )

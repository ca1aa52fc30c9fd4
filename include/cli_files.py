"""Files and standard streams of the command line: JSON Lines in and out, what was rejected, a bar on a terminal."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from include.records import Reason, Rejected, Stage

STANDARD = Path("-")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def readable(path: Path) -> Path:
    """The path, when it can be read."""
    if path == STANDARD and sys.stdin is None:
        raise typer.BadParameter("standard input is closed")
    if path != STANDARD and not path.exists():
        raise typer.BadParameter(f"{path} does not exist")
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder")
    return path


def writable(path: Path) -> Path:
    """The path, when a file can be made there."""
    if path == STANDARD and sys.stdout is None:
        raise typer.BadParameter("standard output is closed")
    if path != STANDARD and not path.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent}")
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder")
    return path


class Work:
    """A command's progress and what it rejected."""

    def __init__(self, bar: Progress, title: str) -> None:
        self._bar = bar
        self._task = bar.add_task(title, total=None)
        self.rejected = 0

    def advance(self, n: int = 1) -> None:
        self._bar.advance(self._task, n)

    def expect(self, total: int) -> None:
        """Says how many there will be."""
        self._bar.update(self._task, total=total)

    def turn_to(self, title: str, total: int) -> None:
        """Starts another round over so many items, with a bar of its own."""
        self._task = self._bar.add_task(title, total=total)

    def reject(self, rejected: Rejected) -> None:
        """Names an item that could not be used."""
        self.rejected += 1
        self.say(f"{rejected.item_id}: {rejected.reason}{rejected.detail and f' ({rejected.detail})'}")

    def miss(self, line: str) -> None:
        """Says what should be there and is not."""
        self.rejected += 1
        self.say(line)

    def say(self, line: str) -> None:
        self._bar.console.print(escape(line), highlight=False, soft_wrap=True)


@contextmanager
def working(title: str) -> Iterator[Work]:
    """Shows a bar when standard error is a terminal; exit status 1 at the end when anything was rejected."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        work = Work(bar, title)
        yield work
    if work.rejected:
        work.say(f"{work.rejected} rejected")
        raise typer.Exit(1)


def read_rows(
    path: Path, work: Work, *, required: Mapping[str, type], optional: Mapping[str, type], key: str = ""
) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, gzipped or not; a bad line is named and skipped.

    With a key, a further line with the same value of it is a bad one. Optional fields may also be null.
    """
    lines: dict[str, int] = {}
    with _open_input(path) as stream:
        for number, line in _numbered(stream, path, work):
            if not (stripped := line.removeprefix(BYTE_ORDER_MARK).strip()):
                continue
            row, trouble = _parsed(stripped, required, optional)
            if key and not trouble and (first := lines.setdefault(row[key], number)) != number:
                trouble = f"{key} {row[key]!r} stands in line {first} already"
            if trouble:
                work.reject(_bad_row(path, number, trouble))
            else:
                yield row
            work.advance()


def _parsed(line: bytes, required: Mapping[str, type], optional: Mapping[str, type]) -> tuple[dict[str, Any], str]:
    """The object of a line, and what is wrong with it."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return {}, f"not JSON: {error}"
    if not isinstance(row, dict):
        return {}, "not a JSON object"
    for name in required:
        if name not in row:
            return {}, f"no {name!r}"
    for name, kind in {**required, **optional}.items():
        value = row.get(name)
        if not isinstance(value, kind) and not (name in optional and value is None):
            return {}, f"{name!r} is not a {kind.__name__}"
    return row, ""


def _numbered(stream: IO[bytes], path: Path, work: Work) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        for line in stream:
            number += 1
            yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        work.reject(_bad_row(path, number + 1, f"the rest cannot be unpacked: {error}"))


def _bad_row(path: Path, number: int, trouble: str) -> Rejected:
    return Rejected(stage=Stage.EXTRACT, reason=Reason.BAD_ROW, item_id=f"{path}:{number}", detail=trouble)


@contextmanager
def _open_input(path: Path) -> Iterator[IO[bytes]]:
    if path == STANDARD:
        yield sys.stdin.buffer
    elif path.suffix == ".gz":
        with gzip.open(path) as packed:
            yield packed  # type: ignore[misc]
    else:
        with path.open("rb") as plain:
            yield plain


class Writer:
    """Writes JSON Lines."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, row: Mapping[str, Any]) -> None:
        self._stream.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Where rows go; a file appears under its name when it is whole, so that it may be the input's too."""
    if path == STANDARD or (path.exists() and not path.is_file()):  # a pipe or a device is written as we go
        with nullcontext(sys.stdout.buffer) if path == STANDARD else path.open("wb") as stream:
            yield Writer(stream)
            stream.flush()
        return
    partial = path.with_name(path.name + ".partial")
    try:
        with gzip.open(partial, "wb") if path.suffix == ".gz" else partial.open("wb") as stream:
            yield Writer(stream)  # type: ignore[arg-type]
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

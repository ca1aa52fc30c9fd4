"""Where files lie, by URL: Airflow's ObjectStoragePath over a folder, s3:// or any scheme that a provider brings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from include.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk import ObjectStoragePath

FOLDERS = frozenset({"", "file", "local"})  # where a file needs a folder first; object stores have none
S3_SECONDS = 60  # without a byte


def storage_path(url: str) -> ObjectStoragePath:
    """The path of a URL (`s3://bucket/prefix`, `s3://connection@bucket/prefix`, `file:///folder`) or of a bare path."""
    from airflow.sdk import ObjectStoragePath  # takes two seconds, which only users of storage should wait

    if url.startswith("s3://") and "@" not in url:
        _attach_s3()
    return ObjectStoragePath(url)


def open_stream(path: ObjectStoragePath, mode: str) -> IO[bytes]:
    """The plain file: Airflow's own wrapper notes every single read and write as lineage."""
    if "w" in mode and path.protocol in FOLDERS:
        path.fs.makedirs(path.path.rpartition("/")[0], exist_ok=True)
    stream: IO[bytes] = path.fs.open(path.path, mode)
    return stream


@contextmanager
def replacing_stream(path: ObjectStoragePath) -> Iterator[IO[bytes]]:
    """A file to write, which takes its name when the block ends well; an object store shows none before that anyway."""
    if path.protocol not in FOLDERS:
        with open_stream(path, "wb") as stream:
            yield stream
        return
    partial = path.parent / f"{path.name}.partial"
    try:
        with open_stream(partial, "wb") as stream:
            yield stream
        path.fs.mv(partial.path, path.path)
    finally:
        if path.fs.exists(partial.path):
            path.fs.rm(partial.path)


def list_files(root: ObjectStoragePath, suffix: str) -> tuple[ObjectStoragePath, ...]:
    """The files at or below a path that end so, by name; none when nothing is there."""
    if root.fs.isfile(root.path):
        return (root,) if root.path.endswith(suffix) else ()
    if not root.fs.exists(root.path):
        return ()
    base = root.path.rstrip("/")
    names = sorted(name for name in root.fs.find(base) if name.endswith(suffix))
    # Object stores and folders write a found name with and without the slash in front.
    return tuple(root / name.lstrip("/").removeprefix(base.lstrip("/") + "/") for name in names)


def _attach_s3() -> None:
    """Teaches Airflow s3:// through pyarrow, which is here anyway; the Amazon provider goes first where it is.

    Keys, region and endpoint are those of AWS's own variables (AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL ...),
    files and instance roles.
    """
    from airflow.sdk.io import attach, has_fs

    if has_fs("s3"):
        return
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import S3FileSystem

    # Buckets of an endpoint of one's own are asked for by path: hosts named after them are Amazon's alone.
    scheme, _, host = Settings().s3_endpoint.rpartition("://")
    store = S3FileSystem(
        endpoint_override=host or None,
        scheme=scheme or None,
        request_timeout=S3_SECONDS,
        connect_timeout=S3_SECONDS,
    )
    attach("s3", fs=ArrowFSWrapper(store))

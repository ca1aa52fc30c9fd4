"""Undoes Content-Encoding without ever holding more than a limit."""

from __future__ import annotations

import zlib

import brotli

ACCEPTED = "gzip, deflate, br"
GZIP_MAGIC = b"\x1f\x8b"


class BodyTooLargeError(Exception):
    """More bytes than a page or feed can need."""


class BadEncodingError(Exception):
    """The body is not what Content-Encoding says."""


def decode_body(raw: bytes, encodings: str, limit: int) -> bytes:
    """The body as it was before the encodings of a Content-Encoding header, named in the order they were applied."""
    names = [name for part in encodings.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if len(names) > 2:
        raise BadEncodingError(encodings)
    for name in reversed(names):
        match name:
            case "gzip" | "x-gzip":
                raw = _gunzip(raw, limit)
            case "deflate":
                raw = _inflate(raw, limit)
            case "br":
                raw = _unbrotli(raw, limit)
            case _:
                raise BadEncodingError(name)
    return raw


def _gunzip(raw: bytes, limit: int) -> bytes:
    if not raw.startswith(GZIP_MAGIC):
        return raw  # said gzip, sent plain: browsers show it, and so do we
    body = b""
    while raw.startswith(GZIP_MAGIC):  # members may follow each other; what follows them otherwise is padding
        member, raw = _unzlib(raw, zlib.MAX_WBITS | 16, limit - len(body))
        body += member
    return body


def _inflate(raw: bytes, limit: int) -> bytes:
    """RFC 9110 says zlib, servers of old say raw deflate."""
    is_zlib = len(raw) >= 2 and raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0
    return _unzlib(raw, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, limit)[0]


def _unzlib(raw: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    """The first compressed stream, unpacked, and the bytes after it."""
    unpacker = zlib.decompressobj(window)
    try:
        body = unpacker.decompress(raw, limit + 1)
    except zlib.error as error:
        raise BadEncodingError(str(error)) from error
    if len(body) > limit:
        raise BodyTooLargeError(f"unpacks to more than {limit} bytes")
    if not unpacker.eof:
        raise BadEncodingError("compressed stream ends early")
    return body, unpacker.unused_data


def _unbrotli(raw: bytes, limit: int) -> bytes:
    unpacker = brotli.Decompressor()
    body, given = b"", raw
    try:
        while not unpacker.is_finished() and len(body) <= limit:
            part = unpacker.process(given, output_buffer_limit=limit + 1)
            if not part and not given:
                raise BadEncodingError("compressed stream ends early")
            body, given = body + part, b""
    except brotli.error as error:
        raise BadEncodingError(str(error)) from error
    if len(body) > limit:
        raise BodyTooLargeError(f"unpacks to more than {limit} bytes")
    return body

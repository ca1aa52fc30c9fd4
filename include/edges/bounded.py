"""Runs a function in a process of its own that is ended when it takes too long or too much memory."""

from __future__ import annotations

import atexit
import os
import pickle  # nosec B403 # between this process and its own child
import resource
import select
import struct
import subprocess  # nosec B404 # starts our own module
import sys
import time
from collections.abc import Callable
from typing import IO, Any, ParamSpec, TypeVar

from include.settings import PROJECT

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SECONDS = 30.0
BYTES = 2_000_000_000  # of address space
START_SECONDS = 60.0  # for the worker's imports, on a machine that is busy
LENGTH = struct.Struct(">Q")


class TooExpensiveError(Exception):
    """The function was ended by its limits."""


class BoundedWorker:
    """A process that is started when it is first needed, serves call after call, and is replaced when it was ended."""

    def __init__(self, *, seconds: float = SECONDS, address_bytes: int = BYTES) -> None:
        self._seconds, self._bytes = seconds, address_bytes
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def call(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """What a function of a module returns or raises; TooExpensiveError when it was ended."""
        process = self._started()
        try:
            _send(process.stdin, (function, args, kwargs))
            outcome, value = self._receive(process, self._seconds)
        except OSError as error:
            self.close()
            raise TooExpensiveError("the worker ended") from error
        if outcome == "raised":
            raise value
        return value  # type: ignore[no-any-return] # the worker's word for it

    def close(self) -> None:
        """Ends the worker."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module # nosec B603
            [sys.executable, "-m", "include.edges.bounded", str(self._bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
            },
        )
        try:
            self._receive(self._process, START_SECONDS)
        except OSError as error:
            self.close()
            raise TooExpensiveError("the worker did not start") from error
        return self._process

    def _receive(self, process: subprocess.Popen[bytes], seconds: float) -> tuple[str, Any]:
        """What the worker sends; ends it when that takes too long."""
        assert process.stdout
        deadline = time.monotonic() + seconds
        (length,) = LENGTH.unpack(self._read(process.stdout, LENGTH.size, deadline))
        return pickle.loads(self._read(process.stdout, length, deadline))  # type: ignore[no-any-return] # noqa: S301 - our own child's # nosec B301

    def _read(self, stream: IO[bytes], size: int, deadline: float) -> bytes:
        got = bytearray()
        while len(got) < size:
            ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                self.close()
                raise TooExpensiveError(f"took more than {self._seconds:.0f} seconds")
            part = os.read(stream.fileno(), min(size - len(got), 1 << 20))
            if not part:
                self.close()
                raise TooExpensiveError("took more memory than it may, or broke the worker")
            got += part
        return bytes(got)


def _send(stream: IO[bytes] | None, value: object) -> None:
    assert stream
    packed = pickle.dumps(value)
    view = memoryview(LENGTH.pack(len(packed)) + packed)
    while view:
        view = view[os.write(stream.fileno(), view) :]


def serve(address_bytes: int) -> None:
    """Answers calls until there are no more."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints is no answer
    calls = sys.stdin.buffer
    resource.setrlimit(resource.RLIMIT_AS, (address_bytes, address_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _send(answers, ("started", None))
    while head := calls.read(LENGTH.size):
        function, args, kwargs = pickle.loads(calls.read(LENGTH.unpack(head)[0]))  # noqa: S301 - our own parent's # nosec B301
        try:
            answer = ("returned", function(*args, **kwargs))
        except MemoryError:
            return  # what is left of this process is not to be trusted
        except Exception as error:
            answer = ("raised", error)
        _send(answers, answer)


if __name__ == "__main__":
    serve(int(sys.argv[1]))

"""Runs a function in a process of its own that is ended when it takes too long or too much memory."""

from __future__ import annotations

import atexit
import os
import pickle  # nosec B403 # between this process and its own child
import resource
import select
import signal
import struct
import subprocess  # nosec B404 # starts our own module
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any, ParamSpec, TypeVar

from include.settings import PROJECT

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SECONDS = 30.0
BYTES = 2_000_000_000  # of address space
GRACE = 5.0  # seconds after which a worker that nobody ended ends itself
START_SECONDS = 60.0  # for the worker's imports, on a machine that is busy
# What Python and its libraries are found by; the passwords and keys of the environment are not for the worker.
INHERITED = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "TMPDIR", "TZ", "VIRTUAL_ENV")
LENGTH = struct.Struct(">Q")


class TooExpensiveError(Exception):
    """The function was ended by its limits."""


class WorkerError(Exception):
    """The worker cannot work, whatever it is asked."""


class BoundedWorker:
    """A process that is started when it is first needed, serves call after call, and is replaced when it was ended."""

    def __init__(self, *, seconds: float = SECONDS, address_bytes: int = BYTES) -> None:
        self._seconds, self._bytes = seconds, address_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._one_call = threading.Lock()  # or threads would take each other's answers
        atexit.register(self.close)

    def call(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """What a function of a module returns or raises; TooExpensiveError when it was ended."""
        with self._one_call:
            process = self._started()
            try:
                _ask(process, (function, args, kwargs))
                outcome, value = _receive(process, self._seconds)
            except BaseException:
                self.close()  # or its answer would be taken for that of the next call
                raise
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
            [sys.executable, "-m", "include.edges.bounded", str(self._bytes), str(self._seconds + GRACE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
        )
        return self._process


def _ask(process: subprocess.Popen[bytes], call: object) -> None:
    """Hands a call over; WorkerError when the worker does not come to begin it, which is no fault of the call's."""
    try:
        _send(process.stdin, call)
        _receive(process, START_SECONDS)
    except (OSError, TooExpensiveError) as error:
        raise WorkerError(f"the worker did not start: {error}") from error


def _receive(process: subprocess.Popen[bytes], seconds: float) -> tuple[str, Any]:
    """What the worker sends; TooExpensiveError when that takes too long, or it ended instead."""
    assert process.stdout
    deadline = time.monotonic() + seconds
    try:
        (length,) = LENGTH.unpack(_read(process.stdout, LENGTH.size, deadline))
        answer = _read(process.stdout, length, deadline)
    except TimeoutError:
        raise TooExpensiveError(f"took more than {seconds:.0f} seconds") from None
    except EOFError:
        raise TooExpensiveError("took more memory than it may, or broke the worker") from None
    return pickle.loads(answer)  # type: ignore[no-any-return] # noqa: S301 - our own child's # nosec B301


def _read(stream: IO[bytes], size: int, deadline: float) -> bytes:
    got = bytearray()
    while len(got) < size:
        ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(stream.fileno(), min(size - len(got), 1 << 20))
        if not part:
            raise EOFError
        got += part
    return bytes(got)


def _send(stream: IO[bytes] | None, value: object) -> None:
    assert stream
    packed = pickle.dumps(value)
    view = memoryview(LENGTH.pack(len(packed)) + packed)
    while view:
        view = view[os.write(stream.fileno(), view) :]


def _environment() -> dict[str, str]:
    places = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {"PYTHONPATH": places}


def serve(address_bytes: int, seconds: float) -> None:
    """Answers calls until there are no more, or one takes so long that whoever asked must be gone."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints is no answer
    calls = sys.stdin.buffer
    resource.setrlimit(resource.RLIMIT_AS, (address_bytes, address_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while head := calls.read(LENGTH.size):
        function, args, kwargs = pickle.loads(calls.read(LENGTH.unpack(head)[0]))  # noqa: S301 - our own parent's # nosec B301
        _send(answers, ("started", None))
        signal.setitimer(signal.ITIMER_REAL, seconds)  # ends the process, in the middle of C code too
        try:
            answer = ("returned", function(*args, **kwargs))
        except MemoryError:
            return  # what is left of this process is not to be trusted
        except Exception as error:
            answer = ("raised", error)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(answers, answer)


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]))

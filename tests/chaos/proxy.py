"""A TCP proxy that can cut all that goes through it, as a firewall or a failing network card does."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset, and what was not sent is lost


class Proxy:
    """Passes on what comes to its port."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def reset(self) -> int:
        """How many connections were cut."""
        with self._lock:
            cut, self._open = self._open, set()
        for end in cut:
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RD)  # wakes the thread that waits for it, which then closes it
        return len(cut) // 2

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(1 << 16):
                sink.sendall(part)
        with self._lock:
            was_cut = source not in self._open
            self._open -= {source, sink}
        if not was_cut:
            with suppress(OSError):
                sink.shutdown(socket.SHUT_RDWR)
        source.close()


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A proxy in front of a local port, until the block ends."""
    made = Proxy(target)
    try:
        yield made
    finally:
        made.close()

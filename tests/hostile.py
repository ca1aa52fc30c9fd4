"""A loopback web server that says exactly what a test tells it to, down to the byte."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Answer = bytes | Callable[[dict[str, str]], bytes]


def response(body: bytes = b"", status: str = "200 OK", **headers: object) -> bytes:
    """A whole HTTP answer; header names are written with underscores."""
    given = {"Content-Length": len(body), "Connection": "close"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return response(status=status, Location=to)


class Hostile:
    """Answers by path: bytes as they are, or a function of the request's headers. Remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.drip_seconds: dict[str, float] = {}  # between two bytes of the answer
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = 0

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def hostile_server() -> Iterator[Hostile]:
    site = Hostile()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the client may have had enough
                self.answer()

        def answer(self) -> None:
            if not (request := self.rfile.readline()):
                return
            path = request.split(b" ")[1].decode()
            lines = iter(self.rfile.readline, b"\r\n")
            headers = dict(line.decode().strip().lower().split(": ", 1) for line in lines)
            site.asked.append((path, headers))
            answer: Any = site.answers.get(path, response(status="404 Not Found"))
            body = answer(headers) if callable(answer) else answer
            pause = site.drip_seconds.get(path)
            for piece in (bytes([each]) for each in body) if pause else (body,):
                self.wfile.write(piece)
                time.sleep(pause or 0)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()

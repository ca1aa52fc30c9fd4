"""The least that asking many addresses can cost: a loop over non-blocking sockets, in which nothing is checked."""

from __future__ import annotations

import selectors
import socket
import ssl
from collections import deque
from collections.abc import Mapping, Sequence

CONNECTIONS = 32


class Talk:
    """One connection to a host, that asks its paths one after the other."""

    def __init__(self, place: str, paths: Sequence[str], headers: str, tls: ssl.SSLContext | None) -> None:
        host, port = place.split(":")
        self.place, self.paths, self.headers = place, deque(paths), headers
        self.socket = socket.socket()
        self.tls = tls
        self.address = (host, int(port))
        self.got = bytearray()
        self.bodies = 0

    def start(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(self.address)  # loopback connects at once
        if self.tls:
            self.socket = self.tls.wrap_socket(self.socket, server_hostname=self.address[0])
        self.socket.setblocking(False)
        self.ask()

    def ask(self) -> None:
        path = self.paths.popleft()
        self.socket.send(f"GET {path} HTTP/1.1\r\nHost: {self.place}\r\n{self.headers}\r\n".encode())
        self.got.clear()

    def read(self) -> bool:
        """True when a whole answer has come."""
        try:
            while part := self.socket.recv(262_144):
                self.got += part
                if len(part) < 262_144 and not self.tls:
                    break
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return False
        at = head.find(b"Content-Length: ")
        length = int(head[at + 16 :].split(b"\r", 1)[0]) if at >= 0 else 0
        self.bodies += len(body)
        return len(body) >= length


def ask_all(
    paths: Mapping[str, Sequence[str]],
    headers: str = "",
    tls: ssl.SSLContext | None = None,
    *,
    keeps_open: bool = False,
) -> int:
    """How many answers came; a connection for each, or one for each host that is kept open."""
    if keeps_open:
        waiting = deque(Talk(place, each, headers, tls) for place, each in paths.items())
    else:
        waiting = deque(Talk(place, [path], headers, tls) for place, each in paths.items() for path in each)
    selector = selectors.DefaultSelector()
    answers = running = 0

    def start() -> None:
        nonlocal running
        talk = waiting.popleft()
        talk.start()
        selector.register(talk.socket, selectors.EVENT_READ, talk)
        running += 1

    while waiting and running < CONNECTIONS:
        start()
    while running:
        for key, _ in selector.select():
            talk = key.data
            if not talk.read():
                continue
            answers += 1
            if talk.paths:
                talk.ask()
                continue
            selector.unregister(talk.socket)
            talk.socket.close()
            running -= 1
            if waiting:
                start()
    return answers

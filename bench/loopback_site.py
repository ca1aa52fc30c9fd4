"""A site of many hosts on loopback addresses, each answer 50 ms late; in a process of its own, its CPU counts apart."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

LATENCY = 0.05
ITEM = (
    "<item><title>Quay vote {n}</title><link>https://paper.example/a/{n}</link>"
    "<pubDate>Mon, 01 Jun 2026 08:00:00 GMT</pubDate></item>"
)
ITEMS = "".join(ITEM.format(n=n) for n in range(30))
FEED = f"<rss version='2.0'><channel><title>P</title>{ITEMS}</channel></rss>".encode()
WORDS = "The council of the harbour town met on Monday to speak about the new quay and its cranes. "


def page(path: bytes) -> bytes:
    """An article page of 60 KB, another for each path."""
    body = b"".join(b"<p>%s %s</p>\n" % (path, WORDS.encode() * 4) for _ in range(150))
    return b"<!doctype html><html lang=en><head><title>" + path + b"</title></head><body>" + body + b"</body></html>"


def answer(head: bytes) -> bytes:
    path = head.split(b" ", 2)[1]
    if path.startswith(b"/robots.txt"):
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if path.startswith(b"/page"):
        body, kind = page(path), b"text/html; charset=utf-8"
    elif b"if-none-match" in head.lower():
        return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nServer: bench\r\nDate: Mon, 01 Jun 2026 08:00:00 GMT\r\n\r\n'
    else:
        body, kind = FEED, b"application/rss+xml"
    head = b'HTTP/1.1 200 OK\r\nContent-Type: %s\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n' % (kind, len(body))
    return head + body


class Site(asyncio.Protocol):
    """Answers one request after the other, each after the latency."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.waiting = transport, b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            asyncio.get_running_loop().call_later(LATENCY, self.transport.write, answer(head))


def addresses(hosts: int) -> list[str]:
    return [f"127.77.{n // 250}.{n % 250 + 1}" for n in range(hosts)]


def _serve(sockets: list[socket.socket], tls: ssl.SSLContext | None, ready: Connection) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # as whoever started it would have it end otherwise
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for each in sockets:
            await loop.create_server(Site, sock=each, ssl=tls)
        ready.send(True)
        await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def site(hosts: int, certificate: object = None) -> Iterator[list[str]]:
    """host:port of each host of a running site; over TLS when given a certificate that trustme issued."""
    sockets = []
    for address in addresses(hosts):
        each = socket.socket()
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        each.bind((address, 0 if not sockets else sockets[0].getsockname()[1]))
        each.listen(256)
        each.setblocking(False)
        sockets.append(each)
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(tls)  # type: ignore[attr-defined]
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(sockets, tls, theirs), daemon=True)
    process.start()
    assert ours.poll(20)
    places = [f"{each.getsockname()[0]}:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    try:
        yield places
    finally:
        process.terminate()
        process.join()

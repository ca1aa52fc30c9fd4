"""Asks many addresses at once: bounded in connections, time and bytes, and never raising for what a stranger sends."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager, suppress

from include.edges.web_answers import Answer, Failed, Fetched, Request
from include.edges.web_client import Client
from include.edges.web_hosts import CONNECTIONS_PER_HOST, Hosts, host_of
from include.settings import Settings

TOGETHER = 0.03  # seconds in which answers are gathered

__all__ = ["Answer", "Failed", "Fetched", "Hosts", "Request", "fetch"]


def fetch(requests: Sequence[Request], settings: Settings, *, hosts: Hosts | None = None) -> Iterator[Answer]:
    """One answer for each request, in the order they come in; as many bodies in memory as connections, at most.

    With `hosts`, each host's robots.txt and pace are kept to; without, the addresses are the deployment's own.
    """
    batches = _answers(requests, settings, hosts)

    async def following() -> list[Answer]:
        return await anext(batches, [])

    async def ending() -> None:
        await batches.aclose()

    with _running_loop() as loop:
        try:
            while batch := asyncio.run_coroutine_threadsafe(following(), loop).result():
                yield from batch
        finally:
            asyncio.run_coroutine_threadsafe(ending(), loop).result()


@contextmanager
def _running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own: while the reader of answers is busy, no request runs out of time."""

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.get_loop().run_forever()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=run, name="fetch", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _answers(
    requests: Sequence[Request], settings: Settings, hosts: Hosts | None
) -> AsyncGenerator[list[Answer], None]:
    """The answers, a few at a time: handing each over to another thread by itself would cost a third of the whole."""
    queues: defaultdict[str, deque[Request]] = defaultdict(deque)
    for request in requests:
        queues[host_of(request.url)].append(request)
    done: asyncio.Queue[Answer | Exception] = asyncio.Queue(maxsize=settings.fetch_connections)
    slots = asyncio.Semaphore(settings.fetch_connections)
    if hosts:
        hosts.start()
    async with Client(settings) as client:
        workers = [
            asyncio.create_task(_work(queue, client, hosts, slots, done))
            for queue in queues.values()
            for _ in range(min(CONNECTIONS_PER_HOST, len(queue)))
        ]
        try:
            left = len(requests)
            while left:
                batch = [await done.get()]
                await asyncio.sleep(TOGETHER if len(batch) < left else 0)
                while not done.empty():
                    batch.append(done.get_nowait())
                left -= len(batch)
                yield [_checked(each) for each in batch]
        finally:
            for worker in workers:
                worker.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*workers, return_exceptions=True)


async def _work(
    queue: deque[Request],
    client: Client,
    hosts: Hosts | None,
    slots: asyncio.Semaphore,
    done: asyncio.Queue[Answer | Exception],
) -> None:
    """Asks what one host is to be asked, one after the other: its connection stays open meanwhile."""
    async with slots:
        while queue:
            request = queue.popleft()
            try:
                answer = await (hosts.ask(client, request, slots) if hosts else client.ask(request))
            except Exception as error:  # a bug of ours: it must not leave the reader waiting
                await done.put(error)
                return
            await done.put(answer)


def _checked(answer: Answer | Exception) -> Answer:
    if isinstance(answer, Exception):
        raise answer
    return answer

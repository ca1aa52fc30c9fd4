"""What is remembered of hosts, in and out of news.hosts."""

from __future__ import annotations

from collections.abc import Iterable

from include.edges.warehouse import Connection, read, write_rows
from include.edges.web import Hosts
from include.edges.web_manners import HostMemory


def recall_hosts(connection: Connection, hosts: Hosts, urls: Iterable[str]) -> None:
    """Reminds of the hosts of addresses that are about to be asked."""
    if names := hosts.unknown(urls):
        rows = read(connection, "hosts_by_name", hosts=names)
        hosts.remember(HostMemory(**row._asdict()) for row in rows)


def keep_hosts(connection: Connection, hosts: Hosts) -> None:
    """Keeps what was learned of hosts since the last time."""
    if learned := hosts.learned():
        write_rows(connection, "upsert_hosts", learned)

"""Keeps strangers' URLs from reaching this machine's neighbours: addresses are judged when a socket is opened."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from include.urls import MAX_LENGTH, SCHEMES

PORTS = frozenset({80, 443, 8080, 8443})
# IPv6 addresses with an IPv4 one in their last 32 bits: NAT64 (RFC 6052), compatible (RFC 4291), translated (RFC 2765).
WRAPPED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForbiddenAddressError(OSError):
    """The address is not public, and the deployment does not list it."""


def is_public(address: str) -> bool:
    """True for addresses of the open internet, in whatever form an IPv4 address is dressed."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local:  # abandoned, and yet routed in old networks
        return False
    return all(each.is_global and not each.is_multicast and not each.is_reserved for each in _inner(ip) or (ip,))


def _inner(ip: IPAddress) -> tuple[IPAddress, ...]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ()
    wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if any(ip in network for network in WRAPPED) else None
    return tuple(each for each in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()), wrapped) if each is not None)


def forbidden(url: str, allowed: frozenset[str]) -> str:
    """Why an address may not be asked at all, judged by its text; empty when it may."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "not an address"
    if parts.scheme not in SCHEMES or not parts.hostname or "@" in parts.netloc or len(url) > MAX_LENGTH:
        return "neither http nor https, or with credentials"
    if port not in PORTS and f"{parts.hostname}:{port}" not in allowed:
        return f"port {port}"
    return ""


class CheckedResolver(ThreadedResolver):
    """Resolves names to public addresses only, and to any for the host:port pairs that the deployment lists."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__()
        self._allowed = allowed
        self._opened = set(allowed)  # listed pairs, and the addresses that listed names resolved to

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        if f"{host}:{port}" in self._allowed:
            self._opened.update(f"{each['host']}:{each['port']}" for each in found)
            return found
        if public := [each for each in found if is_public(each["host"])]:
            return public
        raise ForbiddenAddressError(f"{host} is {', '.join(each['host'] for each in found)}")

    @property
    def open_socket(self) -> Callable[[tuple[Any, ...]], socket.socket]:
        """A socket factory that judges the very address to be connected to: a name gains nothing by changing."""

        def factory(info: tuple[Any, ...]) -> socket.socket:
            family, kind, protocol, _, address = info
            if f"{address[0]}:{address[1]}" not in self._opened and not is_public(address[0]):
                raise ForbiddenAddressError(f"{address[0]} is not public")
            return socket.socket(family, kind, protocol)

        return factory

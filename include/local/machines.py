"""Machines of a small network inside this one: network namespaces on a bridge, where that is allowed.

As root each machine has an address, ports and a host name of its own, and nothing of them reaches the world. Elsewhere
all are this machine: 127.0.0.1 with other ports.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from include.local.home import LocalFailedError
from include.local.postgres import free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where one service runs."""

    name: str
    address: str
    prefix: tuple[str, ...] = ()  # put before a command, it runs there

    def port(self, usual: int) -> int:
        """The usual port; a free one where others share the address."""
        return usual if self.prefix else free_port()


@dataclass(slots=True)
class Network:
    """The machines made so far; `tag` names them in the kernel, `subnet` is the first three numbers of addresses."""

    tag: str
    subnet: str
    is_real: bool
    machines: list[Machine] = field(default_factory=list)

    @property
    def gateway(self) -> str:
        """Where the machines find what runs outside of them."""
        return f"{self.subnet}.1" if self.is_real else "127.0.0.1"

    def add(self, name: str) -> Machine:
        machine = self._namespace(name) if self.is_real else Machine(name=name, address="127.0.0.1")
        self.machines.append(machine)
        return machine

    def _namespace(self, name: str) -> Machine:
        number = len(self.machines) + 2
        space, inner, outer = f"{self.tag}-{name}", f"{self.tag}i{number}", f"{self.tag}o{number}"
        address = f"{self.subnet}.{number}"
        inside = ("ip", "netns", "exec", space)
        for words in (
            ("ip", "netns", "add", space),
            ("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", space),
            ("ip", "link", "set", outer, "master", self.tag, "up"),
            (*inside, "ip", "address", "add", f"{address}/24", "dev", inner),
            (*inside, "ip", "link", "set", inner, "up"),
            (*inside, "ip", "link", "set", "lo", "up"),
        ):
            run(words)
        # Its host name is its own too: workers register by it.
        named = ("unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"', name)
        return Machine(name=name, address=address, prefix=(*inside, *named))


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """A network that is gone at the end; what a killed run of the same folder left is taken away first."""
    digest = sha256(str(folder).encode()).digest()
    made = Network(tag=f"dk{digest.hex()[:6]}", subnet=f"10.213.{digest[0]}", is_real=False)
    try:
        remove(made.tag)
        made.is_real = make_bridge(made)
        yield made
    finally:
        remove(made.tag)


def make_bridge(wanted: Network) -> bool:
    """Whether this machine lets us make namespaces and a bridge between them; the bridge is made then."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "unshare", "hostname"))):
        return False
    try:
        run(("ip", "netns", "add", f"{wanted.tag}-probe"))
        run(("ip", "netns", "delete", f"{wanted.tag}-probe"))
        run(("unshare", "--uts", "true"))
        run(("ip", "link", "add", wanted.tag, "type", "bridge"))
        run(("ip", "address", "add", f"{wanted.subnet}.1/24", "dev", wanted.tag))
        run(("ip", "link", "set", wanted.tag, "up"))
    except LocalFailedError:
        remove(wanted.tag)
        return False
    return True


def remove(tag: str) -> None:
    """Takes away every namespace and bridge of that name; processes in them must have ended."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return
    listed = subprocess.run(("ip", "netns", "list"), capture_output=True, text=True, check=False).stdout
    for space in (line.split()[0] for line in listed.splitlines() if line.startswith(f"{tag}-")):
        subprocess.run(("ip", "netns", "delete", space), capture_output=True, check=False)
    subprocess.run(("ip", "link", "delete", tag), capture_output=True, check=False)


def run(words: Sequence[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalFailedError(f"`{' '.join(words)}` failed: {done.stderr.strip()}")

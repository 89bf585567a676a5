"""Ports of this machine: which are free, who holds one, whether a server answers."""

import asyncio
import contextlib
import os
import random
import socket
from dataclasses import dataclass
from pathlib import Path

from nbcommons.launch.errors import CannotStart

# Below the range the kernel takes for outgoing connections, so that none is taken in passing.
INTERNAL_PORTS = range(20_000, 32_000)
LOOPBACK_4 = "127.0.0.1"
LOOPBACK_6 = "::1"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who listens on a port; ``name`` is empty when we may not know."""

    pid: int
    name: str


def is_free(port: int, address: str = LOOPBACK_4) -> bool:
    """Whether we could listen on this port now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def has_ipv6_loopback() -> bool:
    """Whether ``localhost`` may also mean ::1 here; browsers try that first."""
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((LOOPBACK_6, 0))
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """``count`` different ports nobody listens on. Raises ``CannotStart`` if there are none."""
    found: list[int] = []
    for port in random.sample(INTERNAL_PORTS, k=len(INTERNAL_PORTS)):
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise CannotStart(
        f"No {count} free ports between {INTERNAL_PORTS[0]} and {INTERNAL_PORTS[-1]}.",
        "Stop some of the programs that listen there.",
    )


def holder_of(port: int) -> Holder | None:
    """Who listens on ``port`` of this machine; None when that cannot be found out."""
    inodes = _listening_inodes(port)
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for link in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if os.readlink(link) in wanted:  # noqa: PTH115 - not a path
                        name = (process / "comm").read_text().strip()
                        return Holder(pid=int(process.name), name=name)
    return None


def _listening_inodes(port: int) -> set[str]:
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found


async def status_of(
    port: int, path: str, *, host: str = LOOPBACK_4, timeout_s: float = 5.0
) -> int | None:
    """HTTP status that ``path`` answers on a loopback port; None when nothing answers."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(LOOPBACK_4, port)
            try:
                writer.write(request.encode())
                await writer.drain()
                words = (await reader.readline()).split()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None

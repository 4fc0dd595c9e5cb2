"""Names to addresses and addresses to connections, with the attempt's own deadline.

`getaddrinfo` blocks a thread for as long as the machine's resolver likes, so it runs in an executor of its own
(never the loop's default pool) and a probe whose time is up leaves without it.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import TypeAlias, TypeVar

import aiohappyeyeballs
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.core.model import FailureKind
from monitor.probes import guard
from monitor.probes.base import ProbeContext, Sick
from monitor.probes.phases import Stage, current, enter, note_certificate, waiting_for_us
from monitor.probes.proxy import AWAY, Proxy, proxy_of, socket_from, tunnel

Address: TypeAlias = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
T = TypeVar("T")

_HAPPY_EYEBALLS = 0.25  # seconds, RFC 8305


async def in_thread(executor: Executor, work: Callable[[], T]) -> T:
    """Runs blocking work; while it waits for a free thread, running out of time is our own fault."""
    timeline = current()

    def run() -> T:
        if timeline is not None:
            timeline.queued = False
        return work()

    if timeline is not None:
        timeline.queued = True
    return await asyncio.get_running_loop().run_in_executor(executor, run)


async def resolve(host: str, port: int, names: Executor, family: int = socket.AF_UNSPEC) -> list[Address]:
    """The addresses of a host, best first, that the attempt may connect to. Raises socket.gaierror, Sick."""
    held = guard.current()
    if held is not None:
        held.approach(host)  # before anybody is asked for the name
    if is_address(host):
        found = _lookup(host, port, family, socket.AI_NUMERICHOST)
    else:
        enter(Stage.NAME)
        found = await in_thread(names, lambda: _lookup(host, port, family, socket.AI_ADDRCONFIG))
    return found if held is None else held.admitted(host, found, lambda address: address[4][0])


def is_address(host: str) -> bool:
    """Whether this is an IP address, which needs no look-up."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.inet_pton(family, host.partition("%")[0])
    except (OSError, ValueError):  # ValueError: a null character, or letters beyond ASCII
        return False
    return True


def _lookup(host: str, port: int, family: int, flags: int) -> list[Address]:
    try:
        return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=flags)  # type: ignore[return-value]
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None


class NameResolver(AbstractResolver):
    """The resolver of the shared HTTP session."""

    def __init__(self, names: Executor) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await resolve(host, port, self._names, family)
        enter(Stage.CONNECT)
        return [
            ResolveResult(hostname=host, host=sockaddr[0], port=port, family=kin, proto=proto, flags=0)
            for kin, _, proto, _, sockaddr in found
        ]

    async def close(self) -> None:
        """Nothing to close: the executor belongs to the context."""


@asynccontextmanager
async def connected(
    host: str, port: int, context: ProbeContext, tls: ssl.SSLContext | None = None, server_name: str | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A fresh connection, cut off at the end without waiting for the peer."""
    reader, writer = await connect(host, port, context, tls, server_name)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def connect(
    host: str, port: int, context: ProbeContext, tls: ssl.SSLContext | None = None, server_name: str | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Name, connection and, where asked for, TLS. Raises OSError or ssl.SSLError."""
    proxy = proxy_of(context)
    if proxy is not None:
        sock = await _through(proxy, host, port, context)
        return await _spoken(sock, host, tls, server_name)
    addresses = await resolve(host, port, context.names)
    held = guard.current()
    if held is not None and server_name is not None:
        # Behind one address this name, too, says who answers.
        held.approach(server_name)
        addresses = held.admitted(server_name, addresses, lambda address: address[4][0])
    enter(Stage.CONNECT)
    sock = await _dialled(addresses, context)
    return await _spoken(sock, host, tls, server_name)


async def _dialled(addresses: list[Address], context: ProbeContext) -> socket.socket:
    """A connected socket. Raises OSError."""
    made = socket_from(context.way.source)
    return await aiohappyeyeballs.start_connection(addresses, happy_eyeballs_delay=_HAPPY_EYEBALLS, socket_factory=made)


async def _through(proxy: Proxy, host: str, port: int, context: ProbeContext) -> socket.socket:
    """A socket that a proxy connected. Raises Sick."""
    try:
        with waiting_for_us(AWAY):
            addresses = await resolve(proxy.url.host or "", proxy.url.port or 80, context.names)
            enter(Stage.CONNECT)
            sock = await _dialled(addresses, context)
    except OSError as error:
        raise Sick(FailureKind.PROXY, f"it cannot be reached: {error}") from error
    try:
        await tunnel(sock, proxy, host, port)
    except BaseException:
        sock.close()
        raise
    return sock


async def _spoken(
    sock: socket.socket, host: str, tls: ssl.SSLContext | None, server_name: str | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    hostname = (server_name or host) if tls is not None else None
    # The transport owns the socket from here on, and closes it when the handshake fails or is cancelled.
    reader, writer = await asyncio.open_connection(sock=sock, ssl=tls, server_hostname=hostname)
    note_certificate(writer.get_extra_info("ssl_object"))
    enter(Stage.ANSWER)
    return reader, writer

"""The way that a location's probes leave by, where it is not this machine's own: a source address, an HTTP proxy.

A proxy that cannot be reached, or does not let us through, is our own fault. What it says of a target that it could not
reach is the target's.
"""

import asyncio
import errno
import socket
from dataclasses import dataclass
from typing import Any

from yarl import URL

from monitor.core.model import Failure, FailureKind
from monitor.core.secret import resolve as with_secrets
from monitor.probes.base import ProbeContext, Sick
from monitor.probes.basic_auth import basic
from monitor.probes.guard import new_socket

UNREACHED = {502: FailureKind.UNREACHABLE, 503: FailureKind.UNREACHABLE, 504: FailureKind.CONNECT_TIMEOUT}
"""What a proxy answers when it could not reach the target (RFC 9110, 15.6)."""

AWAY = Failure(FailureKind.PROXY, "it does not accept a connection in time")

_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it is, and what tells it who we are."""

    url: URL
    headers: dict[str, str]


def proxy_of(context: ProbeContext) -> Proxy | None:
    """The proxy that probes go through, its references resolved. Raises SecretMissing; Sick for what is no address."""
    if context.way.proxy is None:
        return None
    try:
        url = URL(with_secrets(context.way.proxy, context.secrets))
    except ValueError:
        url = URL()
    if url.scheme != "http" or not url.host:
        raise Sick(FailureKind.PROXY, "its address does not read http://host:port")
    if url.user is None:
        return Proxy(url, {})
    return Proxy(url.with_user(None), {"Proxy-Authorization": basic(url.user, url.password or "")})


def refusal(status: int) -> Sick:
    """What it means that a proxy does not connect."""
    if status in UNREACHED:
        return Sick(UNREACHED[status], f"the proxy answers {status}")
    return Sick(FailureKind.PROXY, f"it answers {status}")


def socket_from(source: str | None) -> Any:
    """Makes sockets that leave from an address. One that is not this machine's, or of another family than the target's,
    fails as a network that is not there."""
    if source is None:
        return new_socket

    def made(info: tuple[Any, ...]) -> socket.socket:
        found = new_socket(info)
        try:
            found.bind((source, 0))
        except OSError as error:
            found.close()
            raise OSError(errno.EADDRNOTAVAIL, f"{source} cannot be left from: {error}") from None
        return found

    return made


async def tunnel(sock: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    """Has a proxy connect a socket to a target. Raises Sick and OSError."""
    loop = asyncio.get_running_loop()
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
    await loop.sock_sendall(sock, "\r\n".join([*lines, "", ""]).encode())
    head = b""
    # Byte by byte: what comes behind the head is the target's.
    while not head.endswith(b"\r\n\r\n"):
        piece = await loop.sock_recv(sock, 1)
        head += piece
        if not piece or len(head) > _LONGEST:
            raise Sick(FailureKind.PROXY, "it gives no answer of HTTP")
    words = head.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        raise Sick(FailureKind.PROXY, "it gives no answer of HTTP")
    if words[1] != b"200":
        raise refusal(int(words[1]))

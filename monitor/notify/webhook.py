"""One signed message to a subscriber's webhook, to the public internet and nowhere else.

Each connection's address is looked at when it is made, and redirects are not followed: neither a name that leads
elsewhere by then nor an answer that points inside reaches a private network. No text that leaves this file holds an
address.
"""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.core.bounce import of_webhook
from monitor.core.model import Seconds
from monitor.core.permit import Hosts
from monitor.core.subscription import refusal, signature
from monitor.notify.deliver import NEVER, Delivery

PATIENCE = 15.0
_MOST_READ = 1024


class _Elsewhere(OSError):
    """The address is not one that a webhook may have."""


async def send_webhook(
    url: str,
    body: bytes,
    *,
    name: str,
    secret: str,
    now: Seconds,
    allow: Hosts,
    names: Executor,
    patience: float = PATIENCE,
) -> Delivery:
    """One try; any answer from 200 to 299 takes it. `name` is the same at every try of one message; `names` are the
    threads that ask for addresses."""
    headers = {
        "content-type": "application/json",
        "user-agent": "Janji",
        "webhook-id": name,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(secret, name, now, body),
    }
    connector = aiohttp.TCPConnector(
        resolver=_Names(names), force_close=True, limit=1, socket_factory=_to(urlsplit(url).hostname or "", allow)
    )
    timeout = aiohttp.ClientTimeout(total=patience)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            await answer.content.read(_MOST_READ)
            status = answer.status
    except TimeoutError:
        return Delivery(delivered=False, error=f"no answer within {patience:g} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Delivery(delivered=False, error=_why(error))
    if 200 <= status < 300:
        return Delivery(delivered=True)
    return Delivery(
        delivered=False, error=f"it answered {status}", permanent=status in NEVER, bounce=of_webhook(status)
    )


def _to(host: str, allow: Hosts) -> Callable[[tuple[Any, ...]], socket.socket]:
    """Makes the sockets of one try; each is asked for with the address that it is to be connected to."""

    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if (reason := refusal(host, str(address[0]), allow)) is not None:
            raise _Elsewhere(reason)
        return socket.socket(family, kind, protocol)

    return make


class _Names(AbstractResolver):
    """The machine's resolver, in threads of its own."""

    def __init__(self, names: Executor) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        def look_up() -> list[Any]:
            return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)

        found = await asyncio.get_running_loop().run_in_executor(self._names, look_up)
        return [
            ResolveResult(hostname=host, host=address[0], port=port, family=kin, proto=protocol, flags=0)
            for kin, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Nothing to close: the threads are the caller's."""


def _why(error: BaseException) -> str:
    """What went wrong, without the address."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _Elsewhere):
            return str(seen)
        inside = getattr(seen, "exceptions", ())  # of several addresses
        seen = inside[0] if inside else seen.__cause__ or seen.__context__
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "its certificate or TLS was refused"
    return f"it could not be reached ({type(error).__name__})"

"""In front of the public listener: who asks and how (behind proxies that we trust), and how often.

A forwarded header is believed only when it comes from `server.trusted_proxies`: anybody can write one.
"""

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.api.limits import Limits
from monitor.core.model import Milliseconds
from monitor.core.rate import Rate
from statuspage.app import StatusPage
from statuspage.pages import Pages
from statuspage.replies import NEVER, PROBLEM, Reply

PER_ADDRESS = Rate(burst=120, interval_ms=100)
"""Of what is not ready made. Bytes that are cost less to send than a refusal would."""
HSTS = (b"strict-transport-security", b"max-age=31536000")

_TOO_MANY = json.dumps({"type": "about:blank", "status": 429, "title": "Too Many Requests"}).encode()


class Front:
    """Puts the client's own address and scheme into a request that a trusted proxy handed on."""

    __slots__ = ("_behind", "_is_trusted")

    def __init__(self, behind: ASGIApp, trusted: Iterable[str]) -> None:
        networks = tuple(ip_network(text) for text in trusted)

        @lru_cache(maxsize=4096)
        def is_trusted(address: str) -> bool:
            try:
                found = ip_address(address)
            except ValueError:
                return False
            return any(found in network for network in networks)

        self._behind = behind
        self._is_trusted: Callable[[str], bool] = is_trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["client"] is not None and self._is_trusted(scope["client"][0]):
            forwarded, scheme = self._forwarded(scope)
            scope = {**scope, "client": (forwarded, 0) if forwarded else scope["client"], "scheme": scheme}
            if scheme == "https":
                send = _kept_to_tls(send)
        await self._behind(scope, receive, send)

    def _forwarded(self, scope: Scope) -> tuple[str, str]:
        """The nearest address that is not a trusted proxy's (empty: nothing that can be read), and the scheme."""
        steps: list[str] = []
        scheme = scope["scheme"]
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                steps += value.decode("latin-1").split(",")
            elif name == b"x-forwarded-proto":
                scheme = "https" if value.strip().lower() == b"https" else "http"
        nearest = ""
        for step in reversed(steps):
            address = _address(step)
            if not address:
                break
            nearest = address
            if not self._is_trusted(address):
                break
        return nearest, scheme


class Ready:
    """Sends what is ready made before any door looks at the request: it is what nearly everybody asks for."""

    __slots__ = ("_behind", "_pages")

    def __init__(self, pages: Pages, behind: ASGIApp) -> None:
        self._pages = pages
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            reply = self._pages.found.get(scope["path"])
            if reply is not None:
                await reply(scope, receive, send)
                return
        await self._behind(scope, receive, send)


class Limited:
    """Refuses whoever asks too often for what has to be worked out, by 429."""

    __slots__ = ("_limits", "_page")

    def __init__(self, page: StatusPage, ticks: Callable[[], Milliseconds], rate: Rate = PER_ADDRESS) -> None:
        self._page = page
        self._limits = Limits(rate, ticks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in self._page.pages.found:
            wait = self._limits.wait(_whose(scope["client"][0] if scope["client"] else ""))
            if wait:
                after = ((b"retry-after", str(ceil(wait / 1000)).encode()),)
                await Reply(429, _TOO_MANY, PROBLEM, cache=NEVER, headers=after)(scope, receive, send)
                return
        await self._page(scope, receive, send)


def _address(text: str) -> str:
    """An address as proxies write it, without its port; empty for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _whose(address: str) -> str:
    """Whose an address is: of IPv6 one household has 2^64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((int(found) >> 64 << 64, 64))) if isinstance(found, IPv6Address) else address


def _kept_to_tls(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            # The message is shared by all who get this reply: a new one, not another header in it.
            message = {**message, "headers": [*message["headers"], HSTS]}
        await send(message)

    return sending

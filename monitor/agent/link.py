"""The agent's side of the wire: pulls what is to be probed, pushes what was seen. Outbound HTTPS, nothing kept.

The token goes to the hubs that are named and nowhere else: redirects are not followed,
proxies of the environment not used.
"""

import gzip
import json
import os
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

import aiohttp
from yarl import URL

from monitor import __version__
from monitor.core.exchange import PROTOCOL, WHOLE, Hubs, came_late, retry_after, skew_ms
from monitor.core.model import Milliseconds, Seconds
from monitor.probes.resolver import NameResolver

_MOST_CHECKS = 16 * 2**20
_MOST_ANSWER = 2 * 2**20
_MOST_SAID = 4096
_MOST_SHOWN = 200
_SAID_ALL = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class HubAway(Exception):
    """The hub did not take or give anything now; `asked` is how many seconds it wants to be left alone.

    `stays`: it is asked too often, which is no reason to ask another.
    """

    def __init__(self, reason: str, asked: float | None = None, *, stays: bool = False) -> None:
        super().__init__(reason)
        self.asked = asked
        self.stays = stays


class BatchRefused(Exception):
    """The hub takes none of a batch because of something inside it."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What an agent says of itself with each batch."""

    backlog: int
    dropped: int
    oldest: Seconds | None


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with a batch. `shift_ms`: by how much the clock was ahead, when it was seen, of what it is now."""

    waits: Waits
    blind_since: Seconds | None = None
    shift_ms: Milliseconds = 0


@dataclass(frozen=True, slots=True)
class Pulled:
    """What is to be probed, as it came; `etag` names this version of it."""

    content: bytes
    etag: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A result that the hub will never take."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a hub that has a batch says of it. `late`: it was under way for too long to tell how this clock stands."""

    refused: list[Refusal]
    late: bool


def pack(encoded: Sequence[bytes], said: Said, sent_ms: Milliseconds) -> bytes:
    """The body of a batch of results, each encoded as JSON already; packed."""
    head = {
        "protocol": PROTOCOL,
        "sent_ms": sent_ms,
        "shift_ms": said.shift_ms,
        "backlog": said.waits.backlog,
        "dropped": said.waits.dropped,
        "oldest": said.waits.oldest,
        "blind_since": said.blind_since,
    }
    body = json.dumps(head).removesuffix("}").encode() + b', "results": [' + b",".join(encoded) + b"]}"
    return gzip.compress(body, compresslevel=5, mtime=0)


class Link:
    """Requests to the hubs of one database with one token, of an agent that probes a part of its location's checks.

    `skew_ms`: by how much this clock was ahead of the hub's at the last one.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        hubs: Sequence[str],
        token: str,
        tls: ssl.SSLContext,
        wall: Callable[[], float],
    ) -> None:
        self._session = session
        self._hubs = Hubs.of(hubs)
        self._headers = {"Authorization": f"Bearer {token}", "Janji-Protocol": str(PROTOCOL)}
        self.tls = tls
        self._wall = wall
        self.part = WHOLE
        self.skew_ms: Milliseconds | None = None

    def now_ms(self) -> Milliseconds:
        return int(self._wall() * 1000)

    def use(self, hubs: Sequence[str]) -> None:
        """Talks to these from now on; goes on with the one that it talks to where that is one of them."""
        if tuple(hubs) != self._hubs.names:
            self._hubs = Hubs.of(hubs, self._hubs.current)

    @property
    def names(self) -> tuple[str, ...]:
        """The addresses of all hubs."""
        return self._hubs.names

    @property
    def hub(self) -> str:
        """The hub that is to be asked next."""
        return self._hubs.current

    @property
    def away(self) -> list[str]:
        """Why hubs took or gave nothing, since one did: a reason for each."""
        return [self.named(hub, reason) for hub, reason in self._hubs.away.items()]

    def works(self, hub: str) -> None:
        """The hub took or gave something."""
        self._hubs = self._hubs.works(hub)

    def failed(self, hub: str, error: HubAway, now: float) -> float | None:
        """The hub took or gave nothing: the next is asked. How long that one wants to be left alone, in seconds."""
        self._hubs = self._hubs.failed(hub, now, str(error), asked=error.asked, stays=error.stays)
        return self._hubs.asked(now)

    def named(self, hub: str, reason: str) -> str:
        """A reason with the hub that it is about, where there are several."""
        return reason if self._hubs.names == (hub,) else f"{hub}: {reason}"

    async def pull(self, hub: str, etag: str | None) -> Pulled | None:
        """What is to be probed; None where it is still what the ETag names. Raises HubAway."""
        headers = {} if etag is None else {"If-None-Match": etag}
        status, answered, content = await self._asked(hub, "GET", "checks", headers, None, _MOST_CHECKS)
        if status == HTTPStatus.NOT_MODIFIED and etag is not None:
            return None
        if status != HTTPStatus.OK:
            _raise(status, answered, content)
        return Pulled(content, answered.get("ETag"))

    async def push(self, hub: str, body: bytes, sent_ms: Milliseconds) -> Pushed:
        """Hands over a packed batch: once this returns, the hub keeps it. Raises HubAway or BatchRefused."""
        known = self.skew_ms
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        status, answered, content = await self._asked(hub, "POST", "results", headers, body, _MOST_ANSWER)
        if status in _SAID_ALL:
            raise BatchRefused(_said(content))
        if status != HTTPStatus.OK:
            _raise(status, answered, content)
        came_ms, refused = _taken(content)
        return Pushed(refused, late=came_late(sent_ms, came_ms, known))

    async def _asked(
        self, hub: str, method: str, path: str, headers: dict[str, str], body: bytes | None, most: int
    ) -> tuple[int, Any, bytes]:
        """Status, headers and content of an answer. Raises HubAway."""
        before = self.now_ms()
        try:
            async with self._session.request(
                method,
                URL(hub) / "api/v1/agent" / path,
                headers={**self._headers, "Janji-Part": str(self.part), **headers},
                data=body,
                timeout=aiohttp.ClientTimeout(total=self._hubs.patience),
                allow_redirects=False,
                ssl=self.tls,
            ) as answer:
                self._measure(before, answer.headers.get("Janji-Now-Ms"))
                return answer.status, answer.headers, await _read(answer, most)
        except TimeoutError:
            raise HubAway("it does not answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise HubAway(_shown(_reason(error))) from None

    def _measure(self, before: Milliseconds, now: str | None) -> None:
        if now is not None and now.isascii() and now.isdigit() and len(now) < 16:
            self.skew_ms = skew_ms(before, self.now_ms(), int(now))


@asynccontextmanager
async def open_link(
    hubs: Sequence[str], token: str, tls: ssl.SSLContext, wall: Callable[[], float]
) -> AsyncIterator[Link]:
    """A link for as long as the block runs."""
    names = ThreadPoolExecutor(1, thread_name_prefix="hub-name")
    connector = aiohttp.TCPConnector(resolver=NameResolver(names), ttl_dns_cache=60, limit=4)
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"Janji-agent/{__version__}"},
            trust_env=False,
        ) as session:
            yield Link(session, hubs, token, tls, wall)
    finally:
        names.shutdown(wait=False, cancel_futures=True)


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    content = bytearray()
    while chunk := await answer.content.readany():
        content += chunk
        if len(content) > most:
            raise HubAway("its answer has no end")
    return bytes(content)


def _taken(content: bytes) -> tuple[Milliseconds, list[Refusal]]:
    """When the hub had a batch, and what of it is refused. Only an answer that is really the hub's lets go of results:
    a portal in between says 200, too."""
    try:
        answer = json.loads(content)
        int(answer["accepted"])
        refused = [Refusal(int(item["index"]), _shown(str(item["reason"]))) for item in answer["refused"]]
        return int(answer["now_ms"]), refused
    except (ValueError, TypeError, KeyError, RecursionError):
        raise HubAway("its answer is not that of a Janji hub") from None


def _raise(status: int, headers: Any, content: bytes) -> NoReturn:
    asked = retry_after(headers.get("Retry-After")) if status in (429, 503) else None
    newest = f"; it speaks protocol {headers.get('Janji-Protocol')}, this agent {PROTOCOL}" if status == 426 else ""
    raise HubAway(_shown(f"{status} {_said(content)}{newest}"), asked, stays=status == HTTPStatus.TOO_MANY_REQUESTS)


def _said(content: bytes) -> str:
    """The words of a problem document; nothing where it is none."""
    try:
        problem = json.loads(content[:_MOST_SAID])
        return _shown(str(problem.get("detail") or problem.get("title") or ""))
    except (ValueError, AttributeError, RecursionError):
        return ""


def _reason(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return f"its certificate is not valid: {error.certificate_error}"
        case aiohttp.ClientConnectorError():
            number = error.os_error.errno
            return os.strerror(number) if isinstance(number, int) and number > 0 else str(error.os_error)
        case aiohttp.ServerDisconnectedError():
            return "it closed the connection"
        case _:
            return str(error) or type(error).__name__


def _shown(text: str) -> str:
    """One short line, whatever the other side wrote."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _MOST_SHOWN else line[: _MOST_SHOWN - 1] + "…"

"""The door for jobs, on both listeners: `/beat/TOKEN`. A beat is stored before it is acknowledged.

A token that is not in use, or not a job's, opens nothing and is not told apart from a path that is not there.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.api.access import Access
from monitor.api.problems import HEADERS, Problem
from monitor.api.work import Work
from monitor.core.heartbeat import Beat, Signal
from monitor.core.model import Milliseconds
from monitor.core.rate import Rate
from monitor.core.text import parse_duration
from monitor.core.token import HEARTBEAT, hash_token, heartbeat_of
from monitor.storage.store import StorageAway, Store
from monitor.storage.tokens import TokenRecord

PREFIX = "/beat/"
MOST_READ = 10_000
"""Bytes of a body that are read; what comes after them is left where it is."""
PATIENCE = 5.0
"""Seconds in which a body has to be here: a beat counts from when it is complete."""
PER_TOKEN = Rate(burst=20, interval_ms=1000)
PER_ADDRESS = Rate(burst=300, interval_ms=20)
"""All jobs may come through one proxy."""
AT_ONCE = 8

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}")
_HIDDEN = re.compile(r"[\x00-\x1f\x7f]+")
_MOST_MESSAGE = 300
_LONGEST = timedelta(days=24)
_SIGNALS = {"": Signal.SUCCESS, "0": Signal.SUCCESS, "start": Signal.START, "fail": Signal.FAIL}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a job said: a path and a query, a body."""

    signal: Signal
    took_ms: Milliseconds | None
    message: str


class BeatDoor:
    """Takes beats, and hands every other request to the application behind it."""

    __slots__ = ("_access", "_behind", "_places", "_work")

    def __init__(self, behind: ASGIApp, work: Work, ticks: Callable[[], Milliseconds]) -> None:
        self._behind = behind
        self._work = work
        self._access = Access(ticks, per_token=PER_TOKEN, per_address=PER_ADDRESS)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._behind(scope, receive, send)
            return
        try:
            answer = await self._answer(Request(scope, receive))
        except Problem as problem:
            answer = problem.response()
        except StorageAway:
            away = "the beat was not stored: the database does not answer; send it again"
            answer = Problem(503, away, headers={"retry-after": "5"}).response()
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._access.knock(request)
        if request.method not in ("GET", "POST"):
            raise Problem(405, "send a beat with GET or POST", headers={"allow": "GET, POST"})
        token, _, word = request.url.path.removeprefix(PREFIX).partition("/")
        holder = await self._work.holder(hash_token(token)) if _TOKEN.fullmatch(token) else None
        check = None if holder is None else heartbeat_of(holder.scopes)
        if holder is None or check is None:
            raise Problem(404, "there is nothing at this path")
        self._access.admit(holder, f"{HEARTBEAT}{'/'.join(check)}")
        said = _said(word, request.query_params.get("duration"), await _body(request))
        component, name = await self._expected(*check)
        async with self._places:
            await self._stored(component, name, said, holder)
        return PlainTextResponse("ok\n", headers=HEADERS)

    async def _expected(self, component: str, check: str) -> tuple[str, str]:
        """The check as it is called now. Raises Problem where nobody waits for this beat any more."""
        known = {
            (item.id, each.id or each.kind)
            for item in self._work.settings().components
            for each in item.checks
            if each.kind == "heartbeat"
        }
        if (component, check) not in known:
            names = await self._work.read(lambda desk: desk.store.renamings.current())
            component = names.get(component, component)
        if (component, check) not in known:
            raise Problem(410, "nobody waits for this beat any more: the settings have no such check")
        return component, check

    async def _stored(self, component: str, check: str, said: _Said, holder: TokenRecord) -> None:
        # Stamped as it is handed to the writer, whose work is done in order: a slot that begins later hears of it.
        # Rounded up: a server's stamp is never in our favour.
        beat = Beat(-(-self._work.now_ms() // 1000), said.signal, said.took_ms, said.message)

        def write(store: Store) -> None:
            store.beats.append(component, check, beat, holder.name)

        await self._work.write(write)


def _said(word: str, duration: str | None, message: str) -> _Said:
    """Raises Problem (400, 404)."""
    if word in _SIGNALS:
        signal = _SIGNALS[word]
    elif word.isascii() and word.isdecimal() and len(word) <= 3 and int(word) <= 255:
        signal = Signal.FAIL
        message = f"exit code {int(word)}{': ' + message if message else ''}"
    else:
        raise Problem(404, "write nothing after the token, or /start, /fail or an exit code")
    return _Said(signal, None if duration is None else _took(duration), message[:_MOST_MESSAGE])


def _took(text: str) -> Milliseconds:
    try:
        length = parse_duration(text)
    except ValueError:
        raise Problem(400, "?duration=: write how long it took, such as 800ms, 30s or 5m") from None
    if length > _LONGEST:
        raise Problem(400, "?duration=: write at most 24d")
    return length // timedelta(milliseconds=1)


async def _body(request: Request) -> str:
    """The beginning of what a job says, as one line. Raises Problem (400, 408)."""
    read = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                read += piece
                if len(read) >= MOST_READ:
                    break
    except TimeoutError:
        raise Problem(408, f"the body was not here within {PATIENCE:.0f} s") from None
    except ClientDisconnect:
        raise Problem(400, "the body ended too early") from None
    return _HIDDEN.sub(" ", bytes(read[:MOST_READ]).decode("utf-8", "replace")).strip()

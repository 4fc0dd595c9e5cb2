"""The pages on which visitors subscribe, confirm, choose and unsubscribe; complete without JavaScript, and no cookie.

Whoever holds the key of a link may act on it; a link alone never acts: only a button does (or the one-click POST of a
mail program, RFC 8058), so that a scanner that follows links subscribes and unsubscribes nobody.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.core.subscription import Medium, Subscription
from monitor.reader.views import PageView
from statuspage.language import N_, Language
from statuspage.pages import Pages
from statuspage.places import SUBSCRIBE, SUBSCRIPTION, home
from statuspage.replies import CONTENT_SECURITY_POLICY, HTML, NEVER, SECURITY, Reply

MOST_BYTES = 16_384
PATIENCE = 10.0

_FORMS = (
    (SECURITY[0][0], CONTENT_SECURITY_POLICY.replace("form-action 'none'", "form-action 'self'").encode()),
    *SECURITY[1:],
)
_BEGINNING = "/subscri"
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")

WRONG = {
    Medium.EMAIL: N_("Write a mail address such as name@example.com."),
    Medium.WEBHOOK: N_("Write an address on the public internet that begins with https://."),
}


class Desk(Protocol):
    """Who takes what the forms say. `ask` raises ValueError for an address that is none."""

    @property
    def media(self) -> Sequence[str]: ...
    async def ask(self, client: str, medium: str, address: str, components: Sequence[str], language: str) -> None: ...
    def knock(self, client: str) -> None: ...
    async def look(self, key: str) -> Subscription | None: ...
    async def choose(self, key: str, components: Sequence[str], language: str) -> Subscription | None: ...
    async def end(self, key: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A component as a form offers it."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class AskSheet:
    """The form to subscribe by. `sent`: it was taken. `wrong`: what is wrong with what was entered."""

    media: tuple[str, ...]
    medium: str
    address: str
    choices: tuple[Choice, ...]
    sent: bool = False
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """One subscription before its owner. `state`: pending, confirmed, changed, active or ended."""

    state: str
    shown: str
    choices: tuple[Choice, ...] = ()
    secret: str = ""


class SubscribeDoor:
    """Answers the paths of subscriptions, and hands every other request to the application behind it.

    `busy` and `away` are the errors with which the desk says that somebody has to wait, and that nothing can be stored.
    """

    def __init__(
        self,
        behind: ASGIApp,
        pages: Pages,
        desk: Desk,
        threads: Executor,
        *,
        busy: type[Exception],
        away: type[Exception],
    ) -> None:
        self._behind = behind
        self._pages = pages
        self._desk = desk
        self._threads = threads
        self._busy = busy
        self._away = away

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _BEGINNING not in scope["path"]:
            await self._behind(scope, receive, send)
            return
        view = self._pages.view
        if view is None or not self._desk.media:
            await self._behind(scope, receive, send)
            return
        for code in view.languages:
            below = scope["path"].removeprefix(home(code, view.languages))
            if below != scope["path"] and (handle := self._handler(below)) is not None:
                reply = await self._answer(Request(scope, receive), view, code, below, handle)
                await reply(scope, receive, send)
                return
        await self._behind(scope, receive, send)

    def _handler(self, below: str) -> "Callable[[_Visit], Awaitable[Reply]] | None":
        if below == SUBSCRIBE:
            return self._subscribe
        key, _, word = below.removeprefix(SUBSCRIPTION).partition("/")
        if below.startswith(SUBSCRIPTION) and _KEY.fullmatch(key) and word in ("", "end"):
            return self._own if word == "" else self._end
        return None

    async def _answer(
        self,
        request: Request,
        view: PageView,
        code: str,
        below: str,
        handle: "Callable[[_Visit], Awaitable[Reply]]",
    ) -> Reply:
        if request.method not in ("GET", "HEAD", "POST"):
            return self._pages.refused(request.url.path)
        client = "" if request.client is None else request.client.host
        visit = _Visit(client, request.method == "POST", view, code, below, {})
        try:
            self._desk.knock(client)
            if visit.posts:
                visit = _Visit(client, True, view, code, below, await _form(request))
            return await handle(visit)
        except _Unreadable:
            return await self._notice(visit, 400)
        except self._busy:
            return await self._notice(visit, 429)
        except self._away:
            return await self._notice(visit, 503)

    async def _subscribe(self, visit: "_Visit") -> Reply:
        media = tuple(self._desk.media)
        medium = visit.one("medium") if visit.one("medium") in media else media[0]
        address, components = visit.one("address").strip(), visit.form.get("component", [])
        sheet = AskSheet(media, medium, address, _choices(visit.view, components))
        if not visit.posts:
            return await self._page(visit, "subscribe.html", sheet)
        try:
            await self._desk.ask(visit.client, medium, address, components, visit.code)
        except ValueError:
            wrong = self._language(visit).say(WRONG[Medium(medium)])
            return await self._page(visit, "subscribe.html", _with(sheet, wrong=wrong), status=422)
        return await self._page(visit, "subscribe.html", _with(sheet, sent=True))

    async def _own(self, visit: "_Visit") -> Reply:
        found = await self._desk.look(visit.key)
        if found is None:
            return self._pages.missing(f"{home(visit.code, visit.view.languages)}{visit.below}")
        if not visit.posts:
            state = "active" if found.active else "pending"
            return await self._page(visit, "subscription.html", _own_sheet(found, state, visit.view))
        if visit.one("action") == "end":
            await self._desk.end(visit.key)
            return await self._page(visit, "subscription.html", OwnSheet("ended", found.shown))
        chosen = await self._desk.choose(visit.key, visit.form.get("component", []), visit.code)
        if chosen is None:
            return self._pages.missing(f"{home(visit.code, visit.view.languages)}{visit.below}")
        state = "changed" if found.active else "confirmed"
        return await self._page(visit, "subscription.html", _own_sheet(chosen, state, visit.view))

    async def _end(self, visit: "_Visit") -> Reply:
        """One click: the mail program posts, a person who opens it sees the button."""
        if visit.posts:
            await self._desk.end(visit.key)
            return await self._page(visit, "subscription.html", OwnSheet("ended", ""))
        return await self._own(visit)

    async def _page(self, visit: "_Visit", template: str, sheet: AskSheet | OwnSheet, status: int = 200) -> Reply:
        at = SUBSCRIBE if isinstance(sheet, AskSheet) else visit.below
        values = {"sheet": sheet, "place": f"{home(visit.code, visit.view.languages)}{at.removesuffix('/end')}"}

        def render() -> Reply:
            body = self._pages.form(visit.code, template, visit.view, values, at)
            speaks = (b"content-language", visit.code.encode())
            return Reply(status, body, HTML, cache=NEVER, headers=(speaks,), security=_FORMS)

        return await asyncio.get_running_loop().run_in_executor(self._threads, render)

    async def _notice(self, visit: "_Visit", status: int) -> Reply:
        def render() -> Reply:
            body = self._pages.form(visit.code, "wait.html", visit.view, {"status": status}, None)
            return Reply(status, body, HTML, cache=NEVER, headers=((b"retry-after", b"60"),), security=_FORMS)

        return await asyncio.get_running_loop().run_in_executor(self._threads, render)

    def _language(self, visit: "_Visit") -> Language:
        return self._pages.language(visit.code)


class _Unreadable(Exception):
    """A form that is too long, or not there in time."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request: who, for which page below a language's home, and what the form said."""

    client: str
    posts: bool
    view: PageView
    code: str
    below: str
    form: dict[str, list[str]]

    def one(self, name: str) -> str:
        return self.form.get(name, [""])[0]

    @property
    def key(self) -> str:
        return self.below.removeprefix(SUBSCRIPTION).partition("/")[0]


async def _form(request: Request) -> dict[str, list[str]]:
    read = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                read += piece
                if len(read) > MOST_BYTES:
                    raise _Unreadable
    except (TimeoutError, ClientDisconnect):
        raise _Unreadable from None
    try:
        return parse_qs(read.decode(), keep_blank_values=True, max_num_fields=1000, errors="strict")
    except ValueError:
        raise _Unreadable from None


def _choices(view: PageView, chosen: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(item.id, item.name, item.id in chosen) for item in view.components)


def _own_sheet(found: Subscription, state: str, view: PageView) -> OwnSheet:
    # Shown once: when it is confirmed, to whoever holds the link.
    secret = found.secret if found.medium is Medium.WEBHOOK and state == "confirmed" else ""
    return OwnSheet(state, found.shown, _choices(view, found.components), secret)


def _with(sheet: AskSheet, *, sent: bool = False, wrong: str = "") -> AskSheet:
    return AskSheet(sheet.media, sheet.medium, sheet.address, sheet.choices, sent, wrong)

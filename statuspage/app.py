"""The ASGI application: cached bytes in front, Starlette behind for what has to be worked out."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from monitor.reader.views import Readiness
from statuspage.pages import Pages
from statuspage.replies import NEVER, SECURITY, Reply
from statuspage.source import Reader

__all__ = ["Pages", "Reader", "StatusPage", "create_app"]

_HEADERS = {
    **{name.decode(): value.decode() for name, value in SECURITY},
    "cache-control": NEVER,
}


class StatusPage:
    """Answers from `pages.found` before any router sees the request."""

    __slots__ = ("_behind", "pages")

    def __init__(self, pages: Pages, behind: Starlette) -> None:
        self.pages = pages
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            reply = self.pages.found.get(path)
            if reply is not None or self.pages.awaits(path):
                if scope["method"] not in ("GET", "HEAD"):
                    reply = self.pages.refused(path)
                elif reply is None:
                    reply = await self.pages.on_request(path)
                await reply(scope, receive, send)
                return
        await self._behind(scope, receive, send)


def create_app(
    reader: Reader, *, admin: bool = False, pages: Pages | None = None, readers: Executor | None = None
) -> StatusPage:
    """The page for one listener. Somebody has to call `app.pages.refresh(now)`: until then it answers 503.

    `admin` is for the listener that is not public: it tells what is not ready. Two listeners share one `pages`.
    Pages that are rendered on request are rendered in `readers`, by default in one thread of their own.
    """
    pages = Pages(reader, readers) if pages is None else pages
    routes = [
        Route("/healthz", _healthz),
        Route("/readyz", _readyz(reader.readiness, admin=admin)),
    ]
    handlers = {404: _handler(pages.missing), 405: _handler(pages.refused)}
    return StatusPage(pages, Starlette(routes=routes, exception_handlers=handlers))


async def _healthz(request: Request) -> Response:
    return PlainTextResponse("ok", headers=_HEADERS)


def _readyz(ask: Callable[[], Readiness], *, admin: bool) -> Callable[[Request], Awaitable[Response]]:
    async def readyz(request: Request) -> Response:
        readiness = ask()
        body = {"ready": readiness.ready, "problems": list(readiness.problems) if admin else []}
        if admin:
            body["role"] = readiness.role
        return JSONResponse(body, status_code=200 if readiness.ready else 503, headers=_HEADERS)

    return readyz


def _handler(find: Callable[[str], Reply]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        # Starlette only calls what a handler returns, and a Reply is called in the same way.
        return cast("Response", find(request.url.path))

    return answer

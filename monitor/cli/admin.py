"""The admin listener: the API, and everything of the page with what is not ready."""

from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.api.app import create_api
from monitor.api.operation import PREFIX
from monitor.api.work import Work
from monitor.hub.hub import Hub
from monitor.probes.run import Clock
from monitor.storage.store import Store
from statuspage.app import StatusPage


def api_of(hub: Hub, *, reading: Store, writing: Store, clock: Clock) -> ASGIApp:
    """The API on a hub: it reads and writes in the hub's threads, by the settings in force."""
    work = Work(
        reading=reading,
        writing=writing,
        settings=lambda: hub.settings,
        now=hub.now,
        readers=hub.threads.readers,
        writer=hub.threads.writer,
        now_ms=lambda: int(clock.wall() * 1000),
    )
    return create_api(work, lambda: int(clock.monotonic() * 1000))


class Admin:
    """The API below its prefix, the page everywhere else; what the page has below the prefix stays the page's."""

    __slots__ = ("_api", "_page")

    def __init__(self, api: ASGIApp, page: StatusPage) -> None:
        self._api = api
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(f"{PREFIX}/"):
            path = scope["path"]
            if path not in self._page.pages.found and not self._page.pages.awaits(path):
                await self._api(scope, receive, send)
                return
        await self._page(scope, receive, send)

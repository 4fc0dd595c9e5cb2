"""What the listeners answer: both of them the page and beats of jobs, the admin one the API and what is not ready."""

from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.api.acknowledging import AckDoor
from monitor.api.app import create_api
from monitor.api.beats import BeatDoor
from monitor.api.metrics import MetricsDoor
from monitor.api.operation import PREFIX
from monitor.api.subscribing import SubscriptionDesk, TooOften
from monitor.api.work import Work
from monitor.cli.front import Front, Limited, Ready
from monitor.core.model import Milliseconds
from monitor.hub.hub import Hub
from monitor.probes.run import Clock
from monitor.storage.store import StorageAway, Store
from statuspage.app import StatusPage
from statuspage.subscribing import SubscribeDoor


def work_of(hub: Hub, *, reading: Store, writing: Store, clock: Clock) -> Work:
    """What is done on a hub for whoever asks: in the hub's threads, by the settings in force."""
    return Work(
        reading=reading,
        writing=writing,
        settings=lambda: hub.settings,
        now=hub.now,
        readers=hub.threads.readers,
        writer=hub.threads.writer,
        now_ms=lambda: int(clock.wall() * 1000),
    )


class Doors:
    """Puts together what each listener answers."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def public(self, page: StatusPage) -> ASGIApp:
        desk = SubscriptionDesk(self._work, self._ticks)
        front = Limited(page, self._ticks)
        forms = SubscribeDoor(front, page.pages, desk, self._work.readers, busy=TooOften, away=StorageAway)
        beats = BeatDoor(forms, self._work, self._ticks)
        door = Ready(page.pages, AckDoor(beats, self._work, self._ticks))
        # Without proxies that are trusted there is nothing to look for in a request.
        proxies = self._work.settings().server.trusted_proxies
        return Front(door, proxies) if proxies else door

    def admin(self, page: StatusPage) -> ASGIApp:
        api = create_api(self._work, self._ticks)
        return MetricsDoor(BeatDoor(Admin(api, page), self._work, self._ticks), self._work)

    def _ticks(self) -> Milliseconds:
        return int(self._clock.monotonic() * 1000)


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

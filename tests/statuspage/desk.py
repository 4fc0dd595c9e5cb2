"""A desk that takes forms and keeps nothing: two subscriptions always stand, one of them not confirmed yet."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from monitor.core.subscription import Medium, Subscription, mail_address
from statuspage.app import StatusPage
from statuspage.subscribing import SubscribeDoor
from tests.statuspage.views import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
PENDING, ACTIVE, HOOK = "p" * 43, "a" * 43, "h" * 43
_HELD = Subscription(1, Medium.EMAIL, "siti@example.org", (), "en", PENDING, SECRET, NOW, NOW, None)
HELD = {
    PENDING: _HELD,
    ACTIVE: replace(_HELD, key=ACTIVE, components=("database",), confirmed_at=NOW),
    HOOK: replace(_HELD, key=HOOK, medium=Medium.WEBHOOK, address="https://hooks.example.org/status"),
}


class Busy(Exception):
    """Whoever writes `busy@…` has to wait."""


class Away(Exception):
    """Nothing can be stored."""


@dataclass(frozen=True, slots=True)
class FakeDesk:
    media: tuple[str, ...] = ("email", "webhook")

    async def ask(self, client: str, medium: str, address: str, components: Sequence[str], language: str) -> None:
        if mail_address(address).startswith("busy@"):
            raise Busy

    def knock(self, client: str) -> None: ...

    async def look(self, key: str) -> Subscription | None:
        return HELD.get(key)

    async def choose(self, key: str, components: Sequence[str], language: str) -> Subscription | None:
        return replace(HELD[key], components=tuple(components), language=language, confirmed_at=NOW)

    async def end(self, key: str) -> bool:
        return True


def with_forms(page: StatusPage, threads: ThreadPoolExecutor) -> SubscribeDoor:
    """The page with a desk in front of it."""
    return SubscribeDoor(page, page.pages, FakeDesk(), threads, busy=Busy, away=Away)

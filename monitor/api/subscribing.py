"""The desk at which visitors subscribe: takes what the page's forms say, and lets nobody ask too often.

It answers the same whether an address was known or not: nobody learns from it who subscribed.
"""

import base64
import secrets
from collections.abc import Callable, Sequence

from monitor.api.limits import Limits
from monitor.api.work import Work
from monitor.core.model import Milliseconds
from monitor.core.permit import Hosts
from monitor.core.rate import Rate
from monitor.core.subscription import Medium, Subscription, mail_address, webhook_url

ASKS_PER_ADDRESS = Rate(burst=5, interval_ms=60_000)
"""Subscriptions asked for from one address: each sends somebody a message."""
LOOKS_PER_ADDRESS = Rate(burst=60, interval_ms=500)
ASKS = Rate(burst=100, interval_ms=1000)
"""By everybody together."""


class TooOften(Exception):
    """Somebody has to wait; the argument is how many seconds."""


class SubscriptionDesk:
    """What the forms of the page lead to. Raises StorageAway, TooOften."""

    def __init__(self, work: Work, ticks: Callable[[], Milliseconds]) -> None:
        self._work = work
        self._asks = Limits(ASKS_PER_ADDRESS, ticks)
        self._looks = Limits(LOOKS_PER_ADDRESS, ticks)
        self._all = Limits(ASKS, ticks)

    @property
    def media(self) -> tuple[str, ...]:
        """What can be subscribed by; nothing where subscriptions are not in the settings."""
        offered = self._work.settings().subscriptions
        found = ((Medium.EMAIL, offered.mail is not None), (Medium.WEBHOOK, offered.webhooks))
        return tuple(medium.value for medium, there in found if there)

    async def ask(self, client: str, medium: str, address: str, components: Sequence[str], language: str) -> None:
        """Sends the link to an address. Raises ValueError for one that is none."""
        wanted = self._wanted(Medium(medium), address, components, language)
        _wait(self._asks.wait(client))
        _wait(self._all.wait(""))
        await self._work.write(lambda store: store.subscribers.ask(wanted))

    def knock(self, client: str) -> None:
        """Counts one request; comes before anything that costs us."""
        _wait(self._looks.wait(client))

    async def look(self, key: str) -> Subscription | None:
        """The subscription that a key opens."""
        return await self._work.read(lambda desk: desk.store.subscribers.by_key(key))

    async def choose(self, key: str, components: Sequence[str], language: str) -> Subscription | None:
        """Confirms a subscription, or changes what it is told."""
        known, now = self._known(components), self._work.now()
        return await self._work.write(lambda store: store.subscribers.choose(key, known, language, now))

    async def end(self, key: str) -> bool:
        """Ends a subscription; whether there was one."""
        return await self._work.write(lambda store: store.subscribers.end(key))

    def _wanted(self, medium: Medium, address: str, components: Sequence[str], language: str) -> Subscription:
        if medium.value not in self.media:
            raise ValueError("this way is not offered")
        hosts = Hosts.of(self._work.settings().subscriptions.allow)
        checked = mail_address(address) if medium is Medium.EMAIL else webhook_url(address, hosts)
        now = self._work.now()
        return Subscription(
            no=0,
            medium=medium,
            address=checked,
            components=self._known(components),
            language=language,
            key=secrets.token_urlsafe(32),
            secret=f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
            created_at=now,
            asked_at=now,
            confirmed_at=None,
        )

    def _known(self, components: Sequence[str]) -> tuple[str, ...]:
        """Those that there are, in the settings' order; all of them are none in particular."""
        there = [item.id for item in self._work.settings().components]
        chosen = tuple(name for name in there if name in components)
        return () if len(chosen) == len(there) else chosen


def _wait(milliseconds: Milliseconds) -> None:
    if milliseconds:
        raise TooOften(-(-milliseconds // 1000))

"""Who asked how often: one bucket for each token and each address. Owns the buckets and bounds how many there are."""

from collections.abc import Callable

from monitor.core.model import Milliseconds
from monitor.core.rate import Rate, take

MOST = 4096
"""Buckets kept at once; beyond that the ones that are full soonest go first, they know least."""


class Limits:
    """Buckets of one rate by name. Called in the event loop only."""

    def __init__(self, rate: Rate, ticks: Callable[[], Milliseconds], most: int = MOST) -> None:
        self._rate = rate
        self._ticks = ticks
        self._most = most
        self._full_at: dict[str, Milliseconds] = {}

    def wait(self, name: str) -> Milliseconds:
        """Takes one for a name; how long it has to wait, 0 when it may go on."""
        now = self._ticks()
        taken = take(self._rate, self._full_at.get(name, now), now)
        if name not in self._full_at and len(self._full_at) >= self._most:
            self._make_room(now)
        self._full_at[name] = taken.full_at
        return taken.wait_ms

    def _make_room(self, now: Milliseconds) -> None:
        self._full_at = {name: at for name, at in self._full_at.items() if at > now}
        for name in sorted(self._full_at, key=lambda name: self._full_at[name])[: -self._most // 2]:
            del self._full_at[name]

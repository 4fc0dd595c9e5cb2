"""The clock that probes are given, and how late the event loop is: what tells a slow target from a slow prober."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

_PERIOD = 0.05  # seconds
_WORTH_KEEPING = 0.001


class Clock(Protocol):
    """Time as a probe is told it; a test passes its own."""

    def wall(self) -> float:
        """Seconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    def watch(self) -> AbstractContextManager[Callable[[], float]]:
        """Gives a function: the event loop's worst lateness, in seconds, since the block began."""


class SystemClock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._lag = LagWatcher(time.monotonic)

    def wall(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def watch(self) -> AbstractContextManager[Callable[[], float]]:
        return self._lag.watch()


class LagWatcher:
    """While anyone watches, looks 50 ms ahead again and again and keeps by how much it was woken too late.

    Of two records the older, smaller one can never be the worst, so only a falling row of them is kept.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._records: deque[tuple[float, float]] = deque()  # when woken, how late
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._watchers = 0

    @contextmanager
    def watch(self) -> Iterator[Callable[[], float]]:
        """Gives a function: the running loop's worst lateness, in seconds, since the block began."""
        if not self._watchers:
            self._records.clear()
            self._expect_next()
        self._watchers += 1
        marker = self._monotonic()
        try:
            yield lambda: self.worst_since(marker)
        finally:
            self._watchers -= 1
            if not self._watchers and self._timer is not None:
                self._timer.cancel()

    def woken(self) -> None:
        """Books one awakening, and sets the next."""
        now = self._monotonic()
        late = round(now - self._due, 3)
        while self._records and self._records[-1][1] <= late:
            self._records.pop()
        if late >= _WORTH_KEEPING:
            self._records.append((now, late))
        self._expect_next()

    def worst_since(self, marker: float) -> float:
        """The worst lateness after a monotonic moment, one that still goes on included."""
        now = self._monotonic()
        # What lies before the marker hurt nobody who began at it.
        past = (min(late, at - marker) for at, late in self._records if at > marker)
        return max([0.0, min(now - self._due, now - marker), *past])

    def _expect_next(self) -> None:
        self._due = self._monotonic() + _PERIOD
        self._timer = asyncio.get_running_loop().call_later(_PERIOD, self.woken)

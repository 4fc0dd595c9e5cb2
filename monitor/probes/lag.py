"""The clock that probes are given, and how late the event loop is: what tells a slow target from a slow prober."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
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

    def watch(self) -> "Watch":
        """Gives a function: the running loop's worst lateness, in seconds, since the block began."""
        return Watch(self)

    def begin(self) -> float:
        """Counts one more who watches; gives the marker from which on."""
        if not self._watchers:
            self._records.clear()
            self._expect_next()
        self._watchers += 1
        return self._monotonic()

    def end(self) -> None:
        """Counts one less who watches."""
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


class Watch:
    """One who watches: a `with` block that gives how late the loop was at worst since it began."""

    __slots__ = ("_lag", "_marker")

    def __init__(self, lag: LagWatcher) -> None:
        self._lag = lag
        self._marker = 0.0

    def __enter__(self) -> Callable[[], float]:
        self._marker = self._lag.begin()
        return self._worst

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._lag.end()

    def _worst(self) -> float:
        return self._lag.worst_since(self._marker)

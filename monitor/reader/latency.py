"""Response times from counted results: p95 of a day and of each of its hours. Full hours are read once."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from math import ceil
from typing import Protocol, TypeAlias

from monitor.core.model import Milliseconds, Seconds

HOUR: Seconds = 3600
_SETTLED: Seconds = 600
_LAG: Seconds = 120
"""Of the hour that is under way, what is older than this is counted once; a full hour is counted anew."""


Counts: TypeAlias = dict[str, dict[Milliseconds, int]]
"""By component: how often each total time was seen."""


class Latencies(Protocol):
    """The part of the store that is needed here."""

    def latencies(self, start: Seconds, end: Seconds) -> Counts: ...


class Hours:
    """Counts of total times by component for the last hours."""

    def __init__(self, store: Latencies) -> None:
        self._store = store
        self._full: OrderedDict[Seconds, Counts] = OrderedDict()
        self._open: dict[Seconds, tuple[Seconds, Counts]] = {}  # by hour: up to when, counts

    def last_day(self, now: Seconds) -> list[Counts]:
        """24 hours of counts, oldest first; the last is the hour that is under way."""
        first = now - now % HOUR - 23 * HOUR
        return [self._hour(start, now) for start in range(first, first + 24 * HOUR, HOUR)]

    def _hour(self, start: Seconds, now: Seconds) -> Counts:
        if start in self._full:
            return self._full[start]
        if start + HOUR + _SETTLED >= now:
            return self._open_hour(start, now)
        counts = self._full[start] = self._store.latencies(start, start + HOUR)
        self._open.pop(start, None)
        while len(self._full) > 24:
            self._full.popitem(last=False)
        return counts

    def _open_hour(self, start: Seconds, now: Seconds) -> Counts:
        """An hour that is not settled yet: only its newest part is read each time."""
        until, counts = self._open.get(start, (start, {}))
        settled = max(until, min(now - _LAG, start + HOUR))
        if settled > until:
            counts = _sum(counts, self._store.latencies(until, settled))
            self._open[start] = (settled, counts)
        if settled == start + HOUR:
            return counts
        return _sum(counts, self._store.latencies(settled, start + HOUR))


def _sum(first: Counts, second: Counts) -> Counts:
    total = {component: dict(counts) for component, counts in first.items()}
    for component, counts in second.items():
        mine = total.setdefault(component, {})
        for time, count in counts.items():
            mine[time] = mine.get(time, 0) + count
    return total


def p95(counts: Mapping[Milliseconds, int]) -> Milliseconds | None:
    """The smallest time that 95 % of the answers did not exceed (nearest rank); None without any."""
    total = sum(counts.values())
    if not total:
        return None
    rank, seen = ceil(total * 95 / 100), 0
    for time, count in sorted(counts.items()):
        seen += count
        if seen >= rank:
            return time
    raise AssertionError("counts do not add up")


def day_of(hours: list[Counts], component: str) -> dict[Milliseconds, int]:
    """One component's counts over all hours."""
    total: Counter[Milliseconds] = Counter()
    for hour in hours:
        total.update(hour.get(component, {}))
    return dict(total)

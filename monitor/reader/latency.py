"""Response times from counted results: p95 of a day and of each of its hours. Full hours are read once."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from math import ceil
from typing import Protocol

from monitor.core.model import Milliseconds, Seconds

HOUR: Seconds = 3600
_SETTLED: Seconds = 600


class Latencies(Protocol):
    """The part of the store that is needed here."""

    def latencies(self, start: Seconds, end: Seconds) -> dict[str, dict[Milliseconds, int]]: ...


class Hours:
    """Counts of total times by component for the last hours."""

    def __init__(self, store: Latencies) -> None:
        self._store = store
        self._full: OrderedDict[Seconds, dict[str, dict[Milliseconds, int]]] = OrderedDict()

    def last_day(self, now: Seconds) -> list[dict[str, dict[Milliseconds, int]]]:
        """24 hours of counts, oldest first; the last is the hour that is under way."""
        first = now - now % HOUR - 23 * HOUR
        return [self._hour(start, now) for start in range(first, first + 24 * HOUR, HOUR)]

    def _hour(self, start: Seconds, now: Seconds) -> dict[str, dict[Milliseconds, int]]:
        if start in self._full:
            return self._full[start]
        counts = self._store.latencies(start, start + HOUR)
        if start + HOUR + _SETTLED < now:
            self._full[start] = counts
            while len(self._full) > 24:
                self._full.popitem(last=False)
        return counts


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


def day_of(hours: list[dict[str, dict[Milliseconds, int]]], component: str) -> dict[Milliseconds, int]:
    """One component's counts over all hours."""
    total: Counter[Milliseconds] = Counter()
    for hour in hours:
        total.update(hour.get(component, {}))
    return dict(total)

"""Response times of one component over a day, a week or 90 days, ready to be drawn: `Reader.response_times`.

Exact, whatever the period: p50 and p95 of all answers of all its checks and locations, never a mean of percentiles.
What is over is worked out once and remembered.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from monitor.core.archive import DAY
from monitor.core.model import Interval, Milliseconds, Seconds
from monitor.storage.store import Store

HOUR: Seconds = 3600
_SETTLED: Seconds = 600
"""Results of an hour or a day that came up to so long after its end are in it for good; later ones with its sealing."""

_NEWS: Seconds = 300
"""How often what is still under way is counted anew."""

_REMEMBERED = 400
"""Open stretches kept: three days by the hour and by the day, and those under way."""


class Period(StrEnum):
    """How far back a chart looks."""

    DAY = "24h"
    WEEK = "7d"
    QUARTER = "90d"


@dataclass(frozen=True, slots=True)
class ResponsePoint:
    """The answers in `[start, end)`, an hour or a day of UTC. Without answers (`count` 0) there are no times: a gap."""

    start: Seconds
    end: Seconds
    count: int = 0
    p50_ms: Milliseconds | None = None
    p95_ms: Milliseconds | None = None
    most_ms: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class ResponseTimesView:
    """Points without holes, oldest first: 24 or 168 hours, or 90 days. The last one is under way, up to 5 min old."""

    component: str
    period: Period
    points: tuple[ResponsePoint, ...]


class ResponseTimes:
    """Makes the views of one store; may be asked by several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: OrderedDict[tuple[Seconds, Seconds, Seconds], Mapping[str, ResponsePoint]] = OrderedDict()
        self._sealed: dict[tuple[str, Seconds, Seconds], tuple[int, Sequence[ResponsePoint]]] = {}

    def view(self, component: str, period: Period, now: Seconds) -> ResponseTimesView:
        """The chart of a component, one gap where there is no such component."""
        step, count = (DAY, 90) if period is Period.QUARTER else (HOUR, 24 if period is Period.DAY else 168)
        first = now - now % step - (count - 1) * step
        return ResponseTimesView(component, period, tuple(self._points(component, first, step, now)))

    def _points(self, component: str, first: Seconds, step: Seconds, now: Seconds) -> Iterator[ResponsePoint]:
        sealed = self._store.answers.sealed(component, first - first % DAY, now)
        self._sealed.pop((component, first - first % DAY - DAY, step), None)
        for start in range(first, now + 1, step):
            day = start - start % DAY
            if start >= sealed.open_from:
                yield self._counted(start, step, now).get(component, ResponsePoint(start, start + step))
            elif day in sealed.tags:
                yield self._of_day(component, day, step, sealed.tags[day])[(start - day) // step]
            else:
                yield ResponsePoint(start, start + step)

    def _of_day(self, component: str, day: Seconds, step: Seconds, tag: int) -> Sequence[ResponsePoint]:
        """The points of a sealed day."""
        key = (component, day, step)
        known = self._sealed.get(key)
        if known is None or known[0] != tag:
            hours = self._store.answers.day(component, day)
            parts = hours if step == HOUR else [[time for times in hours for time in times]]
            points = [_point(day + number * step, step, _counts(times)) for number, times in enumerate(parts)]
            known = self._sealed[key] = (tag, points)
        return known[1]

    def _counted(self, start: Seconds, step: Seconds, now: Seconds) -> Mapping[str, ResponsePoint]:
        """By component, from the rows of an open stretch: one statement for all of them, once."""
        over = start + step + _SETTLED <= now
        seen_at = start + step if over else now - now % _NEWS
        key = (start, step, seen_at)
        found = self._open.get(key)
        if found is None:
            counts = self._store.latencies(start, start + step)
            found = {component: _point(start, step, times) for component, times in counts.items()}
            self._open[key] = found
            while len(self._open) > _REMEMBERED:
                self._open.popitem(last=False)
        return found


def whole(store: Store, component: str, within: Interval) -> ResponsePoint:
    """All answers of a stretch of time as one point. An hour that an edge cuts belongs to where it begins."""
    counts = Counter[Milliseconds]()
    first = within.start - within.start % DAY
    sealed = store.answers.sealed(component, first, within.end)
    for day in range(first, within.end, DAY):
        if day >= sealed.open_from:
            open_ = store.latencies(max(day, within.start), min(day + DAY, within.end))
            counts.update(open_.get(component, {}))
        elif day in sealed.tags:
            for number, times in enumerate(store.answers.day(component, day)):
                if within.start <= day + number * HOUR < within.end:
                    counts.update(times)
    return _point(within.start, within.end - within.start, counts)


def _counts(times: Sequence[Milliseconds]) -> Mapping[Milliseconds, int]:
    return Counter(times)


def _point(start: Seconds, step: Seconds, counts: Mapping[Milliseconds, int]) -> ResponsePoint:
    total = sum(counts.values())
    if not total:
        return ResponsePoint(start, start + step)
    ordered = sorted(counts.items())
    p50, p95 = (_ranked(ordered, ceil(total * share / 100)) for share in (50, 95))
    return ResponsePoint(start, start + step, total, p50, p95, ordered[-1][0])


def _ranked(ordered: Sequence[tuple[Milliseconds, int]], rank: int) -> Milliseconds:
    seen = 0
    for time, count in ordered:
        seen += count
        if seen >= rank:
            return time
    raise AssertionError("counts do not add up")

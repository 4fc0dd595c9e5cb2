"""Months and days of a zone as intervals of UTC seconds. Zone objects are passed in, never looked up here.

A day begins at its first instant in the zone: where midnight is skipped that is the jump itself, where it is
doubled the first one. Lengths are differences of UTC instants, so March in Berlin has 743 hours.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.core.model import Interval, Seconds

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_PERIOD = re.compile(r"([0-9]{4})(?:-Q([1-4]))?")
_MOMENT = re.compile(r"2\d{3}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( ?(Z|[+-]\d\d:?\d\d))?", re.IGNORECASE | re.ASCII)
"""Digits of ASCII only: one month has one label."""


def month_bounds(month: str, zone: ZoneInfo) -> Interval:
    """`2026-11` in the zone: first instant of day 1 to the first instant of the next month's day 1.

    Raises ValueError for a text that is not a month.
    """
    return Interval(_first_instant(_first_day(month), zone), _first_instant(_first_day(next_month(month)), zone))


def month_of(instant: Seconds, zone: ZoneInfo) -> str:
    """The month that holds the instant; agrees with `month_bounds` where clocks run back over midnight."""
    day = day_of(instant, zone)
    return f"{day:%Y-%m}"


def day_bounds(day: date, zone: ZoneInfo) -> Interval:
    """The day in the zone; empty for one that the zone skipped."""
    return Interval(_first_instant(day, zone), _first_instant(day + timedelta(days=1), zone))


def day_of(instant: Seconds, zone: ZoneInfo) -> date:
    """The day that holds the instant, agreeing with `day_bounds`."""
    day = datetime.fromtimestamp(instant, zone).date()
    following = day + timedelta(days=1)
    return following if _first_instant(following, zone) <= instant else day


def days_back(now: Seconds, zone: ZoneInfo, count: int) -> list[date]:
    """The last `count` days, oldest first; the last is the day that holds `now`."""
    today = day_of(now, zone)
    return [today - timedelta(days=back) for back in reversed(range(count))]


def next_month(month: str) -> str:
    """The month after it."""
    return f"{_first_day(month) + timedelta(days=31):%Y-%m}"


def previous_month(month: str) -> str:
    """The month before it."""
    return f"{_first_day(month) - timedelta(days=1):%Y-%m}"


def months_back(newest: str, count: int) -> list[str]:
    """The last `count` months, newest first, beginning with `newest`."""
    months = [newest]
    while len(months) < count:
        months.append(previous_month(months[-1]))
    return months


def months_between(first: str, last: str) -> Iterator[str]:
    """Every month from `first` to `last`, both included; none when `last` comes before `first`."""
    while _first_day(first) <= _first_day(last):
        yield first
        first = next_month(first)


def months_of(period: str) -> tuple[str, ...]:
    """The months of a year `2026` or a quarter `2026-Q3`, or a month itself. Raises ValueError for anything else."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        _first_day(period)
        return (period,)
    first, count = (1, 12) if match[2] is None else (int(match[2]) * 3 - 2, 3)
    return tuple(f"{match[1]}-{month:02}" for month in range(first, first + count))


def instant_at(wall: datetime, zone: ZoneInfo) -> Seconds:
    """The instant of a naive wall time: a skipped one moves on by the gap, a doubled one is the first."""
    if wall.tzinfo is not None:
        raise ValueError(f"{wall.isoformat()} already has a zone; give a wall time")
    return int(wall.replace(tzinfo=zone, fold=0).timestamp())


def parse_moment(text: str, zone: ZoneInfo) -> Seconds:
    """`2026-11-29 01:00` in the zone, or with `Z` or an offset, as people write it. Raises ValueError saying how.

    A skipped wall time moves on by the gap.
    """
    if _MOMENT.fullmatch(text.strip()) is None:
        raise ValueError(f"{text!r} is not a time; write 2026-11-29 01:00, or 2026-11-28T18:00Z")
    try:
        moment = datetime.fromisoformat(re.sub(r" (?=Z|[+-])", "", text.strip().upper()))
        return instant_at(moment, zone) if moment.tzinfo is None else int(moment.timestamp())
    except ValueError:
        raise ValueError(f"{text!r} is not in the calendar; write 2026-11-29 01:00") from None


def parse_instant(text: str) -> Seconds:
    """`2026-04-01T00:00:00Z` (or with an offset) as an instant. Raises ValueError saying how to write one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.microsecond:
        raise ValueError(f"{text!r} is not an instant; write whole seconds with a zone: 2026-04-01T00:00:00Z")
    return int(moment.timestamp())


def format_instant(instant: Seconds) -> str:
    """The instant in UTC, as `parse_instant` reads it back."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _first_day(month: str) -> date:
    match = _MONTH.fullmatch(month)
    if match is None:
        raise ValueError(f"{month!r} is not a month; write 2026-11")
    return date(int(match[1]), int(match[2]), 1)


@lru_cache(maxsize=4096)  # each page asks for the same ninety days of every component
def _first_instant(day: date, zone: ZoneInfo) -> Seconds:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = int(midnight.timestamp())
    if datetime.fromtimestamp(instant, zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return instant
    # Midnight was skipped: the jump lies between its readings by the offset after it and the one before it.
    low, high = int(midnight.replace(fold=1).timestamp()), instant
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).date() >= day:
            high = middle
        else:
            low = middle + 1
    return low

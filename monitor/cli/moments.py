"""Instants and lengths as people type them at the command line, and as they read them there."""

import math
import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from monitor.core.calendar import instant_at
from monitor.core.model import Seconds
from monitor.core.text import left_time, parse_duration

_INSTANT = re.compile(r"2\d{3}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( ?(Z|[+-]\d\d:?\d\d))?", re.IGNORECASE)
_DAY: Seconds = 86_400
_LONGEST = timedelta(days=3660)


def asked_at() -> Seconds:
    """The present instant, rounded up: for what begins a right."""
    return math.ceil(time.time())


def ended_at() -> Seconds:
    """The present instant, rounded down: for what ends one."""
    return int(time.time())


def parse_time(text: str, zone: ZoneInfo) -> Seconds:
    """`2026-11-29 01:00` in the zone, or with `Z` or an offset. A skipped wall time moves on by the gap.

    Raises click.BadParameter saying how to write one.
    """
    if _INSTANT.fullmatch(text.strip()) is None:
        raise click.BadParameter(f"{text!r} is not a time; write 2026-11-29 01:00, or 2026-11-28T18:00Z")
    try:
        moment = datetime.fromisoformat(re.sub(r" (?=Z|[+-])", "", text.strip().upper()))
        return instant_at(moment, zone) if moment.tzinfo is None else int(moment.timestamp())
    except ValueError:
        raise click.BadParameter(f"{text!r} is not in the calendar; write 2026-11-29 01:00") from None


def parse_length(text: str) -> Seconds:
    """`30s`, `2h`, `1d` in whole seconds. Raises click.BadParameter saying how to write one."""
    try:
        length = parse_duration(text)
    except OverflowError:
        raise click.BadParameter(f"{text!r} is longer than {_LONGEST.days} days") from None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if length % timedelta(seconds=1):
        raise click.BadParameter(f"{text!r} is not in whole seconds")
    if length > _LONGEST:
        raise click.BadParameter(f"{text!r} is longer than {_LONGEST.days} days")
    return length // timedelta(seconds=1)


def moment(instant: Seconds, zone: ZoneInfo) -> str:
    """`Sun 22 Nov 2026 01:00 WIB`; seconds only where there are any."""
    local = datetime.fromtimestamp(instant, zone)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b %Y} {clock} {local.tzname()}"


def moment_twice(instant: Seconds, zone: ZoneInfo) -> str:
    """In the zone and in UTC, or once where they agree."""
    there, utc = moment(instant, zone), moment(instant, ZoneInfo("UTC"))
    return there if datetime.fromtimestamp(instant, zone).utcoffset() == UTC.utcoffset(None) else f"{there} = {utc}"


def length(seconds: Seconds) -> str:
    """`10 days`, `1 day`; anything that is not whole days in units: `6 d 23 h`."""
    days, rest = divmod(seconds, _DAY)
    if days and not rest:
        return f"{days} day" if days == 1 else f"{days} days"
    return left_time(seconds)

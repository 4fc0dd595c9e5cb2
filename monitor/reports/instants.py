"""Instants and lengths as those who act read them, with weekday and zone: `Sun 22 Nov 2026 01:00 WIB`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.core.model import Seconds
from monitor.core.text import left_time

_DAY: Seconds = 86_400


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

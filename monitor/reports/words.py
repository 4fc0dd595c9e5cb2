"""How reports word months, moments and periods, in English and in the month's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.core.model import Seconds
from monitor.core.text import number

# Never the machine's locale.
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def month_title(label: str) -> str:
    """`2026-09` as `September 2026`."""
    year, month = label.split("-")
    return f"{_MONTHS[int(month) - 1]} {year}"


def moment(instant: Seconds, zone: ZoneInfo) -> str:
    """`9 Sep 14:02`; seconds only where there are any."""
    local = datetime.fromtimestamp(instant, zone)
    return f"{_day(local)} {_clock(local)}"


def dated(instant: Seconds, zone: ZoneInfo) -> str:
    """`9 Sep 2026 14:02`: where the year is not said elsewhere."""
    local = datetime.fromtimestamp(instant, zone)
    return f"{_day(local)} {local.year} {_clock(local)}"


def period(start: Seconds, end: Seconds, zone: ZoneInfo) -> str:
    """`9 Sep 14:02–14:41`, with the day again where it is another one."""
    first, last = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)
    until = _clock(last) if first.date() == last.date() else f"{_day(last)} {_clock(last)}"
    return f"{_day(first)} {_clock(first)}–{until}"


def seconds(length: int) -> str:
    """`2,592,000 s`."""
    return f"{number(length).replace('-', '−')} s"


def _day(local: date) -> str:
    return f"{local.day} {_MONTHS[local.month - 1][:3]}"


def _clock(local: datetime) -> str:
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"

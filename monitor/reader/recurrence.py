"""Recurring maintenance: from a rule as calendars write it (RRULE, RFC 5545) to the periods that are announced.

Expanded in its zone: an occurrence keeps its wall time over a change of the clocks. A skipped wall time moves on by the
gap, a doubled one is the first. Stored as instants; what is not listed here is not announced.
"""

import re
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrule, rrulestr

from monitor.core.calendar import instant_at
from monitor.core.model import Interval, Seconds

MONTHS = 13
"""An announcement reaches so far at most; later occurrences are announced later."""

_MOST = 400
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
_NUMBER = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)


def occurrences(rule: str, start: Seconds, length: Seconds, zone: ZoneInfo) -> list[Interval]:
    """Every period of the rule from its first one on, at most 13 months ahead of it. The first one is at `start`.

    Raises ValueError saying how to write a rule, or why this one cannot be announced.
    """
    first = datetime.fromtimestamp(start, zone).replace(tzinfo=None)
    end = first + relativedelta(months=MONTHS)
    parsed = _parsed(rule, first, zone)
    walls = []
    for wall in parsed:
        if wall >= end:
            break
        walls.append(wall)
        if len(walls) > _MOST:
            raise ValueError(f"this rule has more than {_MOST} occurrences in {MONTHS} months; let it come less often")
    if not walls:
        raise ValueError(f"{rule!r} never happens within {MONTHS} months")
    if walls[0] != first:
        raise ValueError(
            f"it starts {first:%Y-%m-%d %H:%M}, which the rule does not hold; the first time that it does is "
            f"{walls[0]:%Y-%m-%d %H:%M}"
        )
    starts = [start, *(instant_at(wall, zone) for wall in walls[1:])]
    found = [Interval(each, each + length) for each in starts]
    if any(one.end > two.start for one, two in pairwise(found)):
        raise ValueError("one occurrence lasts into the next; let it end earlier, or come less often")
    return found


def _parsed(rule: str, first: datetime, zone: ZoneInfo) -> rrule:
    parts = dict(_part(text) for text in rule.upper().removeprefix("RRULE:").strip().split(";"))
    frequency, unknown = parts.get("FREQ"), sorted(set(parts) - _PARTS)
    if frequency not in _FREQUENCIES:
        raise ValueError(f"{rule!r} has no FREQ of {', '.join(_FREQUENCIES)}; write one such as FREQ=WEEKLY;BYDAY=SU")
    if unknown:
        raise ValueError(f"{', '.join(unknown)} cannot be used here; known are {', '.join(sorted(_PARTS))}")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and _NUMBER.fullmatch(parts[name]) is None:
            raise ValueError(f"{name}={parts[name]} is no number from 1 to 999")
    if "UNTIL" in parts:
        parts["UNTIL"] = _local_until(parts["UNTIL"], zone)
    try:
        found = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=first)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise ValueError(f"{rule!r} is not a rule: {error}; write one such as FREQ=WEEKLY;BYDAY=SU") from None
    if not isinstance(found, rrule):
        raise ValueError(f"{rule!r} is more than one rule")  # noqa: TRY004 - whoever wrote it reads this
    return found


def _part(text: str) -> tuple[str, str]:
    name, equals, value = text.strip().partition("=")
    if not equals or not value:
        raise ValueError(f"{text!r} is no part of a rule; write one such as FREQ=WEEKLY;BYDAY=SU")
    return name, value


def _local_until(text: str, zone: ZoneInfo) -> str:
    """An end as a wall time of the zone, as the occurrences are; a day alone ends with it."""
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError(f"UNTIL={text} is no day; write UNTIL=20270301, or UNTIL=20270301T170000Z")
    day, clock, utc = match.groups()
    if clock is None:
        return f"{day}T235959"
    if not utc:
        return text
    try:
        moment = datetime.strptime(day + clock, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"UNTIL={text} is not in the calendar") from None
    return f"{moment.astimezone(zone):%Y%m%dT%H%M%S}"

"""Instants and lengths as people type them at the command line, and as they read them there."""

import math
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from monitor.core.calendar import parse_moment
from monitor.core.model import Seconds
from monitor.core.text import parse_duration
from monitor.reports.instants import length, moment, moment_twice

__all__ = ["asked_at", "ended_at", "length", "moment", "moment_twice", "parse_length", "parse_time"]

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
    try:
        return parse_moment(text, zone)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def parse_length(text: str) -> Seconds:
    """`30s`, `2h`, `1d` in whole seconds. Raises click.BadParameter saying how to write one."""
    try:
        found = parse_duration(text)
    except OverflowError:
        raise click.BadParameter(f"{text!r} is longer than {_LONGEST.days} days") from None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if found % timedelta(seconds=1):
        raise click.BadParameter(f"{text!r} is not in whole seconds")
    if found > _LONGEST:
        raise click.BadParameter(f"{text!r} is longer than {_LONGEST.days} days")
    return found // timedelta(seconds=1)

"""Rules about time: does a check fit its slot, and are slots short enough for what is promised?"""

from datetime import timedelta
from fractions import Fraction

from monitor.core.text import format_duration, target_percent
from monitor.settings.checks import budget, critical_by_default, default_retry, default_timeout
from monitor.settings.findings import Findings, duration
from monitor.settings.nodes import Node, Place

HOUR = 3600
MONTH = timedelta(minutes=43_200)
DEFAULT_EVERY = timedelta(seconds=60)
_MILLISECOND = timedelta(milliseconds=1)


def check_slot(findings: Findings, check: Node, place: Place) -> None:
    """`every` is whole seconds that divide an hour, and the budget fits into it."""
    every = duration(check, "every", DEFAULT_EVERY)
    if every is None:
        return
    if (wrong := _wrong_slot(every)) is not None:
        findings.mistake((*place, "every"), wrong)
        return
    _check_budget(findings, check, place, every)


def every_of(check: Node) -> timedelta | None:
    """A check's slot where it is a proper one, else None."""
    every = duration(check, "every", DEFAULT_EVERY)
    return None if every is None or _wrong_slot(every) is not None else every


def is_critical(check: Node) -> bool | None:
    """Whether the check decides about its component; None where that cannot be told."""
    written = check.get("critical")
    if written is not None:
        return written.value if isinstance(written.value, bool) else None
    every, kind = every_of(check), check.text("kind")
    return None if every is None or kind is None else critical_by_default(kind, every)


def check_resolution(findings: Findings, check: Node, place: Place, strictest: tuple[Fraction, str]) -> None:
    """Warns when one failed slot uses up more than a tenth of what a month of 30 days allows."""
    every = every_of(check)
    target, owner = strictest
    allowed = Fraction(MONTH // timedelta(seconds=1)) * (1 - target)
    if every is None or not is_critical(check) or every // timedelta(seconds=1) <= allowed / 10:
        return
    best = max((number for number in _DIVISORS if number <= allowed / 10), default=None)
    remedy = f"write every: {_seconds(best)}" if best else "no slot is short enough to prove it"
    whose = f"the {_allowance(allowed)} a month that {target_percent(target)}% ({owner}) allows; {remedy}"
    if every // timedelta(seconds=1) > allowed:
        text = f"a slot of {format_duration(every)} cannot prove it: one failed slot is more than {whose}"
    else:
        text = f"one slot of {format_duration(every)} is more than a tenth of {whose}"
    findings.warn((*place, "every"), text)


_DIVISORS = tuple(number for number in range(1, HOUR + 1) if HOUR % number == 0)


def _wrong_slot(every: timedelta) -> str | None:
    seconds, rest = divmod(every, timedelta(seconds=1))
    if not rest and seconds in _DIVISORS:
        return None
    if seconds < 1 or seconds > HOUR or rest:
        return f"{format_duration(every)} is not a slot; write whole seconds that divide an hour, from 1s to 1h"
    below = max(number for number in _DIVISORS if number < seconds)
    above = min(number for number in _DIVISORS if number > seconds)
    return f"{format_duration(every)} does not divide an hour; write {_seconds(below)} or {_seconds(above)}"


def _check_budget(findings: Findings, check: Node, place: Place, every: timedelta) -> None:
    timeout = duration(check, "timeout", default_timeout(every))
    retry = duration(check, "retry", default_retry(every))
    if timeout is None or retry is None:
        return
    if not timeout:
        findings.mistake((*place, "timeout"), "0s leaves no time to answer; write one such as 10s")
        return
    if budget(timeout, retry) <= every:
        return
    largest = _floor((every - retry) / 2) if retry else every
    said = f"timeout {format_duration(timeout)}"
    if retry:
        said += f" + retry {format_duration(retry)} + timeout again = {format_duration(budget(timeout, retry))}"
    key = "timeout" if check.get("timeout") is not None or largest <= timedelta(0) else "retry"
    key = key if check.get(key) is not None else "retry"
    findings.mistake(
        (*place, key), f"{said} does not fit into every: {format_duration(every)}; {_remedy(every, retry, largest)}"
    )


def _remedy(every: timedelta, retry: timedelta, largest: timedelta) -> str:
    if largest <= timedelta(0):
        return f"with retry: 0s the largest timeout that fits is {format_duration(every)}"
    fits = f"the largest timeout that fits is {format_duration(largest)}"
    return f"{fits}, or {format_duration(every)} with retry: 0s" if retry else fits


def _floor(length: timedelta) -> timedelta:
    return length // _MILLISECOND * _MILLISECOND


def _seconds(count: int) -> str:
    return format_duration(timedelta(seconds=count))


def _allowance(seconds: Fraction) -> str:
    return f"{int(seconds)}s"

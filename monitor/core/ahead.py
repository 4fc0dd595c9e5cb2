"""Ahead of a month's end: when its allowance runs out, and what more downtime would make of it.

Nothing here is a figure: it supposes that the time to come is measured, and up but for what is asked about.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from monitor.core.account import Account
from monitor.core.availability import Figure, count
from monitor.core.credit import Credit
from monitor.core.interval import seconds_in
from monitor.core.model import Seconds


@dataclass(frozen=True, slots=True)
class Supposed:
    """The whole month with `more` seconds of downtime to come and nothing else, and the credit that would be owed."""

    more: Seconds
    figure: Figure
    credit: Credit


def runs_out(account: Account) -> Seconds | None:
    """When the allowance is used up at the pace of the time measured so far.

    None when it lasts the month or nothing was down so far, where it is already overdrawn, and without a target.
    """
    running = account.allowance
    if running is None or running.left < 0 or not running.used:
        return None
    pace = running.used / account.figure.measured_seconds
    needed = running.left / pace
    for stretch in account.to_come:
        if needed < stretch.length:
            return stretch.start + int(needed)
        needed -= stretch.length
    return None


def supposing(account: Account, more: Seconds) -> Supposed:
    """The month if it goes on with one outage of `more` seconds in agreed time and is up otherwise.

    Raises ValueError for an account without a target, and for more than the agreed time that is to come.
    """
    if account.target is None:
        raise ValueError(f"{account.id} has no target")
    rest = seconds_in(account.to_come)
    if not 0 <= more <= rest:
        raise ValueError(f"only {rest} s of agreed time are left in {account.label}")
    down = more if more >= account.bundle.min_outage else 0
    figure = _whole(account, rest, down)
    return Supposed(more, figure, account.credit_terms.owed(figure, account.target))


def pace(account: Account) -> Fraction | None:
    """The share of the measured time that was lost so far; None before anything was measured."""
    measured = account.figure.measured_seconds
    return account.figure.downtime_equivalent / measured if measured else None


def _whole(account: Account, rest: Seconds, down: Seconds) -> Figure:
    """The whole month's figure with the agreed time to come up but for `down`."""
    month = count(account.whole_month, degraded_weight=account.bundle.degraded_weight)
    return replace(
        month,
        unknown_seconds=month.unknown_seconds - rest,
        up_seconds=month.up_seconds + rest - down,
        down_seconds=month.down_seconds + down,
    )

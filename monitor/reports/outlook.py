"""Ahead of a month's end, in words and as JSON values: what is left, until when, and what more downtime would cost."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.ahead import Supposed, pace, runs_out
from monitor.core.allowance import Allowance, Outlook
from monitor.core.availability import verdict
from monitor.core.calendar import format_instant
from monitor.core.credit import Credit, CreditState
from monitor.core.text import decimal, left_time, percent, ratio, target_percent, used_time
from monitor.reports.credits import share_of_fee
from monitor.reports.table import label
from monitor.reports.words import dated, month_title, seconds


def lines(account: Account, supposed: Sequence[Supposed]) -> Iterator[str]:
    """What a person reads of a running month; it needs a target."""
    running, target = account.allowance, account.target
    if running is None or target is None:
        raise ValueError(f"{account.id} has no target")
    zone = ZoneInfo(account.zone)
    yield f"{label(account)}, {month_title(account.label)} in {account.zone}"
    yield f"Settled up to {dated(account.settled.end, zone)}."
    left = "overdrawn by " + used_time(-running.left) if running.left < 0 else left_time(running.left) + " left"
    share = f"{target_percent(target)} %"
    yield f"Allowed in the whole month at {share}: {left_time(running.budget)}; {used_time(running.used)} used, {left}."
    yield _until(account, running, zone)
    for item in supposed:
        begin = f"{used_time(item.more, detail=True)} more downtime" if item.more else "No more downtime"
        yield f"{begin}: {_result(account, item)}"
    yield "Supposes that the time to come is measured and otherwise up."


def document(account: Account, supposed: Sequence[Supposed]) -> dict[str, object]:
    """The same as JSON values, exact."""
    running, lost, ends = account.allowance, pace(account), runs_out(account)
    if running is None or account.target is None:
        raise ValueError(f"{account.id} has no target")
    return {
        "id": account.id,
        "name": account.name,
        "month": account.label,
        "zone": account.zone,
        "as_of": format_instant(account.settled.end),
        "target_percent": decimal(account.target * 100),
        "month_budget_seconds": decimal(running.budget),
        "used_seconds": decimal(running.used),
        "budget_left_seconds": decimal(running.left),
        "outlook": None if running.outlook is None else running.outlook.value,
        "pace": None if lost is None else ratio(lost),
        "runs_out_at": None if ends is None else format_instant(ends),
        "currency": account.credit_terms.currency,
        "what_if": [_supposed(account, item) for item in supposed],
        "says": list(lines(account, supposed)),
    }


def _until(account: Account, running: Allowance, zone: ZoneInfo) -> str:
    lost, ends = pace(account), runs_out(account)
    if lost is None:
        return "Nothing was measured yet, so there is no pace to go on with."
    if running.outlook is Outlook.LOST:
        return "The month is lost."
    so_far = f"{seconds(ceil(running.used))} in {seconds(account.figure.measured_seconds)}"
    if ends is None:
        return f"At the pace so far ({so_far}) it lasts the month."
    return f"At the pace so far ({so_far}) it runs out on {dated(ends, zone)}."


def _result(account: Account, item: Supposed) -> str:
    availability, target = item.figure.availability, account.target
    if availability is None or target is None:
        return "nothing measured, no figure"
    proven = verdict(item.figure, target)
    said = f"{percent(availability)} %, {'no data' if proven is None else proven.value}"
    credit = _credit(account, item.credit)
    return f"{said}, {credit}" if credit else said


def _credit(account: Account, owed: Credit) -> str:
    if owed.state is CreditState.NOT_AGREED:
        return ""
    if owed.state is CreditState.NEEDS_DECISION or owed.share is None:
        return "the credit needs decision"
    if owed.state is CreditState.NOTHING:
        return "no credit"
    return f"credit {share_of_fee(account, owed.share, owed.amount)}"


def _supposed(account: Account, item: Supposed) -> dict[str, object]:
    availability, owed = item.figure.availability, item.credit
    proven = verdict(item.figure, account.target or Fraction(0))
    return {
        "down_seconds": item.more,
        "availability": None if availability is None else ratio(availability),
        "availability_percent_trunc4": None if availability is None else percent(availability),
        "verdict": None if proven is None else proven.value,
        "credit": owed.state.value,
        "credit_percent": None if owed.share is None else decimal(owed.share * 100),
        "credit_amount": None if owed.amount is None else str(owed.amount),
    }

"""The credit of an agreement's month, in words and as JSON values: the band or slope looked up, share and amount."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from monitor.core.account import Account
from monitor.core.availability import met
from monitor.core.credit import (
    Bands,
    CreditState,
    Schedule,
    Slope,
    Step,
    band_of,
    counted_percent,
    missing_percent,
    scheduled,
)
from monitor.core.text import decimal, money, percent, target_percent

_STEPS = {
    Step.LINEAR: "parts of a percent count as they are",
    Step.FLOOR: "whole percents only",
    Step.CEIL: "a begun percent counts as a whole one",
}


def facts(account: Account) -> dict[str, object]:
    """What is owed, as JSON values. `credit_percent` stands among the computed ones, as `recompute` gives it."""
    owed, terms = account.credit, account.credit_terms
    return {
        "credit": owed.state.value,
        "credit_amount": None if owed.amount is None else str(owed.amount),
        "currency": terms.currency,
        "fee": None if terms.round_fee is None else str(terms.round_fee),
    }


def percent_text(account: Account) -> str | None:
    """The share owed for machines, without its sign; None where it is not known."""
    return None if account.credit.share is None else decimal(account.credit.share * 100)


def cell(account: Account, language: str = "en") -> str:
    """For a table: `5 % = 50.00 USD`, `needs decision`, `0`; a dash where no credit was agreed or the month runs."""
    owed = account.credit
    if owed.state is CreditState.NEEDS_DECISION:
        return owed.state.value
    if owed.share is None:
        return "–"
    return share_of_fee(account, owed.share, owed.amount, language)


def share_of_fee(account: Account, share: Fraction, amount: Decimal | None, language: str = "en") -> str:
    """`5 % = 50.00 USD`; the share alone without a fee."""
    said = f"{target_percent(share, language)} %"
    currency = account.credit_terms.currency
    return said if amount is None or currency is None else f"{said} = {money(amount, currency, language)}"


def lines(account: Account) -> Iterator[str]:
    """For an explanation: what is owed, and the way there. Nothing where no credit was agreed."""
    owed, schedule = account.credit, account.credit_terms.schedule
    match owed.state:
        case CreditState.NOT_AGREED:
            return
        case CreditState.RUNNING:
            yield "Credit: none while the month runs; `janji what-if` looks ahead."
        case CreditState.NEEDS_DECISION:
            yield f"Credit: needs decision. {_undecided(account)}"
        case _ if schedule is not None and owed.share is not None:
            yield f"Credit: {looked_up(account, schedule)}"
            yield f"  {paid(account, owed.share, owed.amount)}"


def looked_up(account: Account, schedule: Schedule) -> str:
    """The band or slope that the availability meets: `99.7756 % lies in the band from 99.5 % to under 99.8 %: 5 %`."""
    availability, target = account.figure.availability, account.target
    if availability is None or target is None:
        return "there is no availability to look up."
    if met(account.figure, target):
        return f"the target of {target_percent(target)} % was met, so nothing is owed."
    said = _banded(availability, schedule) if isinstance(schedule, Bands) else _sloped(availability, schedule)
    return f"{percent(availability)} % {said}{_capped(availability, schedule)}."


def paid(account: Account, share: Fraction, amount: Decimal | None) -> str:
    """`5 % of 1,000.00 USD = 50.00 USD`."""
    terms = account.credit_terms
    said = f"{target_percent(share)} %"
    if terms.round_fee is None or terms.currency is None or amount is None:
        return f"{said} of the monthly fee; the settings know no fee, so there is no amount."
    return f"{said} of {money(terms.round_fee, terms.currency)} = {money(amount, terms.currency)}"


def document(account: Account) -> dict[str, object] | None:
    """The way to the credit as JSON values; None where none was agreed or the month runs."""
    schedule, availability = account.credit_terms.schedule, account.figure.availability
    if schedule is None or account.credit.state in (CreditState.NOT_AGREED, CreditState.RUNNING):
        return None
    found: dict[str, object] = {"cap_percent": None if schedule.cap is None else decimal(schedule.cap * 100)}
    if isinstance(schedule, Bands):
        band = None if availability is None else band_of(availability, schedule)
        edges = None if band is None else [decimal(edge * 100) for edge in (band.low, band.high, band.share)]
        return found | {"form": "bands", "band": edges}
    missing = None if availability is None else missing_percent(availability, schedule)
    counted = None if availability is None else counted_percent(availability, schedule)
    return found | {
        "form": schedule.step.value,
        "per_percent": decimal(schedule.per * 100),
        "below_percent": decimal(schedule.below * 100),
        "missing_percent": None if missing is None else decimal(missing),
        "counted_percent": None if counted is None else decimal(counted),
    }


def _banded(availability: Fraction, schedule: Bands) -> str:
    band = band_of(availability, schedule)
    if band is None:
        return "lies in no band of the schedule: 0 %"
    edges = f"from {target_percent(band.low)} % to under {target_percent(band.high)} %"
    return f"lies in the band {edges}: {target_percent(band.share)} %"


def _sloped(availability: Fraction, schedule: Slope) -> str:
    missing, counted = missing_percent(availability, schedule), counted_percent(availability, schedule)
    rule = f"{target_percent(schedule.per)} % for each percent below {target_percent(schedule.below)} %"
    times = "" if schedule.step is Step.LINEAR else f"{decimal(counted)} × {target_percent(schedule.per)} % = "
    share = f"{times}{target_percent(counted * schedule.per)} %"
    lies = f"lies {decimal(missing)} percent below {target_percent(schedule.below)} %"
    return f"{lies}; {rule}, {_STEPS[schedule.step]}: {share}"


def _capped(availability: Fraction, schedule: Schedule) -> str:
    if schedule.cap is None:
        return ""
    whole = Bands(schedule.bands) if isinstance(schedule, Bands) else Slope(schedule.per, schedule.below, schedule.step)
    return f", capped at {target_percent(schedule.cap)} %" if scheduled(availability, whole) > schedule.cap else ""


def _undecided(account: Account) -> str:
    figure, schedule, target = account.figure, account.credit_terms.schedule, account.target
    if not figure.measured_seconds or figure.lower is None or figure.upper is None or schedule is None:
        return "Nothing was measured."
    worst, best = (
        Fraction(0) if target is not None and bound >= target else scheduled(bound, schedule)
        for bound in (figure.lower, figure.upper)
    )
    between = f"between {target_percent(best)} % and {target_percent(worst)} %"
    return f"With what was not measured it lies {between} of the fee; somebody has to decide."

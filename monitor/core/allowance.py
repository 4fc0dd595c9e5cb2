"""How a target stands while time runs: the month's budget, the outlook, the rolling day, the rate of burn."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from monitor.core.availability import Figure
from monitor.core.model import Seconds

ROLLING_SECONDS: Seconds = 86_400


class Outlook(StrEnum):
    """How a running month stands against its target."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Allowance:
    """A running month's downtime, in seconds: what the whole month may have, and what counts so far."""

    budget: Fraction
    used: Fraction
    forecast: Fraction | None  # None before anything was measured

    @property
    def left(self) -> Fraction:
        """Negative once the month is lost."""
        return self.budget - self.used

    @property
    def used_share(self) -> Fraction | None:
        """Of the budget; None when there is none."""
        return self.used / self.budget if self.budget else None

    @property
    def outlook(self) -> Outlook | None:
        """None before anything was measured."""
        if self.forecast is None:
            return None
        if self.used > self.budget:
            return Outlook.LOST
        return Outlook.AT_RISK if self.forecast > self.budget else Outlook.ON_TRACK


def allowance(so_far: Figure, *, month_agreed: Seconds, target: Fraction) -> Allowance:
    """The allowance of a running month.

    `month_agreed` is the whole month in service without accepted windows, future ones too: the
    `agreed_seconds` of a figure over the whole month. Time already unknown earns no allowance. The forecast
    goes on at the pace of the time measured so far.
    """
    judged = month_agreed - so_far.unknown_seconds
    used, measured = so_far.downtime_equivalent, so_far.measured_seconds
    return Allowance((1 - target) * judged, used, used * judged / measured if measured else None)


@dataclass(frozen=True, slots=True)
class Rolling:
    """The last day against a target. `availability` is None when less than half of the window was measured.

    `gap` says that this is because we did not measure, not because the time did not count.
    """

    availability: Fraction | None
    fires: bool
    gap: bool


def rolling(figure: Figure, target: Fraction, *, window: Seconds = ROLLING_SECONDS) -> Rolling:
    """Whether "uptime under target over 24 h" fires on a figure of `[as_of - window, as_of)`: strictly."""
    enough = _enough(figure, window)
    availability = figure.availability if enough else None
    gap = not enough and figure.measured_seconds * 2 < figure.agreed_seconds
    return Rolling(availability, availability is not None and availability < target, gap)


class Urgency(StrEnum):
    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class BurnRule:
    """Both windows above `factor`. Source: Google, The Site Reliability Workbook, chapter 5."""

    urgency: Urgency
    factor: Fraction
    long_seconds: Seconds
    short_seconds: Seconds


BURN_RULES = (
    BurnRule(Urgency.PAGE, Fraction(72, 5), 3600, 300),
    BurnRule(Urgency.PAGE, Fraction(6), 21_600, 1800),
    BurnRule(Urgency.TICKET, Fraction(1), 259_200, 21_600),
)


def burn_rate(figure: Figure, target: Fraction) -> Fraction | None:
    """How many times faster than allowed the budget is used: 1 lasts exactly the month.

    None without data, and for a target of 100 %, which allows nothing to burn.
    """
    availability = figure.availability
    return None if availability is None or target == 1 else (1 - availability) / (1 - target)


def burns(rule: BurnRule, long: Figure, short: Figure, target: Fraction) -> bool | None:
    """Whether both windows burn strictly faster than the factor.

    None when less than half of either was measured and what was does not say that it does not.
    """
    rates = (burn_rate(long, target), burn_rate(short, target))
    if target == 1 or any(rate is not None and rate <= rule.factor for rate in rates):
        return False
    return True if _enough(long, rule.long_seconds) and _enough(short, rule.short_seconds) else None


def _enough(figure: Figure, window: Seconds) -> bool:
    """Whether a rolling window may be judged: half of it was measured."""
    return figure.measured_seconds * 2 >= window

"""Service credits: what share of the fee is owed for an availability. Schedules are data, none is built in.

All shares are fractions of one: 99.5 % is 199/200, a credit of 10 % is 1/10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from monitor.core.availability import Figure, Judgement, met, verdict


class Step(StrEnum):
    """How parts of a percent below the floor count."""

    LINEAR = "linear"
    FLOOR = "floor"
    CEIL = "ceil"


@dataclass(frozen=True, slots=True)
class Band:
    """An availability in `[low, high)` earns `share` of the fee."""

    low: Fraction
    high: Fraction
    share: Fraction


@dataclass(frozen=True, slots=True)
class Bands:
    """A table of bands, in any order. Where bands overlap the highest share counts."""

    bands: tuple[Band, ...]
    cap: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Slope:
    """`per` of the fee for each percent that the availability lies below `below`."""

    per: Fraction
    below: Fraction
    step: Step = Step.LINEAR
    cap: Fraction | None = None


Schedule = Bands | Slope


class CreditState(StrEnum):
    """Whether a credit is owed for a month."""

    OWED = "owed"
    NOTHING = "nothing"  # the target was met, or the schedule pays nothing there
    NEEDS_DECISION = "needs decision"
    NOT_AGREED = "not agreed"  # the agreement has no schedule
    RUNNING = "running"  # the month is not over: only a what-if


@dataclass(frozen=True, slots=True)
class Credit:
    """What is owed for a month. `share` and `amount` are None unless the state is owed or nothing; `amount` also
    without a fee."""

    state: CreditState
    share: Fraction | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """What an agreement says of credits: its schedule, and the monthly fee that a share is taken of."""

    schedule: Schedule | None = None
    fee: Decimal | None = None
    currency: str | None = None

    @property
    def round_fee(self) -> Decimal | None:
        """The fee with at least the decimals of its currency, as amounts have them."""
        if self.fee is None or self.currency is None:
            return None
        written = -int(self.fee.as_tuple().exponent)
        return self.fee.quantize(Decimal(1).scaleb(-max(written, minor_digits(self.currency))))

    def owed(self, figure: Figure, target: Fraction) -> Credit:
        """The credit of a month that is over."""
        if self.schedule is None:
            return Credit(CreditState.NOT_AGREED)
        share = credit(figure, target, self.schedule)
        if share is None:
            return Credit(CreditState.NEEDS_DECISION)
        return Credit(CreditState.OWED if share else CreditState.NOTHING, share, self.amount(share))

    def amount(self, share: Fraction) -> Decimal | None:
        """The money that a share of the fee is; None without a fee."""
        if self.fee is None or self.currency is None:
            return None
        return amount(self.fee, share, minor_digits=minor_digits(self.currency))


def credit(figure: Figure, target: Fraction, schedule: Schedule) -> Fraction | None:
    """The share of the fee owed: None where somebody has to decide, 0 where the target is met."""
    availability = figure.availability
    if availability is None or verdict(figure, target) in (None, Judgement.INDETERMINATE):
        return None
    if met(figure, target):
        return Fraction(0)
    return scheduled(availability, schedule)


def scheduled(availability: Fraction, schedule: Schedule) -> Fraction:
    """What the schedule gives for an availability, cap applied, whatever the target is."""
    share = _banded(availability, schedule) if isinstance(schedule, Bands) else _sloped(availability, schedule)
    return share if schedule.cap is None else min(share, schedule.cap)


def overlaps(bands: Sequence[Band]) -> tuple[tuple[Band, Band], ...]:
    """Every pair of bands that share an availability: what settings refuse and evidence may hold."""
    ordered = sorted(bands, key=lambda band: (band.low, band.high))
    return tuple(
        (first, second)
        for index, first in enumerate(ordered)
        for second in ordered[index + 1 :]
        if second.low < first.high
    )


def unpaid(schedule: Schedule, target: Fraction) -> tuple[tuple[Fraction, Fraction], ...]:
    """Availabilities `[low, high)` that miss the target and earn nothing: worth a warning.

    Of a slope that counts whole percents the first one below its floor is open: `low` itself earns something.
    """
    if isinstance(schedule, Slope):
        low = schedule.below - (Fraction(1, 100) if schedule.step is Step.FLOOR else 0)
        return ((low, target),) if low < target else ()
    gaps, reached = [], Fraction(0)
    for band in sorted(schedule.bands, key=lambda band: band.low):
        if band.share and min(band.low, target) > reached:
            gaps.append((reached, min(band.low, target)))
        reached = max(reached, band.high) if band.share else reached
    return (*gaps, (reached, target)) if reached < target else tuple(gaps)


_MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),  # noqa: SIM905
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),  # noqa: SIM905
    "CLF": 4,
    "UYW": 4,
}


def minor_digits(currency: str) -> int:
    """How many decimals an amount has. Source: ISO 4217, list one; those not named here have two."""
    return _MINOR_DIGITS.get(currency, 2)


def amount(fee: Decimal, share: Fraction, *, minor_digits: int = 2) -> Decimal:
    """The money owed, rounded half up, once, to the currency's minor unit."""
    exact = Fraction(fee) * share * 10**minor_digits
    return Decimal(f"{floor(exact + Fraction(1, 2))}e-{minor_digits}")


def band_of(availability: Fraction, schedule: Bands) -> Band | None:
    """The band that an availability lies in, the one with the highest share of several; None outside all."""
    hits = (band for band in schedule.bands if band.low <= availability < band.high)
    return max(hits, key=lambda band: band.share, default=None)


def missing_percent(availability: Fraction, schedule: Slope) -> Fraction:
    """How many percent the availability lies below the slope's floor; 0 at it and above."""
    return max((schedule.below - availability) * 100, Fraction(0))


def counted_percent(availability: Fraction, schedule: Slope) -> Fraction:
    """Those of the missing percent that count: parts of one as they are, never, or as a whole one."""
    return _steps(missing_percent(availability, schedule), schedule.step)


def _banded(availability: Fraction, schedule: Bands) -> Fraction:
    band = band_of(availability, schedule)
    return Fraction(0) if band is None else band.share


def _sloped(availability: Fraction, schedule: Slope) -> Fraction:
    return schedule.per * counted_percent(availability, schedule)


def _steps(missing: Fraction, step: Step) -> Fraction:
    match step:
        case Step.LINEAR:
            return missing
        case Step.FLOOR:
            return Fraction(floor(missing))
        case Step.CEIL:
            return Fraction(ceil(missing))
        case _:
            assert_never(step)

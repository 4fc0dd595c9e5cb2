"""Service credits: what share of the fee is owed for an availability. Schedules are data, none is built in.

All shares are fractions of one: 99.5 % is 199/200, a credit of 10 % is 1/10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
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
    """Availabilities `[low, high)` that miss the target and earn nothing: worth a warning."""
    if isinstance(schedule, Slope):
        return ((schedule.below, target),) if schedule.below < target else ()
    gaps, reached = [], Fraction(0)
    for band in sorted(schedule.bands, key=lambda band: band.low):
        if band.share and min(band.low, target) > reached:
            gaps.append((reached, min(band.low, target)))
        reached = max(reached, band.high) if band.share else reached
    return (*gaps, (reached, target)) if reached < target else tuple(gaps)


def amount(fee: Decimal, share: Fraction, *, minor_digits: int = 2) -> Decimal:
    """The money owed, rounded half up, once, to the currency's minor unit."""
    exact = Fraction(fee) * share * 10**minor_digits
    with localcontext(prec=60, rounding=ROUND_HALF_UP):
        return Decimal(floor(exact + Fraction(1, 2))).scaleb(-minor_digits)


def _banded(availability: Fraction, schedule: Bands) -> Fraction:
    hits = (band.share for band in schedule.bands if band.low <= availability < band.high)
    return max(hits, default=Fraction(0))


def _sloped(availability: Fraction, schedule: Slope) -> Fraction:
    missing = (schedule.below - availability) * 100
    return schedule.per * _steps(max(missing, Fraction(0)), schedule.step)


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

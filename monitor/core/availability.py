"""The figure: seconds by state over a scope, and the availability they make. Exact arithmetic only."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from monitor.core.combination import Combination, Service, combine
from monitor.core.interval import length
from monitor.core.model import Interval, Seconds, Span


class Judgement(StrEnum):
    """What is proven of a target, whatever happened in the unknown time."""

    MET = "met"
    BREACHED = "breached"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class Figure:
    """A scope in seconds: `up + degraded + down + unknown + excluded == total`, always."""

    window_start: Seconds
    window_end: Seconds
    total_seconds: Seconds
    excluded_seconds: Seconds
    unknown_seconds: Seconds
    up_seconds: Seconds
    degraded_seconds: Seconds
    down_seconds: Seconds
    degraded_weight: Fraction = Fraction(0)

    @property
    def agreed_seconds(self) -> Seconds:
        return self.total_seconds - self.excluded_seconds

    @property
    def measured_seconds(self) -> Seconds:
        return self.agreed_seconds - self.unknown_seconds

    @property
    def downtime_equivalent(self) -> Fraction:
        """Down plus weighted degraded time, in seconds."""
        return self.down_seconds + self.degraded_weight * self.degraded_seconds

    @property
    def availability(self) -> Fraction | None:
        """`1 - D/measured`; None when nothing was measured: "no data", never 0, never 1."""
        if not self.measured_seconds:
            return None
        return 1 - self.downtime_equivalent / self.measured_seconds

    @property
    def lower(self) -> Fraction | None:
        """The availability if all unknown time was down; None when no time was agreed."""
        if not self.agreed_seconds:
            return None
        return 1 - (self.downtime_equivalent + self.unknown_seconds) / self.agreed_seconds

    @property
    def upper(self) -> Fraction | None:
        """The availability if all unknown time was up; None when no time was agreed."""
        if not self.agreed_seconds:
            return None
        return 1 - self.downtime_equivalent / self.agreed_seconds

    @property
    def coverage(self) -> Fraction | None:
        """Measured share of the agreed time; None when no time was agreed."""
        return Fraction(self.measured_seconds, self.agreed_seconds) if self.agreed_seconds else None


def measure(
    spans: Sequence[Span],
    scope: Interval,
    excluded: Sequence[Interval] = (),
    *,
    degraded_weight: Fraction = Fraction(0),
    min_outage: Seconds = 0,
) -> Figure:
    """One component's figure. `excluded` holds accepted windows only; no span is unknown.

    Raises ValueError naming two spans that overlap.
    """
    return measure_together([Service(spans, excluded)], scope, degraded_weight=degraded_weight, min_outage=min_outage)


def measure_together(
    services: Sequence[Service],
    window: Interval,
    *,
    degraded_weight: Fraction = Fraction(0),
    min_outage: Seconds = 0,
) -> Figure:
    """The figure of several components as one; percentages are never averaged. Raises as `combine` does."""
    return count(combine(services, window, min_outage=min_outage), degraded_weight=degraded_weight)


def count(combination: Combination, *, degraded_weight: Fraction = Fraction(0)) -> Figure:
    """The figure of a combination whose seconds are already sorted."""
    return Figure(
        window_start=combination.window.start,
        window_end=combination.window.end,
        total_seconds=length(combination.scope),
        excluded_seconds=length(combination.excluded),
        unknown_seconds=length(combination.unknown),
        up_seconds=length(combination.up),
        degraded_seconds=length(combination.degraded),
        down_seconds=length(combination.down),
        degraded_weight=degraded_weight,
    )


def add(figures: Sequence[Figure]) -> Figure:
    """Several figures as one, by their seconds: a quarter from its months. Raises ValueError for none.

    Where their weights differ the sum's is their mean by degraded seconds: downtime stays the sum of theirs, exactly.
    """
    if not figures:
        raise ValueError("give at least one figure")
    return Figure(
        window_start=min(figure.window_start for figure in figures),
        window_end=max(figure.window_end for figure in figures),
        total_seconds=sum(figure.total_seconds for figure in figures),
        excluded_seconds=sum(figure.excluded_seconds for figure in figures),
        unknown_seconds=sum(figure.unknown_seconds for figure in figures),
        up_seconds=sum(figure.up_seconds for figure in figures),
        degraded_seconds=sum(figure.degraded_seconds for figure in figures),
        down_seconds=sum(figure.down_seconds for figure in figures),
        degraded_weight=_mean_weight(figures),
    )


def _mean_weight(figures: Sequence[Figure]) -> Fraction:
    first = figures[0].degraded_weight
    if all(figure.degraded_weight is first or figure.degraded_weight == first for figure in figures):
        return first
    degraded = sum(figure.degraded_seconds for figure in figures)
    if not degraded:
        return max(figure.degraded_weight for figure in figures)
    return sum((figure.degraded_weight * figure.degraded_seconds for figure in figures), Fraction(0)) / degraded


def allowed(figure: Figure, target: Fraction) -> Fraction:
    """Seconds of downtime that the target allows in the time that was measured."""
    return (1 - target) * figure.measured_seconds


def met(figure: Figure, target: Fraction) -> bool | None:
    """Whether the availability reaches the target; None without data."""
    availability = figure.availability
    return None if availability is None else availability >= target


def verdict(figure: Figure, target: Fraction) -> Judgement | None:
    """What is proven of the target by the bounds; None without data."""
    lower, upper = figure.lower, figure.upper
    if not figure.measured_seconds or lower is None or upper is None:
        return None
    if lower >= target:
        return Judgement.MET
    return Judgement.BREACHED if upper < target else Judgement.INDETERMINATE

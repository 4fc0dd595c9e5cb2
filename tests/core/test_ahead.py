"""Ahead of a month's end, on a month of a thousand seconds of which half is settled."""

from decimal import Decimal
from fractions import Fraction

import pytest

from monitor.core.account import Account, Part, Window
from monitor.core.ahead import pace, runs_out, supposing
from monitor.core.availability import verdict
from monitor.core.credit import CreditState, CreditTerms, Slope
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.notice import Notice

TERMS = CreditTerms(Slope(Fraction(5, 100), Fraction(98, 100), cap=Fraction(1, 4)), Decimal("1000.00"), "USD")


def month(down: Seconds, *, unknown: Seconds = 0, target: str = "98", window: Interval | None = None) -> Account:
    """Half of it measured, `down` at its beginning; a window, announced in time, may be to come."""
    spans = [
        Span(State.DOWN, 0, down),
        Span(State.UNKNOWN, down, down + unknown),
        Span(State.UP, down + unknown, 500),
    ]
    notice = None if window is None else Notice(window.start, window.end, window.start - 604_800, True)
    windows = () if notice is None else (Window("m1", "Upgrade", notice, "api"),)
    part = Part("api", "API", tuple(span for span in spans if span.length), windows, None, None, 10)
    return Account(
        id="acme",
        name="Acme",
        agreement=True,
        zone="UTC",
        label="2026-09",
        month=Interval(0, 1000),
        as_of=500,
        target=Fraction(target) / 100,
        parts=(part,),
        credit_terms=TERMS,
    )


def test_the_allowance_runs_out_when_the_pace_so_far_has_used_it_up() -> None:
    # 20 s are allowed, 16 used in 500 s: 4 s more last 125 s.
    assert pace(month(16)) == Fraction(4, 125)
    assert runs_out(month(16)) == 625


def test_the_way_to_it_leads_around_maintenance_to_come() -> None:
    # 2 % of 900 s are 18 s; the 2 s left last 62.5 s of agreed time: 50 before the window, 12 after it.
    assert runs_out(month(16, window=Interval(550, 650))) == 662


@pytest.mark.parametrize(("down", "why"), [(0, "nothing was down"), (10, "just enough"), (21, "overdrawn")])
def test_without_an_end_in_this_month_there_is_no_date(down: int, why: str) -> None:
    assert runs_out(month(down)) is None, why


def test_what_if_keeps_the_rest_of_the_month_up() -> None:
    supposed = supposing(month(16), 14)
    figure = supposed.figure
    assert (figure.total_seconds, figure.down_seconds, figure.up_seconds, figure.unknown_seconds) == (1000, 30, 970, 0)
    assert figure.availability == Fraction(97, 100)
    # One percent below 98 %: 5 % of 1,000.00.
    assert (supposed.credit.state, supposed.credit.amount) == (CreditState.OWED, Decimal("50.00"))


def test_what_if_without_more_downtime_is_the_best_that_the_month_can_be() -> None:
    assert supposing(month(16), 0).credit.state is CreditState.NOTHING
    assert supposing(month(21), 0).credit.state is CreditState.OWED


def test_time_not_measured_so_far_stays_so() -> None:
    supposed = supposing(month(10, unknown=100), 9)
    assert (supposed.figure.unknown_seconds, supposed.figure.measured_seconds) == (100, 900)
    # 881/900 misses 98 % by itself, but with the unknown time up it would be 981/1000.
    assert str(verdict(supposed.figure, Fraction(98, 100))) == "indeterminate"
    assert supposed.credit.state is CreditState.NEEDS_DECISION


def test_more_downtime_than_agreed_time_is_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="only 400 s of agreed time are left in 2026-09"):
        supposing(month(16, window=Interval(550, 650)), 401)

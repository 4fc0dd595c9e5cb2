from decimal import Decimal
from fractions import Fraction
from inspect import Parameter, signature

import pytest

from monitor.core.availability import Figure, measure
from monitor.core.credit import (
    Band,
    Bands,
    Credit,
    CreditState,
    CreditTerms,
    Slope,
    Step,
    amount,
    band_of,
    credit,
    overlaps,
    scheduled,
    unpaid,
)
from monitor.core.model import Interval, Span, State


def share(percent: str | int) -> Fraction:
    return Fraction(percent) / 100


def bands(*rows: tuple[str, str, int], cap: int | None = 25) -> Bands:
    return Bands(
        tuple(Band(share(low), share(high), share(percent)) for low, high, percent in rows),
        None if cap is None else share(cap),
    )


SCHEDULE_A = bands(("99.5", "99.8", 5), ("99.0", "99.5", 10), ("0", "99.0", 25))


@pytest.mark.parametrize(
    ("availability", "percent"),
    [("100", 0), ("99.8", 0), ("99.79999", 5), ("99.5", 5), ("99.49999", 10), ("99", 10), ("98.9", 25), ("0", 25)],
)
def test_a_band_holds_its_lower_edge_and_not_its_upper_one(availability: str, percent: int) -> None:
    assert scheduled(share(availability), SCHEDULE_A) == share(percent)


def test_the_highest_of_overlapping_bands_counts_in_any_order() -> None:
    rows = (("99.5", "99.95", 10), ("99.9", "99.95", 5))
    for disputed in (bands(*rows), bands(*reversed(rows))):
        assert scheduled(share("99.92"), disputed) == share(10)


@pytest.mark.parametrize(
    ("availability", "linear", "floor", "ceil"),
    [
        ("99.5", "0", 0, 0),
        ("100", "0", 0, 0),
        ("99.4", "0.5", 0, 5),
        ("98.5", "5", 5, 5),
        ("98.49", "5.05", 5, 10),
        ("94.5", "25", 25, 25),
        ("50", "25", 25, 25),
    ],
)
def test_a_slope_pays_for_each_percent_below_its_floor_up_to_the_cap(
    availability: str, linear: str, floor: int, ceil: int
) -> None:
    slopes = [Slope(share(5), share("99.5"), step, share(25)) for step in (Step.LINEAR, Step.FLOOR, Step.CEIL)]
    assert [scheduled(share(availability), slope) for slope in slopes] == [
        share(linear),
        share(floor),
        share(ceil),
    ]


def test_without_a_cap_nothing_is_cut() -> None:
    assert scheduled(share("89.5"), Slope(share(5), share("99.5"))) == share(50)
    assert scheduled(Fraction(0), bands(("0", "99", 40), cap=None)) == share(40)


def figure_with(down: int, unknown: int = 0) -> Figure:
    spans = [Span(State.DOWN, 0, down), Span(State.UP, down, 10_000 - unknown)]
    return measure(spans, Interval(0, 10_000))


@pytest.mark.parametrize(
    ("down", "unknown", "percent"),
    [(0, 0, 0), (10, 0, 0), (11, 0, 0), (21, 0, 5), (51, 0, 10), (101, 0, 25), (51, 1, 10)],
)
def test_a_credit_is_owed_only_for_a_target_that_was_missed(down: int, unknown: int, percent: int) -> None:
    assert credit(figure_with(down, unknown), share("99.9"), SCHEDULE_A) == share(percent)


def test_a_met_target_owes_nothing_whatever_the_schedule_says() -> None:
    assert credit(figure_with(30), share("99.5"), SCHEDULE_A) == 0
    assert scheduled(share("99.7"), SCHEDULE_A) == share(5)


def test_without_data_or_with_an_open_verdict_somebody_has_to_decide() -> None:
    assert credit(measure([], Interval(0, 10_000)), share("99.9"), SCHEDULE_A) is None
    assert credit(figure_with(9, unknown=500), share("99.9"), SCHEDULE_A) is None


def test_overlapping_bands_are_found() -> None:
    low, high = Band(share("99.5"), share("99.95"), share(10)), Band(share("99.9"), share("99.95"), share(5))
    assert overlaps([high, low]) == ((low, high),)
    assert overlaps(SCHEDULE_A.bands) == ()


def test_every_pair_of_overlapping_bands_is_found_and_no_band_beside_itself() -> None:
    wide, first, second = (Band(share(low), share(high), share(5)) for low, high in ((0, 100), (10, 20), (50, 60)))
    assert overlaps([second, first, wide]) == ((wide, first), (wide, second))
    assert overlaps([wide]) == ()
    assert overlaps([first, first]) == ((first, first),)


def test_an_availability_outside_every_band_lies_in_none() -> None:
    assert band_of(share("99.8"), SCHEDULE_A) is None
    assert scheduled(share("99.8"), SCHEDULE_A) == 0
    narrow = bands(("99.5", "99.8", 5))
    assert band_of(share("99.49999"), narrow) is None
    assert band_of(share("99.5"), narrow) == narrow.bands[0]


def test_missed_targets_that_earn_nothing_are_found() -> None:
    assert unpaid(SCHEDULE_A, share("99.9")) == ((share("99.8"), share("99.9")),)
    assert unpaid(SCHEDULE_A, share("99.8")) == ()
    assert unpaid(bands(("99", "99.5", 10)), share("99.5")) == ((share(0), share(99)),)
    assert unpaid(Slope(share(5), share("99.5")), share("99.9")) == ((share("99.5"), share("99.9")),)
    assert unpaid(Slope(share(5), share("99.5")), share("99.5")) == ()


def test_a_slope_of_whole_percents_earns_nothing_within_the_first() -> None:
    floor = Slope(share(5), share("99.5"), Step.FLOOR)
    assert unpaid(floor, share("99.5")) == ((share("98.5"), share("99.5")),)
    assert unpaid(floor, share("98.5")) == ()
    assert scheduled(share("98.5"), floor) == share(5)
    assert scheduled(share("98.5001"), floor) == 0
    assert unpaid(Slope(share(5), share("99.5"), Step.CEIL), share("99.5")) == ()


def test_holes_between_bands_earn_nothing_and_so_does_a_band_that_pays_nothing() -> None:
    holed = bands(("99.5", "99.8", 5), ("0", "99", 25))
    assert unpaid(holed, share("99.9")) == ((share(99), share("99.5")), (share("99.8"), share("99.9")))
    assert unpaid(bands(("99.5", "99.8", 0), ("0", "99.5", 10)), share("99.8")) == ((share("99.5"), share("99.8")),)
    assert unpaid(bands(("0", "99.8", 0)), share("99.8")) == ((0, share("99.8")),)
    assert unpaid(bands(("0", "99", 10), ("99", "99.5", 0), ("99.5", "99.8", 5)), share("99.8")) == (
        (share(99), share("99.5")),
    )


def test_a_band_inside_another_leaves_no_hole_behind_it() -> None:
    assert unpaid(bands(("0", "99.5", 10), ("98", "99", 25)), share("99.5")) == ()


def test_what_is_above_the_target_is_never_missed() -> None:
    assert unpaid(bands(("99.9", "100", 5)), share("99.5")) == ((0, share("99.5")),)
    assert unpaid(bands(("0", "99.9", 5), ("99.95", "100", 5)), share("99.5")) == ()
    assert unpaid(Slope(share(5), share("99.9")), share("99.5")) == ()


def test_a_cap_that_is_reached_exactly_cuts_nothing() -> None:
    slope = Slope(share(5), share("99.5"), cap=share(25))
    assert [scheduled(share(low), slope) for low in ("94.6", "94.5", "94.4")] == [share("24.5"), share(25), share(25)]


@pytest.mark.parametrize(
    ("fee", "currency", "written"),
    [
        ("1000", "USD", "1000.00"),
        ("1000.5", "USD", "1000.50"),
        ("0.125", "USD", "0.125"),
        ("1250", "JPY", "1250"),
        ("1E+3", "JPY", "1000"),
        ("10", "KWD", "10.000"),
        ("10", "CLF", "10.0000"),
        ("10", "UYW", "10.0000"),
    ],
)
def test_a_fee_is_written_with_at_least_the_decimals_of_its_currency(fee: str, currency: str, written: str) -> None:
    assert str(CreditTerms(fee=Decimal(fee), currency=currency).round_fee) == written


@pytest.mark.parametrize("terms", [CreditTerms(), CreditTerms(fee=Decimal(9)), CreditTerms(currency="USD")])
def test_without_a_fee_and_its_currency_there_is_no_money(terms: CreditTerms) -> None:
    assert terms.round_fee is None
    assert terms.amount(share(5)) is None


def test_the_credit_of_a_month_says_whether_it_is_owed() -> None:
    terms = CreditTerms(SCHEDULE_A, Decimal("1000"), "USD")
    assert terms.owed(figure_with(51), share("99.9")) == Credit(CreditState.OWED, share(10), Decimal("100.00"))
    assert terms.owed(figure_with(10), share("99.9")) == Credit(CreditState.NOTHING, Fraction(0), Decimal("0.00"))
    assert terms.owed(figure_with(15), share("99.9")) == Credit(CreditState.NOTHING, Fraction(0), Decimal("0.00"))
    assert terms.owed(figure_with(9, unknown=500), share("99.9")) == Credit(CreditState.NEEDS_DECISION)
    assert CreditTerms(fee=Decimal("1000"), currency="USD").owed(figure_with(51), share("99.9")) == Credit(
        CreditState.NOT_AGREED
    )


@pytest.mark.parametrize(
    ("fee", "percent", "digits", "owed"),
    [
        ("1000.00", "5", 2, "50.00"),
        ("0.50", "1", 2, "0.01"),
        ("0.49", "1", 2, "0.00"),
        ("1250000", "0.5", 0, "6250"),
        ("99.99", "25", 2, "25.00"),
    ],
)
def test_money_rounds_half_up_once_to_the_minor_unit(fee: str, percent: str, digits: int, owed: str) -> None:
    assert str(amount(Decimal(fee), share(percent), minor_digits=digits)) == owed


@pytest.mark.parametrize(
    ("fee", "percent", "currency", "owed"),
    [
        ("1001", "0.05", "JPY", "1"),  # 0.5005
        ("100", "0.5", "JPY", "1"),  # exactly half
        ("99", "0.5", "JPY", "0"),
        ("0.050", "1", "KWD", "0.001"),  # exactly half of a fils
        ("0.049", "1", "KWD", "0.000"),
        ("10", "10", "UYW", "1.0000"),
        ("10", "10", "EUR", "1.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency(fee: str, percent: str, currency: str, owed: str) -> None:
    assert str(CreditTerms(fee=Decimal(fee), currency=currency).amount(share(percent))) == owed


def test_decimals_are_given_by_name() -> None:
    assert signature(amount).parameters["minor_digits"].kind is Parameter.KEYWORD_ONLY


def test_an_amount_has_cents_unless_said_otherwise_and_is_exact_at_any_size() -> None:
    assert str(amount(Decimal("100"), share("5"))) == "5.00"
    assert str(amount(Decimal("9" * 70), Fraction(1))) == "9" * 70 + ".00"

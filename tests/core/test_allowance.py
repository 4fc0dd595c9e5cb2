from fractions import Fraction
from typing import Any

import pytest

from monitor.core.allowance import BURN_RULES, BurnRule, Outlook, Urgency, allowance, burn_rate, burns, rolling
from monitor.core.availability import Figure
from monitor.core.text import percent, ratio
from tests.core.vectors import load

VECTORS = load("availability")
TARGET = Fraction("0.999")


def figure(total: int, down: int = 0, unknown: int = 0, excluded: int = 0) -> Figure:
    return Figure(
        window_start=0,
        window_end=total,
        total_seconds=total,
        excluded_seconds=excluded,
        unknown_seconds=unknown,
        up_seconds=total - excluded - unknown - down,
        degraded_seconds=0,
        down_seconds=down,
    )


def pair(factor: str, long: int = 3600, short: int = 300) -> BurnRule:
    return BurnRule(Urgency.PAGE, Fraction(factor), long, short)


@pytest.mark.parametrize("vector", VECTORS["rolling_24h"], ids=lambda vector: vector["name"])
def test_the_rolling_rule_fires_as_in_the_examples(vector: dict[str, Any]) -> None:
    assert vector["min_measured_seconds"] * 2 == vector["window_seconds"]
    seen = rolling(
        figure(
            vector["window_seconds"],
            vector["down_seconds"],
            vector["unknown_seconds"],
            vector["excluded_seconds"],
        ),
        Fraction(vector["threshold"]) / 100,
    )
    assert seen.availability is not None
    assert {
        "availability": ratio(seen.availability),
        "percent_trunc4": percent(seen.availability),
        "fires": seen.fires,
    } == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS["burn_rate"], ids=lambda vector: vector["name"])
def test_the_rate_of_burn_is_as_in_the_examples(vector: dict[str, Any]) -> None:
    target = Fraction(vector["target"]) / 100
    long = figure(vector["long_window_seconds"], vector["long_down_seconds"])
    short = figure(vector["short_window_seconds"], vector["short_down_seconds"])
    rates = [burn_rate(each, target) for each in (long, short)]
    assert None not in rates
    assert {
        "long_burn": ratio(rates[0] or Fraction(0)),
        "short_burn": ratio(rates[1] or Fraction(0)),
        "fires": burns(
            pair(vector["factor"], vector["long_window_seconds"], vector["short_window_seconds"]), long, short, target
        ),
    } == vector["expected"]


def test_less_than_half_a_day_measured_is_a_monitoring_gap_and_not_a_figure() -> None:
    seen = rolling(figure(86_400, down=600, unknown=43_201), TARGET)
    assert (seen.availability, seen.fires, seen.gap) == (None, False, True)
    enough = rolling(figure(86_400, down=600, unknown=43_200), TARGET)
    assert (enough.fires, enough.gap) == (True, False)


def test_a_young_component_and_a_long_maintenance_are_no_monitoring_gap() -> None:
    assert rolling(figure(3600, down=60), TARGET).gap is False
    assert rolling(figure(86_400, excluded=80_000), TARGET).gap is False
    assert rolling(figure(86_400, excluded=80_000), TARGET).availability is None


def test_nothing_burns_without_data_or_with_nothing_to_burn() -> None:
    assert burn_rate(figure(3600, unknown=3600), TARGET) is None
    assert burn_rate(figure(3600, down=60), Fraction(1)) is None
    assert burns(pair("1"), figure(3600, unknown=3600), figure(300, down=300), TARGET) is None
    assert burns(pair("1"), figure(3600, down=3600), figure(300, down=300), Fraction(1)) is False


def test_both_windows_must_burn() -> None:
    burning, calm = figure(3600, down=60), figure(300)
    assert burns(pair("14.4"), burning, calm, TARGET) is False


@pytest.mark.parametrize(
    ("long", "short", "expected"),
    [
        (figure(3600, down=120), figure(300, down=120, unknown=150), True),
        (figure(3600, down=120), figure(300, down=120, unknown=151), None),
        (figure(3600, down=120, unknown=1800), figure(300, down=120), True),
        (figure(3600, down=120, unknown=1801), figure(300, down=120), None),
        (figure(1799, down=120), figure(300, down=120), None),  # in service for so long
        (figure(3600, down=120), figure(300, unknown=299), False),  # the second that was measured was up
        (figure(3600, down=120), figure(300, unknown=300), None),
    ],
)
def test_of_a_window_of_which_less_than_half_was_measured_only_that_nothing_burns_is_said(
    long: Figure, short: Figure, expected: bool | None
) -> None:
    assert burns(pair("14.4"), long, short, TARGET) is expected


def test_two_rules_page_and_one_opens_a_ticket() -> None:
    assert [(rule.urgency, float(rule.factor), rule.long_seconds // 3600) for rule in BURN_RULES] == [
        (Urgency.PAGE, 14.4, 1),
        (Urgency.PAGE, 6.0, 6),
        (Urgency.TICKET, 1.0, 72),
    ]
    assert [rule.short_seconds // 60 for rule in BURN_RULES] == [5, 30, 360]


@pytest.mark.parametrize(
    ("down", "outlook"),
    [(0, Outlook.ON_TRACK), (1000, Outlook.ON_TRACK), (1001, Outlook.AT_RISK), (2001, Outlook.LOST)],
)
def test_a_month_is_at_risk_when_its_pace_would_overdraw_the_budget(down: int, outlook: Outlook) -> None:
    # Half of 2,000,000 s is over; 0.1 % of the whole are 2,000 s.
    assert allowance(figure(1_000_000, down), month_agreed=2_000_000, target=TARGET).outlook is outlook


def test_a_budget_used_up_exactly_is_not_lost() -> None:
    standing = allowance(figure(1_000_000, 2000), month_agreed=2_000_000, target=TARGET)
    assert standing.left == 0
    assert standing.used_share == 1
    assert standing.outlook is Outlook.AT_RISK


def test_a_lost_month_has_less_than_nothing_left() -> None:
    standing = allowance(figure(1_000_000, 2600), month_agreed=2_000_000, target=TARGET)
    assert standing.left == -600
    assert standing.used_share == Fraction(13, 10)


def test_unknown_time_earns_no_budget() -> None:
    standing = allowance(figure(1_000_000, 100, unknown=500_000), month_agreed=2_000_000, target=TARGET)
    assert standing.budget == 1500
    assert standing.forecast == 300  # 100 s in 500,000 measured, 1,500,000 in all


def test_a_month_without_data_has_no_outlook() -> None:
    assert allowance(figure(10, unknown=10), month_agreed=2_000_000, target=TARGET).outlook is None


def test_a_target_of_100_percent_has_no_budget_to_use() -> None:
    standing = allowance(figure(1_000_000, 1), month_agreed=2_000_000, target=Fraction(1))
    assert standing.budget == 0
    assert standing.used_share is None
    assert standing.outlook is Outlook.LOST

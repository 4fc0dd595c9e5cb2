"""Credits of a month, against the sums in `promises`."""

from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from monitor.core.availability import measure
from monitor.core.credit import Band, Bands, CreditState, CreditTerms, Slope, Step, minor_digits
from monitor.core.evidence import recompute
from monitor.core.model import Interval, Span, State
from monitor.reader.accounts import Accounts
from monitor.reports import credits, evidence
from monitor.reports.rows import facts, row
from tests.reports.promises import ACTUAL, OWED
from tests.reports.world import NOW


def percents(*shares: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(share) / 100 for share in shares)


def bands(*rows: tuple[str, str, str]) -> Bands:
    return Bands(tuple(Band(*percents(*each)) for each in rows), Fraction(1, 4))


A = bands(("99.5", "99.8", "5"), ("99.0", "99.5", "10"), ("0", "99.0", "25"))
B = bands(("99.9", "99.95", "5"), ("99.5", "99.9", "10"), ("99.0", "99.5", "15"), ("0", "99.0", "25"))


def c(step: Step) -> Slope:
    per, below = percents("5", "99.5")
    return Slope(per, below, step, Fraction(1, 4))


@pytest.mark.parametrize(
    ("schedule", "target", "down", "percent", "amount"),
    [
        (A, "99.9", 100, "0", "0.00"),  # 99.9 %: met
        (A, "99.9", 101, "0", "0.00"),  # 99.899 %: missed, and A pays nothing down to 99.8 %
        (A, "99.9", 200, "0", "0.00"),  # 99.8 %: a band does not hold its upper edge
        (A, "99.9", 201, "5", "50.00"),  # 99.799 %
        (A, "99.9", 500, "5", "50.00"),  # 99.5 %: a band holds its lower edge
        (A, "99.9", 501, "10", "100.00"),
        (A, "99.9", 1001, "25", "250.00"),  # 98.999 %
        (B, "99.95", 51, "5", "50.00"),  # 99.949 %
        (B, "99.95", 100, "5", "50.00"),  # 99.9 %
        (B, "99.95", 101, "10", "100.00"),
        (B, "99.95", 501, "15", "150.00"),
        (B, "99.95", 1001, "25", "250.00"),
        (c(Step.LINEAR), "99.5", 1800, "6.5", "65.00"),  # 98.2 %: 1.3 percent below 99.5 %
        (c(Step.FLOOR), "99.5", 1800, "5", "50.00"),
        (c(Step.CEIL), "99.5", 1800, "10", "100.00"),
        (c(Step.LINEAR), "99.5", 1500, "5", "50.00"),  # 98.5 %: exactly one percent, in every step
        (c(Step.FLOOR), "99.5", 1500, "5", "50.00"),
        (c(Step.CEIL), "99.5", 1500, "5", "50.00"),
        (c(Step.LINEAR), "99.5", 50_000, "25", "250.00"),  # 49.5 percent below: capped
    ],
)
def test_the_schedules_in_use_pay_what_their_words_say(
    schedule: Bands | Slope, target: str, down: int, percent: str, amount: str
) -> None:
    spans = [Span(State.DOWN, 0, down), Span(State.UP, down, 100_000)]
    terms = CreditTerms(schedule, Decimal("1000.00"), "USD")
    owed = terms.owed(measure(spans, Interval(0, 100_000)), Fraction(target) / 100)
    assert (owed.share, str(owed.amount)) == (Fraction(percent) / 100, amount)
    assert owed.state is (CreditState.OWED if owed.share else CreditState.NOTHING)


@pytest.mark.parametrize("name", OWED)
def test_an_agreement_owes_the_same_in_figures_json_and_recomputed_evidence(promised: Accounts, name: str) -> None:
    state, percent, amount, currency = OWED[name]
    account = promised.agreement(name, "2026-01", NOW)
    shown = facts(row(account))
    assert (shown["credit"], shown["credit_percent"]) == (state, {name: percent})
    assert (shown["credit_amount"], shown["currency"]) == (amount, currency)
    (vector,) = recompute(evidence.document(account, None), ZoneInfo, default_name="x")["vectors"]  # type: ignore[misc]
    assert vector["result"]["credit_percent"] == {name: percent}  # type: ignore[has-type]
    assert vector["result"]["availability_percent_trunc4"] == ACTUAL[name]  # type: ignore[has-type]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "bands-a",
            [
                "Credit: 99.7756 % lies in the band from 99.5 % to under 99.8 %: 5 %.",
                "  5 % of 100.10 USD = 5.01 USD",
            ],
        ),
        (
            "begun",
            [
                "Credit: 99.8652 % lies 0.03477 percent below 99.9 %; 5 % for each percent below 99.9 %, "
                "a begun percent counts as a whole one: 1 × 5 % = 5 %, capped at 4 %.",
                "  4 % of 30,000 JPY = 1,200 JPY",
            ],
        ),
        ("kept", ["Credit: the target of 99.5 % was met, so nothing is owed.", "  0 % of 1,000.00 USD = 0.00 USD"]),
        (
            # 99.7 − 99.64157… = 0.05842… percent; times 5 %.
            "open",
            [
                "Credit: needs decision. With what was not measured it lies between 0 % and 0.292114 % of the fee; "
                "somebody has to decide."
            ],
        ),
    ],
)
def test_the_explanation_opens_the_credit_into_the_band_or_slope(
    promised: Accounts, name: str, said: list[str]
) -> None:
    assert list(credits.lines(promised.agreement(name, "2026-01", NOW))) == said


def test_a_running_month_owes_nothing_and_its_evidence_names_no_schedule(promised: Accounts) -> None:
    account = promised.agreement("bands-a", "2026-02", NOW)
    assert account.credit.state is CreditState.RUNNING
    shown = facts(row(account))
    assert (shown["credit"], shown["credit_percent"], shown["credit_amount"]) == ("running", None, None)
    assert "schedules" not in evidence.document(account, None)


def test_an_agreement_without_a_schedule_owes_nothing_that_could_be_decided(accounts: Accounts) -> None:
    account = accounts.agreement("acme", "2026-01", NOW)
    assert (account.credit.state, credits.cell(account), list(credits.lines(account))) == (
        CreditState.NOT_AGREED,
        "–",
        [],
    )


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("IDR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_amounts_have_the_decimals_of_their_currency(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_half_a_unit_is_rounded_up_once() -> None:
    terms = CreditTerms(A, Decimal("100.10"), "USD")
    # 5 % is 5.005, 10 % is 10.01 exactly; a third of a percent of it is 0.333…
    assert [str(terms.amount(share)) for share in percents("5", "10")] == ["5.01", "10.01"]
    assert str(terms.amount(Fraction(1, 300))) == "0.33"

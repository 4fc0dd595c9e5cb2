"""Quarters and years over January and February of `world`, summed by hand."""

import csv
from fractions import Fraction
from io import StringIO

import pytest

from monitor.core.calendar import months_of
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reports.journal import COLUMNS, journal
from monitor.reports.periods import Total, as_csv, document, tables, totals
from monitor.reports.rows import Row, row
from tests.reports.promises import ACTUAL, OWED
from tests.reports.world import JAKARTA, NOW

MONTHS = ("2026-01", "2026-02")


@pytest.fixture
def lines(promised: Accounts) -> list[list[Row]]:
    return [[row(each) for each in asking.everything(promised, month, JAKARTA, NOW)] for month in MONTHS]


@pytest.fixture
def sums(lines: list[list[Row]]) -> dict[str, Total]:
    return {total.account.id: total for total in totals(lines)}


def test_a_quarter_sums_the_seconds_of_its_months_and_averages_nothing(sums: dict[str, Total]) -> None:
    figure = sums["api"].figure
    # January: 3,600 of 2,671,200 s. Up to 10 February: 600 of 777,600 s.
    assert (figure.down_seconds, figure.measured_seconds) == (4200, 3_448_800)
    assert figure.availability == 1 - Fraction(4200, 3_448_800)
    assert figure.total_seconds == 2_678_400 + 777_600
    assert (sums["api"].outages, sums["api"].final) == (4, False)


def test_credits_of_a_quarter_are_the_sum_of_the_months_amounts(lines: list[list[Row]]) -> None:
    january = lines[0]
    twice = {total.account.id: total for total in totals([january, january])}
    found = {name: {key: str(value) for key, value in total.credits.items()} for name, total in twice.items()}
    assert found["bands-a"] == {"USD": "10.02"}
    assert found["slope"] == {"IDR": "52156.34"}
    assert (found["open"], twice["open"].undecided) == ({}, 2)
    assert found["kept"] == {"USD": "0.00"}


def test_a_quarter_has_no_verdict_but_says_how_its_months_ended(sums: dict[str, Total]) -> None:
    assert sums["bands-a"].outcomes == {"breached": 1, "on track": 1}
    components, agreements = tables("2026-Q1", MONTHS, list(sums.values()))
    assert components.title == "Components in 2026-Q1, the seconds of 2026-01 to 2026-02 together: running"
    line = next(line for line in agreements.lines if "bands-b" in line[0])
    assert line[1:3] == ("2", "99.8088 %")
    assert line[-2:] == ("1 breached, 1 at risk", "250.00 USD")


def test_table_csv_and_json_of_a_quarter_show_one_figure(sums: dict[str, Total]) -> None:
    values = document("2026-Q1", MONTHS, list(sums.values()))
    agreements = {each["id"]: each for each in values["agreements"]}  # type: ignore[attr-defined]
    for line in csv.DictReader(StringIO(as_csv("2026-Q1", sums.values()), newline="")):
        if line["kind"] == "agreement":
            each = agreements[line["id"]]
            assert line["availability_percent"] == each["availability_percent_trunc4"]
            assert line["credit_amount"] == each["credits"].get(line["currency"], "")
            assert [month["month"] for month in each["by_month"]] == list(MONTHS)


def test_a_quarter_or_a_year_is_its_months() -> None:
    assert months_of("2026-Q3") == ("2026-07", "2026-08", "2026-09")
    assert (months_of("2026")[0], months_of("2026")[-1], len(months_of("2026"))) == ("2026-01", "2026-12", 12)
    assert months_of("2026-05") == ("2026-05",)
    for wrong in ("2026-Q5", "2026-13", "26", "2026-Q", ""):
        with pytest.raises(ValueError, match="is not a month"):
            months_of(wrong)


def test_the_journal_has_a_line_for_each_agreement_and_month_with_stable_columns(lines: list[list[Row]]) -> None:
    written = journal(line for month in lines for line in month)
    assert written.count("\r\n") == 13
    head, *rest = csv.reader(StringIO(written, newline=""))
    assert tuple(head) == COLUMNS
    found = {(line[0], line[2]): dict(zip(head, line, strict=True)) for line in rest}
    assert found["bands-a", "2026-01"] == {
        "agreement": "bands-a",
        "customer": '\'=Bands & "Sons"',
        "month": "2026-01",
        "target_percent": "99.9",
        "actual_percent": "99.7756",
        "verdict": "breached",
        "downtime_seconds": "6000",
        "excluded_seconds": "0",
        "unknown_seconds": "3600",
        "credit": "owed",
        "credit_percent": "5",
        "credit_amount": "5.01",
        "currency": "USD",
        "books": "provisional",
        "revision": "",
        "digest": "",
        "as_measured_percent": "99.7756",
    }
    for name, (state, percent, amount, _) in OWED.items():
        line = found[name, "2026-01"]
        assert (line["credit"], line["credit_percent"], line["credit_amount"]) == (state, percent or "", amount or "")
        assert line["actual_percent"] == ACTUAL[name]
    running = found["bands-a", "2026-02"]
    assert [running[key] for key in ("verdict", "credit", "credit_amount", "books")] == [
        "running",
        "running",
        "",
        "running",
    ]

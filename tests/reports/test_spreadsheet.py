"""The spreadsheet read back, recalculated by LibreOffice, and compared with the figures of the accounts."""

from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from monitor.core.account import Account
from monitor.core.books import Seal
from monitor.core.closing import Made, closing, kept_account
from monitor.core.model import Interval, Span, State
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reports.month_sheet import COLUMNS
from monitor.reports.rows import Row, row
from monitor.reports.spreadsheet import workbook
from tests.reports.promises import OWED
from tests.reports.sheets import recalculated, sheet
from tests.reports.test_terms_shown import weighed
from tests.reports.world import JAKARTA, NOW


@pytest.fixture
def months(promised: Accounts) -> dict[str, list[Row]]:
    return {
        label: [row(account) for account in asking.everything(promised, label, JAKARTA, NOW)]
        for label in ("2026-01", "2026-02")
    }


def test_cells_are_typed_and_texts_never_become_formulas(months: dict[str, list[Row]]) -> None:
    content = workbook("PWBI", months)
    lines = {line["Id"]: line for line in sheet(content, "2026-01", values=False)}
    line = lines["bands-a"]
    assert line["Name"] == '=Bands & "Sons"'
    cells = load_workbook(BytesIO(content))["2026-01"]
    name = next(cell for cell in cells["C"] if cell.value == line["Name"])
    assert name.data_type == "s"
    assert (line["Target"], line["Down s"], line["Fee"]) == (0.999, 6000, 100.1)
    assert line["As of"].isoformat() == "2026-02-01T00:00:00"
    assert line["1 − downtime ÷ measured"] == '=IF(M7=0,"no data",1-O7/M7)'


def test_every_formula_carries_the_exact_figures_as_its_value(months: dict[str, list[Row]]) -> None:
    lines = {line["Id"]: line for line in sheet(workbook("PWBI", months), "2026-01")}
    line = lines["bands-a"]
    assert (line["Measured s"], line["Downtime s"], line["Availability"]) == (2_674_800, 6000, 0.997756)
    assert line["1 − downtime ÷ measured"] == float(Fraction(2224, 2229))
    for name, (state, percent, amount, currency) in OWED.items():
        assert lines[name]["Credit"] == (state if percent is None else pytest.approx(float(percent) / 100, abs=1e-8))
        assert lines[name]["Amount"] == (state if amount is None else float(amount))
        assert lines[name]["Currency"] == currency


def test_the_outages_listed_make_the_seconds_down(months: dict[str, list[Row]]) -> None:
    content = workbook("PWBI", months)
    counted: dict[tuple[str, str, str], int] = {}
    for line in sheet(content, "Outages"):
        key = (line["Month"], line["Kind"], line["Id"])
        counted[key] = counted.get(key, 0) + line["Counted s"]
    for label in months:
        for line in sheet(content, label):
            assert counted.get((label, line["Kind"], line["Id"]), 0) == line["Down s"], line["Id"]
            assert line["Adds up"] == "yes"


def test_what_is_excluded_and_how_it_is_computed_have_sheets_of_their_own(months: dict[str, list[Row]]) -> None:
    content = workbook("PWBI", months)
    windows = [line for line in sheet(content, "Excluded") if (line["Month"], line["Id"]) == ("2026-01", "api")]
    assert [(line["Accepted s"], line["Why"]) for line in windows] == [
        (3600, "excluded: announced in time"),
        (0, "counted: announced too late"),
    ]
    told = {line["What"]: line["How"] for line in sheet(content, "How it is computed")}
    assert told["bands-a 2026-01"].startswith("1 − 6,000 ÷ 2,674,800 = 99.7756 %. Credit: 99.7756 % lies in the band")


def test_a_running_month_has_an_outlook_and_no_credit(months: dict[str, list[Row]]) -> None:
    line = next(line for line in sheet(workbook("PWBI", months), "2026-02") if line["Id"] == "slope")
    assert (line["Verdict"], line["Credit"], line["Amount"]) == ("at risk", None, None)


def test_the_same_months_give_the_same_bytes(months: dict[str, list[Row]], monkeypatch: pytest.MonkeyPatch) -> None:
    first = workbook("PWBI", months)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert workbook("PWBI", months) == first
    assert load_workbook(BytesIO(first)).properties.created.isoformat() == "2026-02-28T17:00:00"


def closed(account: Account) -> Account:
    made = Made(terms={}, settings="0" * 64, engine="janji", tzdata="2025.2")
    kept = closing(account, made, actor="fina", at=account.month.end + 6 * 86_400)
    return kept_account(replace(kept, seal=Seal(9, "ab" * 32)))


def test_a_closed_month_is_the_same_file_with_its_digest(promised: Accounts) -> None:
    def file() -> bytes:
        return workbook("PWBI", {"2026-01": [row(closed(promised.agreement("bands-a", "2026-01", NOW)))]})

    content = file()
    assert content == file()
    (line,) = sheet(content, "2026-01")
    assert (line["Books"], line["Amount"]) == ("closed", 5.01)
    told = [line["How"] for line in sheet(content, "How it is computed")]
    assert told[-1].endswith(", ledger entry 9")


@pytest.mark.slow
def test_libreoffice_computes_the_same_from_the_formulas_alone(months: dict[str, list[Row]], tmp_path: Path) -> None:
    content = workbook("PWBI", {**months, "2026-03": edges(months["2026-01"])})
    found = recalculated(content, tmp_path)
    for label in ("2026-01", "2026-02", "2026-03"):
        wanted, computed = (
            list(load_workbook(BytesIO(each), data_only=True)[label].values) for each in (content, found)
        )
        for mine, theirs in zip(wanted, computed, strict=False):
            for column, (cell, other) in enumerate(zip(mine, theirs, strict=False)):
                close = pytest.approx(cell, rel=1e-12) if isinstance(cell, int | float) else cell
                assert other == close, (label, mine[1], COLUMNS[column].title)


def edges(rows: list[Row]) -> list[Row]:
    """January made to lie on edges: of the target, bands, whole percents, half a cent; also by weighted seconds."""
    made = []
    for name, down in [("bands-a", 5000), ("bands-a", 5001), ("kept", 15_000), ("begun", 11_000), ("begun", 11_001)]:
        account = next(line.account for line in rows if line.account.id == name)
        made.append(row(replace(with_down(account, down), id=f"{name}-{down}")))
    for name, down, weight in [
        ("bands-a", 700, "0.3"),
        ("bands-a", 700, "0.3001"),
        ("bands-a", 4700, "0.3"),
        ("begun", 1000, "0.3333"),
    ]:
        account = next(line.account for line in rows if line.account.id == name)
        states = ((State.DOWN, down), (State.DEGRADED, 1000))
        named = f"{name}-{down}-{weight}"
        made.append(
            row(replace(weighed(account, *states, weight=Fraction(weight), least=0), id=named, label="2026-03"))
        )
    return made


def with_down(account: Account, down: int) -> Account:
    """The account over a million seconds from the month's start, all measured, so many of them down at first."""
    start = account.month.start
    spans = (Span(State.DOWN, start, start + down), Span(State.UP, start + down, start + 1_000_000))
    parts = tuple(replace(part, spans=spans, windows=()) for part in account.parts)
    month = Interval(start, start + 1_000_000)
    return replace(account, label="2026-03", month=month, as_of=month.end, parts=parts)


@pytest.mark.parametrize(
    ("name", "down", "percent"),
    [("bands-a", 5000, 5), ("bands-a", 5001, 10), ("kept", 15_000, 5), ("begun", 11_000, 4), ("begun", 11_001, 4)],
)
def test_the_edges_that_libreoffice_is_asked_about_are_edges(
    promised: Accounts, name: str, down: int, percent: int
) -> None:
    account = with_down(promised.agreement(name, "2026-01", NOW), down)
    assert account.credit.share == Fraction(percent, 100)

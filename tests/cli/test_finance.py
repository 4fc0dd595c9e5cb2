"""The files for finance from the command: one figure and one credit on every way out."""

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.cli.figures import Run
from tests.reports.promises import ACTUAL, OWED, PROMISES
from tests.reports.world import build


@pytest.fixture(scope="session")
def promises(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("promises"), PROMISES)


@pytest.fixture
def finance(promises: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(promises, capsys, monkeypatch)


def test_one_figure_and_one_credit_read_the_same_everywhere(finance: Run, tmp_path: Path) -> None:
    table = finance("report", "2026-01")
    lines = {line["id"]: line for line in _read(finance("report", "2026-01", "--csv"))}
    journal = {line["agreement"]: line for line in _read(finance("report", "2026-01", "--journal"))}
    report = {each["id"]: each for each in json.loads(finance("report", "2026-01", "--json"))["agreements"]}
    quarter = {each["id"]: each for each in json.loads(finance("report", "2026-Q1", "--json"))["agreements"]}
    assert finance("report", "2026-01", "--xlsx", str(tmp_path / "x.xlsx")) == ""
    cells = list(load_workbook(tmp_path / "x.xlsx", data_only=True)["2026-01"].values)
    sheet = {line[1]: dict(zip(cells[3], line, strict=True)) for line in cells[4:] if line[1]}
    for name, (state, percent, amount, currency) in OWED.items():
        actual = ACTUAL[name]
        (line,) = [line for line in table.splitlines() if f"({name})" in line]
        assert f"{actual} %" in line
        assert line.endswith(_shown(state, percent, amount, currency))
        assert lines[name]["availability_percent"] == journal[name]["actual_percent"] == actual
        assert sheet[name]["Availability"] == pytest.approx(float(actual) / 100, abs=1e-12)
        proved = _proved(finance, tmp_path, name)
        assert proved["availability_percent_trunc4"] == report[name]["availability_percent_trunc4"] == actual
        assert proved["credit_percent"] == report[name]["credit_percent"] == {name: percent}
        assert lines[name]["credit_percent"] == journal[name]["credit_percent"] == (percent or "")
        assert report[name]["credit_amount"] == amount
        assert lines[name]["credit_amount"] == journal[name]["credit_amount"] == (amount or "")
        assert sheet[name]["Amount"] == (state if amount is None else float(amount))
        assert quarter[name]["credits"] == ({} if amount is None else {currency: amount})
        assert (lines[name]["currency"], journal[name]["currency"], report[name]["currency"]) == (currency,) * 3
        statement = _statement(finance, tmp_path, name)
        assert f"= {actual} %" in statement
        assert amount is None or _worded(amount, currency) in statement
        explained = finance("explain", "--agreement", name, "2026-01")
        assert f"= {actual} %" in explained
        assert "needs decision" in explained if amount is None else _worded(amount, currency) in explained


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def _proved(finance: Run, folder: Path, name: str) -> dict[str, object]:
    file = folder / f"{name}.json"
    file.write_text(finance("evidence", "--agreement", name, "2026-01"))
    (vector,) = json.loads(finance("recompute", str(file)))["vectors"]
    found: dict[str, object] = vector["result"]
    return found


def _statement(finance: Run, folder: Path, name: str) -> str:
    file = folder / f"{name}.pdf"
    assert finance("report", "2026-01", "--pdf", str(file), "--agreement", name, "--language", "en") == ""
    pages = PdfReader(BytesIO(file.read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def _worded(amount: str, currency: str) -> str:
    whole, mark, cents = amount.partition(".")
    return f"{int(whole):,}{mark}{cents} {currency}"


def _shown(state: str, percent: str | None, amount: str | None, currency: str) -> str:
    return state if percent is None or amount is None else f"{percent} % = {_worded(amount, currency)}"


def test_a_year_is_the_months_that_have_begun(finance: Run) -> None:
    assert json.loads(finance("report", "2026", "--json"))["months"] == ["2026-01", "2026-02"]
    assert finance("report", "2026-Q1").startswith("Components in 2026-Q1, the seconds of 2026-01 to 2026-02 together")


def test_a_spreadsheet_of_a_quarter_has_a_sheet_for_each_month(finance: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.xlsx"
    finance("report", "2026-Q1", "--xlsx", str(file))
    assert load_workbook(file).sheetnames == [
        "2026-01",
        "2026-02",
        "Outages",
        "Excluded",
        "Credit schedules",
        "How it is computed",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2026-Q3"], "Error: 2026-Q3 has not begun; the running month is 2026-02"),
        (["2026-Q5"], "Error: '2026-Q5' is not a month; write one such as 2026-02"),
        (["2025"], "Error: nothing was in service in 2025"),
        (["--xlsx", "/nowhere/x.xlsx"], "Error: /nowhere/x.xlsx: cannot be written (No such file or directory)"),
        (["--pdf", "x.pdf", "--agreement", "kepd"], "Error: there is no agreement 'kepd'; did you mean kept?"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_two(finance: Run, arguments: list[str], said: str) -> None:
    assert finance.refused("report", *arguments) == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--csv", "--json"], "choose one of --csv, --journal, --xlsx, --pdf and --json"),
        (["--journal", "--xlsx", "x"], "choose one of --csv, --journal, --xlsx, --pdf and --json"),
        (["--pdf", "x"], "name whose statement it is: --agreement ID; or choose --review"),
        (["--language", "id"], "--language belongs to --pdf, --review and --agreement"),
    ],
)
def test_options_that_do_not_go_together_are_refused(finance: Run, arguments: list[str], said: str) -> None:
    code, out, err = finance.ended("report", *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_what_if_says_what_is_left_until_when_and_what_more_would_cost(finance: Run) -> None:
    # api: 0.05 % of 2,415,600 s are 1,207.8 s, of which 600 are used in 777,600 s: the rest lasts 787,708.8 s.
    assert finance("what-if", "slope", "--down", "20m").splitlines() == [
        "PT Delta Abadi (slope): api, February 2026 in Asia/Jakarta",
        "Settled up to 10 Feb 2026 00:00.",
        "Allowed in the whole month at 99.95 %: 20 min; 10 min used, 10 min left.",
        "At the pace so far (600 s in 777,600 s) it runs out on 19 Feb 2026 02:48:28.",
        "No more downtime: 99.9751 %, met, no credit",
        "20 min more downtime: 99.9254 %, breached, no credit",
        "Supposes that the time to come is measured and otherwise up.",
    ]
    ahead = json.loads(finance("what-if", "slope", "--down", "3h", "--json"))
    assert (ahead["budget_left_seconds"], ahead["runs_out_at"]) == ("607.8", "2026-02-18T19:48:28Z")
    # 1 − 11,400 ÷ 2,415,600 = 99.528… %, 0.37193… percent below 99.9 %.
    assert ahead["what_if"][1] == {
        "down_seconds": 10_800,
        "availability": "4007/4026",
        "availability_percent_trunc4": "99.5280",
        "verdict": "breached",
        "credit": "owed",
        "credit_percent": "1.859662",
        "credit_amount": "278949.33",
    }


def test_what_if_refuses_more_than_the_month_has(finance: Run) -> None:
    said = finance.refused("what-if", "kept", "--down", "30d")
    assert said == "Error: only 1641600 s of agreed time are left in 2026-02"

"""The statement's text, read back from the PDF."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from monitor.core.books import Seal
from monitor.core.closing import Made, closing, kept_account
from monitor.core.decision import Case, Decision, Request, RequestType
from monitor.core.ledger import Entry, entry
from monitor.core.text import money, percent
from monitor.reader.accounts import Accounts
from monitor.reports.statement import statement
from tests.reports.promises import ACTUAL, OWED
from tests.reports.world import JAKARTA, NOW, wib


def head(number: int) -> Entry:
    return replace(entry(None, at=NOW, actor="test", kind="notice", payload={}), number=number)


def asked(number: int, type_: RequestType, kind: str, approved: bool | None) -> Case:
    start = wib("09 Jan 14:00") + number * 600
    request = Request(f"r-{number}", type_, kind, "api", None, start, start + 600, "Why", "", NOW, "ana")
    return Case(request, None if approved is None else Decision(approved, "ben", NOW))


def text(content: bytes) -> str:
    """Of all pages, in one line."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize("name", OWED)
def test_it_shows_the_figure_the_verdict_and_the_credit(promised: Accounts, name: str) -> None:
    account = promised.agreement(name, "2026-01", NOW)
    said = text(statement(account, head(4), issuer="PWBI"))
    _, _, amount, currency = OWED[name]
    assert f"= {ACTUAL[name]} %" in said
    assert account.name in said
    assert "January 2026" in said
    if amount is None:
        assert "Whether a credit is owed has to be decided" in said
        assert "Needs decision" in said
    else:
        assert f" is {money(Decimal(amount), currency)}." in said or "no credit is owed" in said


def test_it_opens_the_figure_into_seconds_outages_and_maintenance(promised: Accounts) -> None:
    said = text(statement(promised.agreement("slope", "2026-01", NOW), head(4), issuer="PWBI"))
    assert "In the month 2,678,400 31 d Excluded − 3,600 1 h Not measured − 3,600 1 h Measured = 2,671,200" in said
    assert "Availability = 1 − 3,600 ÷ 2,671,200 = 99.8652 %" in said
    assert "0.173854 % of the monthly fee of 15,000,000.00 IDR is 26,078.17 IDR." in said
    assert "9 Jan 2026 14:00 9 Jan 2026 14:40 Production API 40 min" in said
    assert "12 Jan 2026 01:10 12 Jan 2026 01:30 Production API 0" in said
    assert "announced 11 d 1 h ahead, excluded" in said
    assert "announced 2 d 1 h ahead, too late (7 d are needed): counted" in said
    assert "As measured, with nothing taken out: 1 − 4,800 ÷ 2,674,800 = 99.8205 %." in said
    assert "What was taken out changes, in seconds: down −1,200, up −2,400, excluded +3,600." in said
    assert f"Head of the ledger (4): {head(4).digest}" in said


def test_where_nothing_was_taken_out_it_says_so(promised: Accounts) -> None:
    said = text(statement(promised.agreement("bands-a", "2026-01", NOW), head(4), issuer="PWBI"))
    assert "Nothing was taken out: the figure is as it was measured." in said


def test_a_correction_is_not_measured_and_an_exclusion_is_excluded(promised: Accounts) -> None:
    account = promised.agreement("bands-a", "2026-01", NOW)
    cases = [
        asked(number, RequestType.CORRECTION if kind == "measurement_error" else RequestType.EXCLUSION, kind, approved)
        for number, (kind, approved) in enumerate(
            [("measurement_error", True), ("maintenance", True), ("maintenance", None)]
        )
    ]
    parts = (account.parts[0].deciding(cases), *account.parts[1:])
    said = text(statement(replace(account, parts=parts), head(4), issuer="PWBI"))
    assert "measurement error: approved, not measured" in said
    assert "maintenance: approved, excluded" in said
    assert "maintenance: pending: counts as it was seen" in said


def test_it_speaks_indonesian_with_its_own_marks(promised: Accounts) -> None:
    said = text(statement(promised.agreement("slope", "2026-01", NOW), head(4), issuer="PWBI", language="id"))
    assert "Laporan tingkat layanan" in said
    assert "Januari 2026" in said
    assert "Ketersediaan = 1 − 3.600 ÷ 2.671.200 = 99,8652 %" in said
    assert "26.078,17 IDR" in said
    assert "Tidak terpenuhi" in said


def test_no_english_is_left_in_the_indonesian_one(promised: Accounts) -> None:
    english = ("Verdict", "Credit", "Excluded", "ahead", "Outages", "measured", "ledger", "Page ")
    for name in OWED:
        for month in ("2026-01", "2026-02"):
            account = promised.agreement(name, month, NOW)
            said = text(statement(account, head(4), issuer="PWBI", language="id"))
            assert [word for word in english if word in said] == [], (name, month)


def test_a_running_month_is_an_interim_statement_without_verdict_or_credit(promised: Accounts) -> None:
    said = text(statement(promised.agreement("bands-a", "2026-02", NOW), head(4), issuer="PWBI"))
    assert "Interim statement" in said
    assert "The month is not over: there is no verdict and no credit yet." in said
    assert "Running: figures up to 10 Feb 2026 00:00." in said


def test_a_closed_month_is_the_same_file_whatever_was_decided_since(promised: Accounts) -> None:
    account = promised.agreement("bands-a", "2026-01", NOW)
    made = Made(terms={}, settings="0" * 64, engine="janji", tzdata="2025.2")
    kept = closing(account, made, actor="fina", at=wib("07 Feb 09:00"))
    shown = kept_account(replace(kept, seal=Seal(9, "ab" * 32)))
    content = statement(shown, head(10), issuer="PWBI")
    assert content == statement(shown, head(11), issuer="PWBI")
    said = text(content)
    assert "Closed on 7 Feb 2026 09:00; ledger entry 9." in said
    assert f"Digest of the books: {kept.digest}" in said
    assert f"Head of the ledger (9): {'ab' * 32}" in said


def test_names_are_text_and_not_markup(promised: Accounts) -> None:
    account = replace(promised.agreement("kept", "2026-01", NOW), name="A <b>& Co")
    assert "A <b>& Co" in text(statement(account, None, issuer="<i>PWBI"))


def test_a_component_has_no_statement(accounts: Accounts) -> None:
    with pytest.raises(ValueError, match="api is a component; statements are of agreements"):
        statement(accounts.month("api", "2026-01", JAKARTA, NOW), None, issuer="PWBI")


def test_figures_are_cut_off_and_never_rounded_up(promised: Accounts) -> None:
    figure = promised.agreement("bands-a", "2026-01", NOW).figure
    assert figure.availability is not None
    assert percent(figure.availability) == "99.7756"  # 99.77568…

"""The monthly review over the written-down months: totals that add up, and the same words on every way out."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from monitor.core.account import Account
from monitor.core.books import Seal
from monitor.core.closing import Made, closing, kept_account
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reports.letters import review_letter, statement_letter
from monitor.reports.review import document, review
from tests.reports.test_statement import head
from tests.reports.world import JAKARTA, NOW, wib


def january(accounts: Accounts) -> list[Account]:
    return asking.everything(accounts, "2026-01", JAKARTA, NOW)


def pdf(accounts: list[Account], language: str = "en", number: int = 4) -> bytes:
    letter = review_letter(accounts, head(number), issuer="PWBI", language=language)
    assert letter.attachment is not None
    return letter.attachment.content


def text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def test_downtime_is_told_for_each_component_added_up_and_as_a_union(accounts: Accounts) -> None:
    found = review(january(accounts), None)
    # api: 40 min on the 9th and 20 min on the 20th; web: 30 min, of which 14:30-14:40 was down in both.
    assert (found.downtime.parts, found.downtime.added) == ((3600, 1800), 5400)
    assert (found.downtime.overlap, found.downtime.union) == (600, 4800)
    assert found.downtime.parts == tuple(item.account.figure.down_seconds for item in found.components)
    said = text(pdf(january(accounts)))
    assert "5,400 s added up − 600 s counted more than once = 4,800 s with at least one component down." in said


def test_maintenance_is_told_by_whether_it_was_announced_in_time(accounts: Accounts) -> None:
    found = review(january(accounts), None)
    assert [(item.in_time, item.planned.length, item.excluded, item.overrun) for item in found.maintenance] == [
        (True, 3600, 3600, 0),
        (False, 3600, 0, 0),
    ]
    assert found.maintenance_seconds(in_time=True) == found.maintenance_seconds(in_time=False) == 3600


def test_a_window_that_ends_while_it_is_down_overruns_by_the_downtime_after_it(accounts: Accounts) -> None:
    account = accounts.month("api", "2026-01", JAKARTA, NOW)
    (part,) = account.parts
    early = replace(part.windows[0].notice, start=wib("12 Jan 01:00"), end=wib("12 Jan 01:20"))
    cut = replace(part, windows=(replace(part.windows[0], notice=early),))
    (planned,) = review([replace(account, parts=(cut,))], None).maintenance
    assert (planned.planned.length, planned.excluded, planned.overrun) == (1200, 1200, 600)


def test_credits_are_added_by_currency_and_what_is_undecided_is_in_no_sum(promised: Accounts) -> None:
    found = review(january(promised), None)
    # bands-a 5.01 + bands-b 250.00 + kept 0.00 USD
    assert {currency: str(amount) for currency, amount in found.credits.items()} == {
        "USD": "255.01",
        "IDR": "26078.17",
        "JPY": "1200",
    }
    assert found.undecided == 1
    assert [row.account.id for row in found.broken] == ["api", "bands-a", "bands-b", "slope", "begun"]


def test_it_shows_every_service_against_its_target_and_with_what_it_owes(promised: Accounts) -> None:
    said = text(pdf(january(promised)))
    assert "Production API 99.9 % 99.8652 % Breached 1 h 44 min 31 s 99.8654 %" in said
    assert "Web dashboard – 99.9327 % Not judged 30 min – 100.0000 %" in said
    assert "Bravo (bands-b) 99.95 % 99.7756 % Breached 1 h 40 min 10 % = 250.00 USD" in said
    assert "Production API 1 h 1 h 99.8205 % 99.8652 %" in said  # without the maintenance 4,800 s of 2,674,800 s


def test_no_english_is_left_in_the_indonesian_one(promised: Accounts) -> None:
    english = ["Verdict", "Credit", "Excluded", "Outages", "easured", "ledger", "Overrun", "Component", "Service"]
    english += ["Breach", "Met", "Coverage", "Allowed", "Books", "Digest", "component", "Review", "Page "]
    english += ["in time", "too late"]
    for month in ("2026-01", "2026-02"):
        accounts = asking.everything(promised, month, JAKARTA, NOW)
        said = text(pdf(accounts, "id"))
        assert [word for word in english if word in said] == [], month
    assert "5.400 dtk dijumlahkan − 600 dtk" in text(pdf(january(promised), "id"))


def test_a_month_that_runs_is_an_interim_review_without_credits(promised: Accounts) -> None:
    said = text(pdf(asking.everything(promised, "2026-02", JAKARTA, NOW)))
    assert "Interim review" in said
    assert "The books are still open" in said
    assert "USD" not in said


def test_once_all_that_is_judged_is_closed_it_is_the_same_file_whatever_the_ledger_says_since(
    promised: Accounts,
) -> None:
    made = Made(terms={}, settings="0" * 64, engine="janji", tzdata="2025.2")
    shown = []
    for number, account in enumerate(january(promised)):
        if account.target is not None:
            kept = closing(account, made, actor="fina", at=wib("07 Feb 09:00"))
            account = kept_account(replace(kept, seal=Seal(number, "ab" * 32)))
        shown.append(account)
    assert pdf(shown, number=4) == pdf(shown, number=99)
    said = text(pdf(shown))
    assert "All that has a target is closed: its figures stay the same." in said
    assert "Without a target nothing is closed: Web dashboard." in said
    assert "Head of the ledger" not in said


def test_json_holds_the_same_totals(accounts: Accounts) -> None:
    found = document(review(january(accounts), None))
    assert found["downtime"] == {
        "components": [{"id": "api", "down_seconds": 3600}, {"id": "web", "down_seconds": 1800}],
        "added_seconds": 5400,
        "overlap_seconds": 600,
        "union_seconds": 4800,
    }
    assert (found["maintenance_in_time_seconds"], found["maintenance_late_seconds"]) == (3600, 3600)


def test_the_letter_says_the_figures_for_channels_that_take_no_files(promised: Accounts) -> None:
    letter = review_letter(january(promised), None, issuer="PWBI", language="en")
    assert letter.title == "PWBI: review of January 2026"
    lines = letter.body.splitlines()
    assert lines[:3] == [
        "Targets met: 0 of 1 components, 1 of 6 agreements.",
        "Down: 1 h 20 min with at least one component down; 1 h 30 min all components added up.",
        "Production API: 99.8652 %, target 99.9 %: breached.",
    ]
    assert lines[-1] == "Credits: 255.01 USD + 26,078.17 IDR + 1,200 JPY."
    assert letter.attachment is not None
    assert letter.attachment.remedy.endswith("janji report 2026-01 --review --pdf review-2026-01.pdf --language en")


def test_a_statements_letter_says_figure_and_credit(promised: Accounts) -> None:
    letter = statement_letter(promised.agreement("bands-b", "2026-01", NOW), None, issuer="PWBI", language="id")
    assert letter.title == "Bravo: laporan tingkat layanan, Januari 2026"
    assert letter.body.splitlines() == [
        "Bravo: 99,7756 %, target 99,95 %: tidak terpenuhi.",
        "Kredit: 10 % = 250,00 USD.",
    ]


def test_a_review_is_of_one_month(accounts: Accounts) -> None:
    with pytest.raises(ValueError, match="a review is of one month"):
        review([], None)

"""Where a figure is from, in every file: `powerbi` alone in `acme`, and `api` beside it in `both`, January 2026 in WIB.

Its vendor reported 1 to 20 January with an hour down, and the rest later.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from monitor.core.account import Account
from monitor.core.vendor import VendorOutage, VendorReport
from monitor.reader.accounts import Accounts
from monitor.reports.rows import COLUMNS, as_csv, row
from monitor.reports.statement_text import told
from monitor.reports.statement_words import WORDS
from monitor.reports.table import HEAD, cells
from monitor.reports.vendor_words import lines, origins, sources
from tests.reader.test_accounts import API, World
from tests.reports.world import JAKARTA, wib

POWERBI = "{id: powerbi, name: Power BI, source: reported, objective: 99%, since: 2026-01-01}"
AGREED = (
    "{id: acme, customer: Acme, components: [powerbi], target: 99%}, "
    "{id: both, customer: Both, components: [powerbi, api], target: 99%}"
)
START, MIDDLE, END = wib("01 Jan 00:00"), wib("21 Jan 00:00"), wib("01 Feb 00:00")
NOW = wib("02 Feb 09:00")
DOWN = VendorOutage(wib("09 Jan 14:00"), wib("09 Jan 15:00"), note="Region West")


def report(start: int, end: int, *outages: VendorOutage, source: str = "Their history") -> VendorReport:
    return VendorReport("", "powerbi", start, end, outages, source, "", NOW, "ana")


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    world = World(tmp_path)
    settings = world.settings(API, POWERBI, agreements=AGREED)
    world.adopt(settings, at=START - 1)
    world.store.vendor_reports.append(report(START, MIDDLE, DOWN))
    yield Accounts(world.store, settings)
    world.store.close()


def sentences(account: Account, language: str) -> list[str]:
    return [sentence for block in told(account, None, WORDS[language]).blocks for sentence in block.sentences]


def test_each_report_that_counts_is_named_with_where_it_counts(accounts: Accounts) -> None:
    accounts._store.vendor_reports.append(report(wib("10 Jan 00:00"), END, source="Mail"))  # type: ignore[attr-defined]
    account = accounts.month("powerbi", "2026-01", JAKARTA, NOW)
    assert list(lines(account)) == [
        "powerbi is not probed; its seconds are as reported by its vendor:",
        "  1 Jan 00:00–10 Jan 00:00 (777,600 s): report-1, Their history, entered by ana on 2 Feb 2026 09:00",
        "  10 Jan 00:00–1 Feb 00:00 (1,900,800 s): report-2, Mail, entered by ana on 2 Feb 2026 09:00",
    ]
    [source] = sources(account)
    assert source["not_reported"] == []


def test_what_nobody_reported_is_said_to_be_not_measured(accounts: Accounts) -> None:
    account = accounts.month("powerbi", "2026-01", JAKARTA, NOW)
    assert list(lines(account))[-1] == "  21 Jan 00:00–1 Feb 00:00: no report, so not measured"


def test_the_csv_names_the_source_and_what_is_probed(accounts: Accounts) -> None:
    found = [accounts.month(name, "2026-01", JAKARTA, NOW) for name in ("powerbi", "api")]
    _, powerbi, api = csv.reader(StringIO(as_csv([row(account) for account in found]), newline=""))
    at = COLUMNS.index("source")
    assert powerbi[at] == (
        "Power BI: as reported by its vendor, report-1, Their history, entered by ana on 2 Feb 2026 09:00"
    )
    assert (powerbi[COLUMNS.index("slot_seconds")], api[at]) == ("0", "probed")


def test_the_table_says_that_edges_are_as_reported(accounts: Accounts) -> None:
    account = accounts.month("powerbi", "2026-01", JAKARTA, NOW)
    assert cells(row(account))[HEAD.index("Resolution")] == "as reported"


@pytest.mark.parametrize(
    ("language", "reported", "missing"),
    [
        (
            "en",
            "Power BI is not probed: its seconds are as reported by its vendor (Their history), entered by ana on ",
            "Power BI is not probed, and what its vendor has not reported is not measured.",
        ),
        (
            "id",
            "Power BI tidak diperiksa: detiknya menurut laporan vendornya (Their history), dicatat oleh ana pada ",
            "Power BI tidak diperiksa, dan yang belum dilaporkan vendornya tidak diukur.",
        ),
    ],
)
def test_a_statement_says_whose_word_it_is(accounts: Accounts, language: str, reported: str, missing: str) -> None:
    said = sentences(accounts.agreement("acme", "2026-01", NOW), language)
    assert [sentence for sentence in said if sentence.startswith(reported)] != []
    assert missing in said
    assert "0 s" not in " ".join(said)


def test_a_statement_of_both_says_how_the_other_is_checked(accounts: Accounts) -> None:
    account = accounts.agreement("both", "2026-01", NOW)
    assert "by checks every 300 s" in " ".join(sentences(account, "en"))
    assert origins(account).startswith("Power BI: as reported by its vendor, report-1")

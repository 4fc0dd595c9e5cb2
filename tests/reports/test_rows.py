"""Lines of a month, against the sums in `world`: 2,678,400 − 3,600 − 3,600 = 2,671,200 s measured in January."""

import csv
from fractions import Fraction
from io import StringIO

import pytest

from monitor.core.account import Account
from monitor.reader.accounts import Accounts
from monitor.reports.rows import COLUMNS, Outcome, as_csv, document, facts, row
from monitor.reports.table import HEAD, cells, tables
from tests.reports.world import JAKARTA, NOW, wib

ALL = [("api", "2026-01"), ("api", "2026-02"), ("web", "2026-01"), ("acme", "2026-01"), ("acme", "2026-02")]


def account(accounts: Accounts, name: str, month: str) -> Account:
    return accounts.agreement(name, month, NOW) if name == "acme" else accounts.month(name, month, JAKARTA, NOW)


@pytest.mark.parametrize(("name", "month"), ALL)
def test_the_five_parts_add_up_to_the_scope(accounts: Accounts, name: str, month: str) -> None:
    line = facts(row(account(accounts, name, month)))
    parts = [line[f"{part}_seconds"] for part in ("up", "degraded", "down", "unknown", "excluded")]
    assert sum(int(str(part)) for part in parts) == line["total_seconds"]


def test_a_month_that_is_over_is_met_breached_or_indeterminate(accounts: Accounts) -> None:
    line = row(account(accounts, "api", "2026-01"))
    assert line.account.final
    assert line.account.figure.availability == Fraction(741, 742)
    assert line.outcome is Outcome.BREACHED
    assert (line.allowed, line.left) == (Fraction("2671.2"), Fraction("-928.8"))


def test_a_running_month_shows_an_outlook_and_the_whole_months_allowance(accounts: Accounts) -> None:
    line = row(account(accounts, "api", "2026-02"))
    assert line.outcome is Outcome.ON_TRACK
    # 0.1 % of 2,419,200 s without the 3,600 s of maintenance that are still to come.
    assert (line.allowed, line.left) == (Fraction("2415.6"), Fraction("1815.6"))
    assert line.as_of == NOW


def test_a_component_without_an_objective_is_measured_and_not_judged(accounts: Accounts) -> None:
    line = row(account(accounts, "web", "2026-01"))
    assert line.account.figure.down_seconds == 1800
    assert (line.outcome, line.allowed, line.left) == (Outcome.NOT_JUDGED, None, None)
    values = facts(line)
    assert (values["verdict"], values["met"], values["allowed_downtime_seconds"]) == (None, None, None)


def test_an_agreement_combines_its_components_by_seconds_with_its_own_notice(accounts: Accounts) -> None:
    line = row(account(accounts, "acme", "2026-01"))
    figure = line.account.figure
    # 14:00–15:00 once, and both maintenances: 11 days are too few for this agreement.
    assert (figure.down_seconds, figure.excluded_seconds, figure.unknown_seconds) == (6000, 0, 3600)
    assert figure.availability == Fraction(2224, 2229)
    assert line.outcome is Outcome.MET
    assert line.left == Fraction(7374)


def test_nothing_measured_is_no_data(accounts: Accounts) -> None:
    line = row(accounts.month("api", "2026-03", JAKARTA, NOW))
    assert line.outcome is Outcome.NO_DATA
    assert facts(line)["availability"] is None
    assert cells(line)[HEAD.index("Availability")] == "no data"


def test_an_outage_counts_in_the_month_of_its_start_and_the_resolution_is_outages_times_slot(
    accounts: Accounts,
) -> None:
    line = row(account(accounts, "api", "2026-01"))
    assert [(item.start, item.end) for item in line.account.outages] == [
        (wib("09 Jan 14:00"), wib("09 Jan 14:40")),
        (wib("12 Jan 01:10"), wib("12 Jan 01:30")),
        (wib("20 Jan 01:00"), wib("20 Jan 01:20")),
    ]
    assert line.account.outages[0].inferred_seconds == 600
    assert (line.outages, line.account.every, line.resolution) == (3, 300, 900)


def test_a_table_gives_each_component_a_line_and_agreements_a_table_of_their_own(accounts: Accounts) -> None:
    components, agreements = tables([row(account(accounts, name, "2026-01")) for name in ("api", "web", "acme")])
    assert components.lines[0] == (
        "Production API (api)",
        "99.9 %",
        "99.8652 %",
        "breached",
        "1 h",
        "44 min",
        "−16 min",
        "1 h",
        "1 h",
        "3",
        "3 × 300 s",
        "1 Feb 00:00",
        "provisional",
    )
    assert agreements.lines[0][:4] == ("Acme (acme): api + web", "99.5 %", "99.7756 %", "met")


def test_csv_has_one_header_whole_seconds_and_decimal_percentages(accounts: Accounts) -> None:
    text = as_csv([row(account(accounts, name, "2026-01")) for name in ("api", "web")])
    assert text.count("\r\n") == 3
    head, api, web = csv.reader(StringIO(text, newline=""))
    assert tuple(head) == COLUMNS
    assert dict(zip(head, api, strict=True)) == {
        "month": "2026-01",
        "zone": "Asia/Jakarta",
        "kind": "component",
        "id": "api",
        "name": "Production API",
        "target_percent": "99.9",
        "availability_percent": "99.8652",
        "outcome": "breached",
        "final": "true",
        "as_of": "2026-01-31T17:00:00Z",
        "total_seconds": "2678400",
        "up_seconds": "2667600",
        "degraded_seconds": "0",
        "down_seconds": "3600",
        "unknown_seconds": "3600",
        "excluded_seconds": "3600",
        "downtime_seconds": "3600",
        "allowed_seconds": "2671",
        "left_seconds": "-929",
        "outages": "3",
        "slot_seconds": "300",
        "resolution_seconds": "900",
        "books": "provisional",
        "revision": "",
        "digest": "",
        "credit": "",
        "credit_percent": "",
        "credit_amount": "",
        "currency": "",
        "fee": "",
        "degraded_weight": "0",
        "min_outage_seconds": "0",
        "maintenance_cap_seconds": "",
        "source": "probed",
        "as_measured_percent": "99.8205",  # 1 − 4,800 ÷ 2,674,800
    }
    assert (web[COLUMNS.index("target_percent")], web[COLUMNS.index("left_seconds")]) == ("", "")


def test_json_holds_exact_figures(accounts: Accounts) -> None:
    values = document("2026-01", [row(account(accounts, name, "2026-01")) for name in ("api", "acme")])
    (api,), (acme,) = values["components"], values["agreements"]  # type: ignore[misc]
    assert api["availability"] == "741/742"  # type: ignore[has-type]
    assert api["left_seconds"] == "-928.8"  # type: ignore[has-type]
    assert acme["components"] == ["api", "web"]  # type: ignore[has-type]
    assert "slot" in str(values["resolution"])


def test_another_zone_is_another_month(accounts: Accounts) -> None:
    from zoneinfo import ZoneInfo

    # In UTC January begins seven hours later than in Jakarta, and ends seven hours later.
    found = accounts.month("api", "2026-01", ZoneInfo("UTC"), NOW)
    assert found.scope.start == wib("01 Jan 07:00")
    assert found.figure.total_seconds == 2_678_400

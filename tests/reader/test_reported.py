"""A component that its vendor reports, beside one that is probed, on a real SQLite file; times are WIB in 2026."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.closing import obstacles
from monitor.core.model import State
from monitor.core.vendor import VendorOutage, VendorReport
from monitor.reader.accounts import Accounts
from monitor.reader.page import PageReader
from monitor.reader.uptime import UptimeReader
from monitor.settings.hub import Settings
from tests.reader.test_accounts import API, World
from tests.reports.world import JAKARTA, wib

POWERBI = "{id: powerbi, source: reported, objective: 99%, since: 2026-01-01}"
BOTH = "{id: acme, customer: Acme, components: [api, powerbi], target: 99%}"
NOW = wib("10 Feb 00:00")
START, JANUARY = wib("01 Jan 00:00"), wib("01 Feb 00:00")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def begun(world: World) -> Settings:
    """Both since January; `api` probed and up all along."""
    probed = world.settings(API)
    world.adopt(probed, at=START - 1)
    both = world.settings(API, POWERBI, agreements=BOTH)
    world.adopt(both, at=START - 1)
    world.seen(probed, START, NOW)
    world.judge(NOW)
    return both


def report(start: int, end: int, *outages: VendorOutage) -> VendorReport:
    return VendorReport("", "powerbi", start, end, outages, "Their history", "", NOW, "ana")


def test_it_holds_up_nobody_and_is_unknown_until_reported(world: World) -> None:
    settings = begun(world)
    account = Accounts(world.store, settings).agreement("acme", "2026-01", NOW)
    assert account.final
    assert (account.figure.unknown_seconds, account.figure.measured_seconds) == (2_678_400, 0)


def test_reported_downtime_counts_in_an_agreement_as_measured_downtime_does(world: World) -> None:
    settings = begun(world)
    down = VendorOutage(wib("09 Jan 14:00"), wib("09 Jan 15:00"))
    world.store.vendor_reports.append(report(START, JANUARY, down))
    account = Accounts(world.store, settings).agreement("acme", "2026-01", NOW)
    assert (account.figure.down_seconds, account.figure.unknown_seconds) == (3_600, 0)
    assert [outage.length for outage in account.outages] == [3_600]


def test_a_month_that_its_vendor_did_not_report_whole_is_an_obstacle_that_a_reason_answers(world: World) -> None:
    settings = begun(world)
    world.store.vendor_reports.append(report(START, JANUARY - 3_600))
    account = Accounts(world.store, settings).month("powerbi", "2026-01", JAKARTA, NOW)
    [found] = obstacles(account, NOW)
    assert found.text == "powerbi has no report of its vendor for 2026-01-31T16:00:00Z to 2026-01-31T17:00:00Z"
    assert found.answerable
    world.store.vendor_reports.append(report(JANUARY - 3_600, JANUARY))
    assert obstacles(Accounts(world.store, settings).month("powerbi", "2026-01", JAKARTA, NOW), NOW) == ()


def test_the_page_does_not_wait_for_it_and_shows_what_was_reported(world: World) -> None:
    settings = begun(world)
    reader = PageReader(world.store, settings)
    before = reader.page(NOW)
    assert not before.stale
    assert [(item.state, item.since, item.as_of) for item in before.components if item.reported] == [
        (State.UNKNOWN, None, None)
    ]
    last = VendorOutage(JANUARY - 7_200, JANUARY)
    world.store.vendor_reports.append(report(START, JANUARY, last))
    page = reader.page(NOW)
    [powerbi] = [item for item in page.components if item.reported]
    assert (powerbi.state, powerbi.since, powerbi.as_of) == (State.UNKNOWN, JANUARY, JANUARY)
    assert powerbi.measured_days == 31
    assert sum(day.down_seconds for day in powerbi.days) == 7_200
    assert page.as_of == NOW
    assert page.outages == ()
    [recent] = [outage for day in page.days for outage in day.outages]
    assert (recent.start, recent.end) == (JANUARY - 7_200, JANUARY)


def test_a_later_report_is_seen_in_months_and_days_that_were_remembered(world: World) -> None:
    settings = begun(world)
    page, uptime = PageReader(world.store, settings), UptimeReader(world.store, settings)
    world.store.vendor_reports.append(report(START, JANUARY))
    [first] = [item for item in uptime.uptime(NOW).components if item.id == "powerbi"]
    assert [month.figure.down_seconds for month in first.months if month.month == "2026-01"] == [0]
    page.page(NOW)
    world.store.vendor_reports.append(report(START, START + 86_400, VendorOutage(START, START + 60)))
    [second] = [item for item in uptime.uptime(NOW).components if item.id == "powerbi"]
    assert [month.figure.down_seconds for month in second.months if month.month == "2026-01"] == [60]
    [powerbi] = [item for item in page.page(NOW).components if item.reported]
    assert sum(day.down_seconds for day in powerbi.days) == 60

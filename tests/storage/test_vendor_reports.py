"""Vendor reports in a database: appended, entered in the ledger, and laid into their component's spans."""

from dataclasses import replace

import pytest

from monitor.core.ledger import first_break
from monitor.core.model import Interval, Seconds
from monitor.core.vendor import VendorOutage, VendorReport
from monitor.reader.recomputing import Recomputing
from monitor.storage.store import Store
from monitor.storage.terms import WantedComponent
from tests.storage.builders import DEGRADED, DOWN, T0, UNKNOWN, UP, World, check, component, seen, slots

POWERBI = WantedComponent("powerbi", 600, T0, None, ())


def report(start: Seconds, end: Seconds, *outages: VendorOutage, component: str = "powerbi") -> VendorReport:
    """Seconds after T0; entered long after."""
    made = tuple(replace(each, start=T0 + each.start, end=T0 + each.end) for each in outages)
    source, evidence = "Their service history", "https://vendor.example/history"
    return VendorReport("", component, T0 + start, T0 + end, made, source, evidence, T0 + 100_000, "ana")


@pytest.fixture
def vendor(store: Store) -> World:
    made = World(store)
    made.adopt(POWERBI)
    return made


def test_a_report_is_kept_as_it_was_entered_and_gets_its_id(vendor: World) -> None:
    asked = report(0, 3_600, VendorOutage(600, 1_200, DOWN, "Region West"), VendorOutage(1_200, 1_800, DEGRADED))
    stored = vendor.store.vendor_reports.append(asked)
    assert stored == replace(asked, id="report-1")
    assert vendor.store.vendor_reports.all() == [stored]
    assert vendor.store.vendor_reports.by_component() == {"powerbi": [stored]}


def test_its_component_reads_as_it_says(vendor: World) -> None:
    vendor.store.vendor_reports.append(report(0, 3_600, VendorOutage(600, 1_200), VendorOutage(1_200, 1_800, DEGRADED)))
    assert vendor.timeline("powerbi") == [
        (UP, 0, 600),
        (DOWN, 600, 1_200),
        (DEGRADED, 1_200, 1_800),
        (UP, 1_800, 3_600),
    ]
    assert vendor.watermark("powerbi") == 3_600


def test_time_between_reports_is_unknown_and_stored(vendor: World) -> None:
    vendor.store.vendor_reports.append(report(3_600, 7_200))
    vendor.store.vendor_reports.append(report(10_800, 14_400))
    assert vendor.timeline("powerbi") == [
        (UNKNOWN, 0, 3_600),
        (UP, 3_600, 7_200),
        (UNKNOWN, 7_200, 10_800),
        (UP, 10_800, 14_400),
    ]


def test_a_later_report_counts_from_then_on_and_the_earlier_stays_readable(vendor: World) -> None:
    first = vendor.store.vendor_reports.append(report(0, 7_200, VendorOutage(600, 1_200)))
    before = vendor.revision("powerbi")
    second = vendor.store.vendor_reports.append(report(0, 3_600, VendorOutage(60, 120)))
    assert vendor.timeline("powerbi") == [(UP, 0, 60), (DOWN, 60, 120), (UP, 120, 7_200)]
    assert vendor.watermark("powerbi") == 7_200
    assert vendor.store.vendor_reports.all() == [first, second]
    assert vendor.revision("powerbi") > before


def test_it_is_in_the_ledger_with_all_it_says_and_raises_the_counter(vendor: World) -> None:
    before = vendor.store.facts_version()
    vendor.store.vendor_reports.append(report(0, 3_600, VendorOutage(600, 1_200, DOWN, "Region West")))
    entries = vendor.store.ledger()
    assert first_break(entries) is None
    assert (entries[-1].kind, entries[-1].actor, entries[-1].at) == ("vendor report", "ana", T0 + 100_000)
    assert entries[-1].payload == {
        "id": "report-1",
        "component": "powerbi",
        "start": T0,
        "end": T0 + 3_600,
        "outages": [{"start": T0 + 600, "end": T0 + 1_200, "state": "down", "note": "Region West"}],
        "source": "Their service history",
        "evidence": "https://vendor.example/history",
        "entered_at": T0 + 100_000,
        "entered_by": "ana",
    }
    assert vendor.store.facts_version() == before + 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (report(0, 100_001), "is not over yet"),
        (report(0, 60, component="nothing"), "nothing is not known to the database yet"),
        (report(-600, 0), "was not in service in that period"),
        (
            report(0, 60, component="api"),
            "api is probed; only a component with `source: reported` takes vendor reports",
        ),
    ],
)
def test_what_cannot_be_entered_leaves_nothing_behind(vendor: World, wrong: VendorReport, said: str) -> None:
    vendor.adopt(POWERBI, component())
    before = len(vendor.store.ledger())
    with pytest.raises(ValueError, match=said):
        vendor.store.vendor_reports.append(wrong)
    assert vendor.store.vendor_reports.all() == []
    assert vendor.timeline("powerbi") == []
    assert len(vendor.store.ledger()) == before


def test_the_judge_leaves_it_alone(vendor: World) -> None:
    vendor.adopt(POWERBI, component())
    vendor.step(0)
    vendor.store.vendor_reports.append(report(0, 3_600, VendorOutage(60, 120)))
    vendor.live(slots(UP, UP))
    vendor.step(20_000)
    assert vendor.timeline("powerbi") == [(UP, 0, 60), (DOWN, 60, 120), (UP, 120, 3_600)]
    assert vendor.watermark("powerbi") == 3_600


def test_without_since_it_is_in_service_from_the_moment_it_was_loaded(store: Store) -> None:
    world = World(store)
    world.adopt(replace(POWERBI, since=None), at=90)
    world.store.vendor_reports.append(report(0, 3_600))
    assert world.timeline("powerbi") == [(UP, 90, 3_600)]


def test_what_checks_measured_before_stays_and_late_results_still_count_there(store: Store) -> None:
    world = World(store)
    world.adopt(component(check(component="powerbi"), since=T0))
    world.live([seen(0, DOWN, component="powerbi"), seen(60, UP, component="powerbi")])
    world.adopt(POWERBI, at=130)  # its check goes out of force at 180
    world.step(200)
    world.store.vendor_reports.append(report(0, 600, VendorOutage(30, 300)))
    said = (DOWN, 180, 300), (UP, 300, 600)
    assert world.timeline("powerbi") == [(DOWN, 0, 60), (UP, 60, 120), (UNKNOWN, 120, 180), *said]
    world.accept(seen(120, UP, component="powerbi"))
    world.step(700)
    assert world.timeline("powerbi") == [(DOWN, 0, 60), (UP, 60, 180), *said]
    assert world.watermark("powerbi") == 600


def test_one_that_is_probed_from_now_on_keeps_what_was_reported(store: Store) -> None:
    world = World(store)
    world.adopt(POWERBI)
    world.store.vendor_reports.append(report(0, 600, VendorOutage(60, 120)))
    world.adopt(component(check(component="powerbi")), at=830)
    world.live([seen(840, UP, component="powerbi")])
    assert world.timeline("powerbi") == [
        (UP, 0, 60),
        (DOWN, 60, 120),
        (UP, 120, 600),
        (UNKNOWN, 600, 840),
        (UP, 840, 900),
    ]


def test_judging_again_compares_what_checks_measured_and_leaves_out_what_was_reported(store: Store) -> None:
    world = World(store)
    world.adopt(component(check(component="powerbi"), since=T0))
    world.live([seen(0, DOWN, component="powerbi"), seen(60, UP, component="powerbi")])
    world.adopt(POWERBI, at=70)  # its check goes out of force at 120
    world.step(200)
    world.store.vendor_reports.append(report(0, 600, VendorOutage(130, 300)))
    again = Recomputing(store, Interval(T0, T0 + 1_000))
    for day in again.days:
        again.add(day)
    found = again.found()
    assert (found.wrong, found.compared, found.waiting) == ((), {"powerbi": 120}, {})

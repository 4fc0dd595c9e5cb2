"""Maintenance for customers: the list, a page for each window, and calendar entries that follow every change."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.reader.maintenance import views as windows_of
from monitor.reader.views import MaintenanceView
from statuspage.app import StatusPage, create_app
from tests.statuspage import views
from tests.statuspage.asking import ask
from tests.statuspage.views import NOW, FakeReader, instant

ANNOUNCED = NoticeEvent(
    instant("2026-11-18 10:00"),
    NoticeAction.ANNOUNCE,
    instant("2026-11-29 01:00"),
    instant("2026-11-29 03:00"),
    ("db",),
    "Version upgrade",
    "PostgreSQL 18, and a restart.",
)
MOVED = NoticeEvent(
    instant("2026-11-20 09:00"), NoticeAction.REVISE, instant("2026-11-29 02:00"), instant("2026-11-29 04:00")
)
CANCELLED = NoticeEvent(instant("2026-11-21 08:00"), NoticeAction.CANCEL)


def window(*events: NoticeEvent, now: int = NOW) -> MaintenanceView:
    return windows_of({"m-1": events}, {"db": "Database"}, now, cancelled=True)[0]


def site(*found: MaintenanceView) -> StatusPage:
    view = replace(views.all_up(), windows=tuple(item.id for item in found))
    app = create_app(FakeReader(view, windows=found))
    app.pages.refresh(NOW)
    return app


async def entry(found: MaintenanceView, path: str = "/maintenance.ics") -> dict[str, object]:
    answer = await ask(site(found), path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.body).walk("VEVENT")
    times = {name: event.decoded(name) for name in ("dtstart", "dtend")}
    return {name: str(event[name]) for name in ("uid", "sequence", "status", "summary", "url")} | times


async def test_a_window_is_a_calendar_entry_in_utc() -> None:
    assert await entry(window(ANNOUNCED)) == {
        "uid": "m-1@status.pwbi.co.id",
        "sequence": "0",
        "status": "CONFIRMED",
        "dtstart": datetime(2026, 11, 28, 18, tzinfo=UTC),
        "dtend": datetime(2026, 11, 28, 20, tzinfo=UTC),
        "summary": "Version upgrade",
        "url": "https://status.pwbi.co.id/maintenance/m-1/",
    }


async def test_each_change_of_a_window_is_a_newer_sequence_of_the_same_entry() -> None:
    moved, gone = await entry(window(ANNOUNCED, MOVED)), await entry(window(ANNOUNCED, MOVED, CANCELLED))
    assert (moved["uid"], moved["sequence"], moved["dtstart"]) == (
        "m-1@status.pwbi.co.id",
        "1",
        datetime(2026, 11, 28, 19, tzinfo=UTC),
    )
    assert (gone["uid"], gone["sequence"], gone["status"]) == ("m-1@status.pwbi.co.id", "2", "CANCELLED")


async def test_a_window_has_a_calendar_file_of_its_own() -> None:
    assert (await entry(window(ANNOUNCED), "/maintenance/m-1.ics"))["summary"] == "Version upgrade"


async def test_a_window_that_was_completed_early_ends_then() -> None:
    done = NoticeEvent(instant("2026-11-29 01:30"), NoticeAction.COMPLETE)
    found = window(ANNOUNCED, done, now=instant("2026-11-30 00:00"))
    assert (await entry(found))["dtend"] == datetime(2026, 11, 28, 18, 30, tzinfo=UTC)


async def test_a_calendar_survives_any_text() -> None:
    hostile = replace(ANNOUNCED, title="a\x00\r\nEND:VCALENDAR\r\n;,\\ é" + "x" * 10_000)
    assert (await entry(window(hostile)))["summary"] == "a\nEND:VCALENDAR\n;,\\ é" + "x" * 10_000


async def test_the_page_of_a_window_tells_its_whole_story() -> None:
    text = (await ask(site(window(ANNOUNCED, MOVED)), "/maintenance/m-1/")).text.split("<main")[1]
    told = [
        "<h1>Version upgrade</h1>",
        "Sun 29 Nov, 02:00–04:00 WIB",
        "PostgreSQL 18, and a restart.",
        "Changed",
        "Fri 20 Nov, 09:00 WIB",
        "Now Sun 29 Nov, 02:00–04:00 WIB.",
        "Announced",
        "Wed 18 Nov, 10:00 WIB",
        "For Sun 29 Nov, 01:00–03:00 WIB.",
    ]
    places = [text.find(part) for part in told]
    assert places == sorted(places)
    assert -1 not in places


@pytest.mark.parametrize(
    ("found", "section", "badge"),
    [
        (window(ANNOUNCED), "Planned", "Planned"),
        (window(ANNOUNCED, now=instant("2026-11-29 02:00")), "Under way", "Under way"),
        (window(ANNOUNCED, CANCELLED), "Before", "Cancelled"),
        (window(replace(ANNOUNCED, start=NOW - 7200, end=NOW - 3600)), "Before", "Over"),
    ],
)
async def test_the_list_puts_each_window_where_it_belongs(found: MaintenanceView, section: str, badge: str) -> None:
    text = (await ask(site(found), "/maintenance/")).text
    part = text.split(f">{section}</h2>")[1].split("</section>")[0]
    assert f'<a href="/maintenance/m-1/">Version upgrade</a> <span class="badge">{badge}</span>' in part
    assert ("Add to calendar" in part) == (section != "Before")


async def test_without_maintenance_the_list_says_so() -> None:
    assert "Nothing is planned." in (await ask(site(), "/maintenance/")).text


async def test_a_window_nobody_announced_has_no_page() -> None:
    assert (await ask(site(), "/maintenance/m-1/")).status == 404

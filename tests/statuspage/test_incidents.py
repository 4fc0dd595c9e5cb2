"""Incidents on the status page: what goes on with all that was said, and the days on which one began."""

import re
from dataclasses import replace
from datetime import date, timedelta

from monitor.core.incident import Impact, Phase
from monitor.reader.views import PageView, RecentDay
from tests.statuspage import views
from tests.statuspage.test_page import read, render
from tests.statuspage.views import TODAY, an_incident, an_outage, an_update, instant, quiet_days


def with_one(**changes: object) -> PageView:
    incident = an_incident(**changes)
    return replace(views.one_slow(), incidents=(incident,), days=quiet_days({0: RecentDay(TODAY, (), (), (incident,))}))


def happening(view: PageView, path: str = "/") -> str:
    return re.split("Scheduled maintenance|Services", read(view, path).split("Happening now", 1)[-1])[0].strip()


def test_what_goes_on_is_told_newest_first_with_the_promise_of_more() -> None:
    assert happening(with_one()) == (
        "Slow page loads on the web dashboard Degraded Web dashboard · since 09:12 WIB "
        "Identified 09:41 A report query is holding connections. Next update by 10:15. "
        "Investigating 09:15 Pages take up to 8 seconds to load."
    )


def test_indonesian_is_used_where_it_was_written() -> None:
    page = read(with_one(), "/id/")
    assert "Dasbor web lambat" in page
    assert "Kabar berikutnya paling lambat 10.15." in page
    assert "Penyebab ditemukan" in page


def test_an_incident_takes_the_place_of_what_we_measured_unless_it_says_less() -> None:
    assert "is responding slowly" not in happening(with_one())
    down = views.one_down()
    less = replace(down, incidents=(an_incident(),))
    assert "Web dashboard is down" in happening(less), "an incident never hides that something is down"
    same = an_incident(impact=Impact.DOWN, impacts=(("Web dashboard", Impact.DOWN),), measured_seconds=2280)
    assert "Web dashboard is down" not in happening(replace(down, incidents=(same,)))
    assert "38 min of downtime measured" in happening(replace(down, incidents=(same,)))
    assert "Production API: trouble seen from Singapore" in happening(replace(down, incidents=(same,)))


def test_what_works_again_and_is_watched_says_so_in_its_badge() -> None:
    view = with_one(impact=Impact.NONE, impacts=(("Web dashboard", Impact.NONE),), phase=Phase.MONITORING)
    assert happening(view).startswith("Slow page loads on the web dashboard Monitoring Web dashboard")


def test_an_older_update_is_told_with_its_day() -> None:
    update = an_update(1, "2026-11-22 23:50", Phase.INVESTIGATING, "Slow.")
    assert "Investigating Sun 22 Nov, 23:50 Slow." in happening(with_one(updates=(update,)))


def test_the_last_days_name_an_incident_once_with_what_it_cost() -> None:
    assert "Slow page loads on the web dashboard — ongoing" in read(with_one())
    over = an_incident(
        started=instant("2026-11-11 09:12"),
        resolved=instant("2026-11-11 10:20"),
        phase=Phase.RESOLVED,
        measured_seconds=2280,
    )
    outage = an_outage("database", "2026-11-11 14:03", "2026-11-11 14:52")
    day = RecentDay(date(2026, 11, 11), (outage,), (), (over,))
    text = read(replace(views.one_slow(), days=quiet_days({12: day})))
    assert (
        "Wednesday 11 November Slow page loads on the web dashboard — 09:12–10:20, 38 min of downtime measured "
        "Database was down — 14:03–14:52, 49 min"
    ) in text


def test_a_day_in_which_an_incident_goes_on_is_never_called_quiet() -> None:
    incident = an_incident(started=instant("2026-11-20 22:10"), measured_seconds=2280)
    held = {back: RecentDay(TODAY - timedelta(days=back), (), (), (incident,)) for back in range(4)}
    view = replace(views.one_slow(), incidents=(incident,), days=quiet_days(held))
    assert (
        "Today, 23 November Slow page loads on the web dashboard — since Fri 20 Nov, 22:10 WIB, ongoing "
        "Sunday 22 – Saturday 21 November Slow page loads on the web dashboard — since Fri 20 Nov, 22:10 WIB, ongoing "
        "Friday 20 November Slow page loads on the web dashboard — ongoing Thursday 19 –"
    ) in read(view)
    assert "Hari ini, 23 November Dasbor web lambat — sejak Jum 20 Nov, 22.10 WIB, masih berlangsung" in read(
        view, "/id/"
    )


def test_a_day_on_which_an_incident_ended_says_until_when_and_not_again_what_it_cost() -> None:
    over = an_incident(started=instant("2026-11-22 22:10"), resolved=instant("2026-11-23 01:30"), measured_seconds=2280)
    held = {back: RecentDay(TODAY - timedelta(days=back), (), (), (over,)) for back in range(2)}
    assert (
        "Today, 23 November Slow page loads on the web dashboard — Sun 22 Nov, 22:10 – 01:30 "
        "Sunday 22 November Slow page loads on the web dashboard — 22:10 – Mon 23 Nov, 01:30, "
        "38 min of downtime measured Saturday 21 –"
    ) in read(replace(views.one_slow(), days=quiet_days(held)))


def test_a_title_is_text_and_never_markup() -> None:
    page = render(with_one(title={"en": "<script>alert(1)</script>", "id": "x"}))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

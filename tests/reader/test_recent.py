"""The last days: what went on in each, so that no day with something in it is called quiet."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from monitor.reader.incident_views import IncidentView, MeasuredOutage
from monitor.reader.recent import recent_days
from monitor.reader.views import OutageView
from tests.statuspage.views import TODAY, a_window, an_incident, an_outage, instant

ZONE = ZoneInfo("Asia/Jakarta")
DAYS = [TODAY - timedelta(days=back) for back in reversed(range(4))]


def told(*items: OutageView | IncidentView) -> dict[str, list[int]]:
    """The days of November on which each is told, by its id."""
    outages = [item for item in items if isinstance(item, OutageView)]
    incidents = [item for item in items if isinstance(item, IncidentView)]
    found: dict[str, list[int]] = {}
    for day in recent_days(outages, (), incidents, DAYS, ZONE):
        for each in (*day.outages, *day.incidents):
            found.setdefault(each.id, []).insert(0, day.day.day)
    return found


def test_what_goes_on_is_told_on_every_day_since_it_began() -> None:
    outage = an_outage("database", "2026-11-21 23:59", None)
    incident = an_incident(id="abc", started=instant("2026-11-01 12:00"))
    assert told(outage, incident) == {"database-1": [21, 22, 23], "abc": [20, 21, 22, 23]}


def test_what_ended_at_midnight_is_not_told_on_the_day_after() -> None:
    outage = an_outage("database", "2026-11-20 10:00", "2026-11-22 00:00")
    at_once = an_incident(id="abc", started=instant("2026-11-22 00:00"), resolved=instant("2026-11-22 00:00"))
    before = an_incident(id="xyz", started=instant("2026-11-18 00:00"), resolved=instant("2026-11-20 00:00"))
    assert told(outage, at_once, before) == {"database-1": [20, 21], "abc": [22]}


def test_an_outage_that_outlasts_its_incident_is_told_on_the_days_after_it() -> None:
    outage = an_outage("database", "2026-11-21 10:00", None)
    measured = MeasuredOutage(outage.id, "Database", outage.start, None, outage.down_seconds)
    over = an_incident(
        id="abc", started=instant("2026-11-21 10:05"), resolved=instant("2026-11-22 09:00"), measured=(measured,)
    )
    assert told(outage, over) == {"abc": [21, 22], "database-1": [23]}


def test_a_window_is_told_on_the_day_it_began_alone() -> None:
    window = a_window(start=instant("2026-11-21 23:00"), end=instant("2026-11-22 02:00"))
    days = recent_days((), (window,), (), DAYS, ZONE)
    assert [day.day for day in days if day.maintenance] == [date(2026, 11, 21)]

"""The last days of the page: what went on in each. An outage is told by the incident that covers it on that day."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from monitor.core.calendar import day_bounds, day_of
from monitor.core.model import Interval, Seconds
from monitor.reader.incident_views import IncidentView
from monitor.reader.views import MaintenanceView, OutageView, RecentDay


def recent_days(
    outages: Sequence[OutageView],
    maintenance: Sequence[MaintenanceView],
    incidents: Sequence[IncidentView],
    days: Sequence[date],
    zone: ZoneInfo,
) -> tuple[RecentDay, ...]:
    """The days, newest first, each with the outages and incidents that went on in it and the windows begun on it."""
    told = [item for item in incidents if not item.moved]
    return tuple(_recent_day(outages, maintenance, told, day, zone) for day in reversed(days))


def _recent_day(
    outages: Sequence[OutageView],
    maintenance: Sequence[MaintenanceView],
    incidents: Sequence[IncidentView],
    day: date,
    zone: ZoneInfo,
) -> RecentDay:
    bounds = day_bounds(day, zone)
    told = tuple(item for item in incidents if _went_on(item.started, item.resolved, bounds))
    # Of this day's incidents alone: an outage that outlasts its incident is told by nobody else afterwards.
    covered = {each.id for item in told for each in item.measured}
    return RecentDay(
        day,
        tuple(item for item in outages if item.id not in covered and _went_on(item.start, item.end, bounds)),
        tuple(item for item in maintenance if day_of(item.start, zone) == day),
        told,
    )


def _went_on(start: Seconds, end: Seconds | None, bounds: Interval) -> bool:
    """Whether it took any of that time, be it only its own beginning; without an end it goes on."""
    return start < bounds.end and (end is None or max(end, start + 1) > bounds.start)

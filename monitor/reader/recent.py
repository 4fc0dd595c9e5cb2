"""The last days of the page: what began on each. An outage that an incident covers is told there, and only there."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from monitor.core.calendar import day_of
from monitor.reader.incident_views import IncidentView
from monitor.reader.views import MaintenanceView, OutageView, RecentDay


def recent_days(
    outages: Sequence[OutageView],
    maintenance: Sequence[MaintenanceView],
    incidents: Sequence[IncidentView],
    days: Sequence[date],
    zone: ZoneInfo,
) -> tuple[RecentDay, ...]:
    """The days, newest first, each with what began on it."""
    told = [item for item in incidents if not item.moved]
    covered = {each.id for item in told for each in item.measured}
    return tuple(
        RecentDay(
            day,
            tuple(item for item in outages if item.id not in covered and day_of(item.start, zone) == day),
            tuple(item for item in maintenance if day_of(item.start, zone) == day),
            tuple(item for item in told if day_of(item.started, zone) == day),
        )
        for day in reversed(days)
    )

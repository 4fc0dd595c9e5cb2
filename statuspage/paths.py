"""Every path that is rendered on request, and its key: a closed list, so that nobody can make us work for more."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_of, months_back
from monitor.reader.views import MONTHS, PageView
from statuspage.badges import KINDS
from statuspage.compat import DOCUMENTS
from statuspage.history import months_told
from statuspage.places import (
    CALENDAR,
    EMBED,
    FEED,
    INCIDENTS,
    MAINTENANCE,
    METHOD,
    OPENAPI,
    UPTIME,
    V2,
    badge_place,
    component_data,
    component_feed,
    component_place,
    evidence_path,
    home,
    incident_place,
    window_calendar,
    window_place,
)


def paths(view: PageView) -> Iterator[tuple[str, str]]:
    """Path and key; one key makes the replies of several paths."""
    zone = ZoneInfo(view.zone)
    now = month_of(view.now, zone)
    months = months_told(view.told, view.now, zone)
    for code in view.languages:
        for path, key in _of_language(view, months, now):
            yield home(code, view.languages) + path, key
    yield CALENDAR, "maintenance"
    yield OPENAPI, "openapi"
    yield from ((V2 + name, "v2") for name in DOCUMENTS)
    yield from ((window_calendar(window), f"window {window}") for window in view.windows)
    for item in view.components:
        yield component_data(item.id), f"component {item.id}"
        yield from (
            (evidence_path(item.id, month), f"evidence {item.id} {month}") for month in months_back(now, MONTHS)
        )


def _of_language(view: PageView, months: list[str], now: str) -> Iterator[tuple[str, str]]:
    yield UPTIME, "uptime"
    yield METHOD, "method"
    yield MAINTENANCE, "maintenance"
    yield INCIDENTS, f"incidents {now}"
    yield EMBED, "embed"
    yield FEED, "feed"
    yield from ((incident_place(month), f"incidents {month}") for month in months)
    yield from ((incident_place(incident), f"incident {incident}") for incident, _ in view.told)
    yield from ((window_place(window), f"window {window}") for window in view.windows)
    for end in (".svg", ".json"):
        yield badge_place(KINDS[0]) + end, "badges"
    for item in view.components:
        yield component_place(item.id), f"component {item.id}"
        yield component_feed(item.id), f"feed {item.id}"
        for kind in KINDS:
            yield from ((badge_place(kind, item.id) + end, f"badges {item.id}") for end in (".svg", ".json"))

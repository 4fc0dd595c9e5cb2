"""Maintenance windows as calendar entries (RFC 5545): UTC times, UIDs that never change, a SEQUENCE for each change."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.core.model import Seconds
from monitor.core.plain import plain
from monitor.reader.views import MaintenanceView
from monitor.reader.window_views import CalendarView

if TYPE_CHECKING:
    from icalendar import Event

ICS = "text/calendar; charset=utf-8"

_AGAIN = timedelta(hours=1)
"""How often a subscriber may look for changes."""


def calendar(view: CalendarView, windows: Iterable[MaintenanceView], address: Callable[[str], str]) -> bytes:
    """A calendar of these windows. `address` gives that of a window's page by its id; empty where it is not known."""
    from icalendar import Calendar  # with the first calendar: 3 MB that a hub without subscribers does without

    made = Calendar()
    made.add("prodid", "-//Janji//Status page//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", plain(view.title))
    made.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for window in windows:
        made.add_component(_event(window, view, address(window.id)))
    return bytes(made.to_ical())


def _event(window: MaintenanceView, view: CalendarView, url: str) -> "Event":
    from icalendar import Event

    end = window.end if window.ended_at is None or window.cancelled else min(window.end, window.ended_at)
    event = Event()
    event.add("uid", f"{window.id}@{urlsplit(view.url).hostname or 'janji'}")
    event.add("sequence", window.sequence)
    # Of a published entry DTSTAMP says when it was last revised, so equal facts make equal bytes.
    event.add("dtstamp", _instant(window.changed_at))
    event.add("created", _instant(window.published_at))
    event.add("last-modified", _instant(window.changed_at))
    event.add("dtstart", _instant(window.start))
    event.add("dtend", _instant(max(end, window.start + 1)))
    event.add("summary", plain(window.title))
    event.add(
        "description", plain("\n\n".join(part for part in (window.description, ", ".join(window.components)) if part))
    )
    event.add("status", "CANCELLED" if window.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if url:
        event.add("url", url)
    return event


def _instant(instant: Seconds) -> datetime:
    return datetime.fromtimestamp(instant, UTC)

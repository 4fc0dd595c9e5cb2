"""Locations as JSON values and as a table: the same for the command and the API."""

from typing import Any

from monitor.core.calendar import format_instant
from monitor.core.text import percent
from monitor.reader.locations import LocationView

HEAD = ("LOCATION", "KIND", "LAST SEEN", "LAG", "WAITING", "DROPPED", "CLOCK", "VERSION", "OWN ANSWERS")


def document(item: LocationView) -> dict[str, Any]:
    """A location as JSON values; what only agents say of themselves is null for others."""
    said = None if item.contact is None else item.contact.waiting
    return {
        "name": item.name,
        "label": item.label,
        "public": item.public,
        "kind": "agent" if item.agent else "local",
        "last_seen": None if item.last_seen is None else format_instant(item.last_seen),
        "silent": item.silent,
        "lag_seconds": item.lag_seconds,
        "backlog": None if said is None else said.backlog,
        "dropped": None if said is None else said.dropped,
        "skew_ms": None if said is None else said.skew_ms,
        "version": None if item.contact is None else item.contact.version,
        "protocol": None if item.contact is None else item.contact.protocol,
        "own_answers_percent_trunc4": None if item.own is None else percent(item.own),
    }


def line(item: LocationView) -> tuple[str, ...]:
    """A line of the table."""
    said = None if item.contact is None else item.contact.waiting
    seen = "never" if item.last_seen is None else format_instant(item.last_seen)
    return (
        item.name,
        "agent" if item.agent else "local",
        f"{seen}, silent" if item.silent else seen,
        f"{item.lag_seconds} s",
        "-" if said is None else str(said.backlog),
        "-" if said is None else str(said.dropped),
        "-" if said is None else f"{said.skew_ms:+} ms",
        (item.contact.version if item.contact is not None else "") or "-",
        "-" if item.own is None else f"{percent(item.own)} %",
    )

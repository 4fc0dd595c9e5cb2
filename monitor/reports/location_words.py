"""Locations as JSON values and as a table: the same for the command and the API."""

from typing import Any

from monitor.core.backlog import Loss
from monitor.core.calendar import format_instant
from monitor.core.contact import Contact
from monitor.core.exchange import WHOLE
from monitor.core.model import Seconds
from monitor.core.text import percent
from monitor.core.trouble import Ailing, Trouble
from monitor.reader.locations import LocationView

HEAD = ("LOCATION", "KIND", "LAST SEEN", "TROUBLE", "LAG", "WAITING", "DROPPED", "CLOCK", "VERSION", "OWN ANSWERS")


def document(item: LocationView) -> dict[str, Any]:
    """A location as JSON values; what only agents say of themselves is null for others."""
    return {
        "name": item.name,
        "label": item.label,
        "public": item.public,
        "kind": "agent" if item.agent else "local",
        "last_seen": None if item.last_seen is None else format_instant(item.last_seen),
        "silent": item.has(Trouble.SILENT),
        "blind": item.has(Trouble.BLIND),
        "skewed": item.has(Trouble.SKEWED),
        "troubles": [_trouble(ailing) for ailing in item.troubles],
        "lag_seconds": item.lag_seconds,
        "backlog": _backlog(item),
        "dropped": item.lost.count,
        "dropped_since": _instant(item.lost.since),
        "dropped_last": _instant(item.lost.last),
        "skew_ms": _skew(item),
        "version": None if not item.contacts else _versions(item.contacts),
        "protocol": min((contact.protocol for contact in item.contacts), default=None),
        "own_answers_percent_trunc4": None if item.own is None else percent(item.own),
    }


def line(item: LocationView) -> tuple[str, ...]:
    """A line of the table."""
    backlog, skew = _backlog(item), _skew(item)
    return (
        item.name,
        "agent" if item.agent else "local",
        "never" if item.last_seen is None else format_instant(item.last_seen),
        "; ".join(map(_words, item.troubles)) or "-",
        f"{item.lag_seconds} s",
        "-" if backlog is None else str(backlog),
        _lost(item.lost),
        "-" if skew is None else f"{skew:+} ms",
        _versions(item.contacts) or "-",
        "-" if item.own is None else f"{percent(item.own)} %",
    )


def _trouble(item: Ailing) -> dict[str, Any]:
    return {
        "trouble": str(item.trouble),
        "since": format_instant(item.since) if item.since else None,
        "part": None if item.part == WHOLE else str(item.part),
    }


def _words(item: Ailing) -> str:
    part = "" if item.part == WHOLE else f"{item.part} "
    return f"{part}{item.trouble} since {format_instant(item.since)}" if item.since else f"{part}{item.trouble}"


def _backlog(item: LocationView) -> int | None:
    """Of all its agents; None where none has pushed yet."""
    said = [contact.waiting for contact in item.contacts if contact.waiting is not None]
    return sum(waiting.backlog for waiting in said) if said else None


def _lost(lost: Loss) -> str:
    since = "" if lost.since is None else f" since {format_instant(lost.since)}"
    return f"{lost.count}{since}"


def _instant(at: Seconds | None) -> str | None:
    return None if at is None else format_instant(at)


def _skew(item: LocationView) -> int | None:
    """That of the clock that is furthest off."""
    said = [contact.waiting.skew_ms for contact in item.contacts if contact.waiting is not None]
    return max(said, key=abs, default=None)


def _versions(contacts: tuple[Contact, ...]) -> str:
    return ", ".join(dict.fromkeys(contact.version for contact in contacts if contact.version))

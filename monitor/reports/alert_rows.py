"""Alerts and silences as commands and the API show them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.alert import Plan, Subject
from monitor.core.alerting.dispatch import Item, Letter
from monitor.core.alerting.episode import Episode, Silence, Told
from monitor.core.alerting.holding import Hold, kind_of
from monitor.core.alerting.runs import Event
from monitor.core.alerting.wording import Wording
from monitor.core.alerting.words import worded
from monitor.core.calendar import format_instant
from monitor.core.model import Seconds
from monitor.settings.hub import Settings

_HELD = {
    Hold.SILENCE: "held back by silence {detail}",
    Hold.MAINTENANCE: "held back by maintenance",
    Hold.CAUSE: "held back, as {detail} is down",
    Hold.QUIET: "held back in quiet hours",
    Hold.RATE: "held back, the channel had its share",
    Hold.WAIT: "about to be told",
}


def title(episode: Episode, settings: Settings, language: str = "en") -> str:
    """What is wrong, in the words of the alert."""
    subjects = {item.id: Subject(item.name or item.id) for item in settings.components}
    plan = Plan(subjects=subjects, zone=ZoneInfo(settings.page.zone))
    return worded(Letter("", (Item(episode, Event.FIRED),)), Wording(plan, language)).title


def moment(instant: Seconds, settings: Settings) -> str:
    """`2026-11-28 02:14:07 WIB`."""
    local = datetime.fromtimestamp(instant, ZoneInfo(settings.page.zone))
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"


def told(item: Told) -> str:
    """What one channel was told, in words."""
    if item.closed_at is not None:
        return f"never told, {_held(item.held)}"
    if item.held:
        return _held(item.held)
    if item.recovered_at is not None:
        return "told, and of its end"
    return "about to be told" if item.fired_at is None else "told"


def _held(text: str) -> str:
    kind = kind_of(text)
    return "" if kind is None else _HELD[kind].format(detail=text.partition(":")[2])


def document(episode: Episode, settings: Settings) -> dict[str, Any]:
    """An alert as JSON values."""
    return {
        "no": episode.no,
        "title": title(episode, settings),
        "on": episode.on.value,
        "about": episode.subject,
        "urgency": episode.urgency.value,
        "flapping": episode.flapping,
        "since": format_instant(episode.start),
        "fired_at": format_instant(episode.fired_at),
        "recovered_at": _instant(episode.recovered_at),
        "acknowledged_at": _instant(episode.acked_at),
        "acknowledged_by": episode.acked_by or None,
        "channels": [
            {"channel": name, "says": told(item), "told_at": _instant(item.fired_at)}
            for name, item in sorted(episode.told.items())
        ],
    }


def silence_document(silence: Silence, now: Seconds) -> dict[str, Any]:
    """A silence as JSON values; no component is all of them."""
    end = silence.until if silence.ended_at is None else min(silence.until, silence.ended_at)
    return {
        "no": silence.no,
        "components": list(silence.components),
        "holds": silence.start <= now < end,
        "start": format_instant(silence.start),
        "until": format_instant(silence.until),
        "reason": silence.reason,
        "by": silence.by,
        "ended_at": _instant(silence.ended_at),
        "ended_by": silence.ended_by or None,
    }


def _instant(value: Seconds | None) -> str | None:
    return None if value is None else format_instant(value)

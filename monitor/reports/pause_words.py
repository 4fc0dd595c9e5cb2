"""Pauses in words and as JSON values: the same for the commands, the API and explanations."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.calendar import format_instant
from monitor.core.decision import is_proven
from monitor.core.model import Seconds
from monitor.core.pause import Pause
from monitor.reports.instants import moment

HEAD = ("ID", "COMPONENT", "FROM", "UNTIL", "STATE", "BY", "REASON")


def row(pause: Pause, zone: ZoneInfo, now: Seconds) -> tuple[str, ...]:
    """A line of the list, under `HEAD`."""
    return (
        pause.id,
        pause.component,
        moment(pause.start, zone),
        moment(pause.end, zone),
        _state(pause, now),
        pause.by,
        pause.reason,
    )


def done(pause: Pause, zone: ZoneInfo) -> str:
    """What stands now."""
    period = f"from {moment(pause.start, zone)} to {moment(pause.until, zone)}"
    return f"{pause.component} is paused {period}: not probed, unknown, and no alert of it ({pause.id}, by {pause.by})."


def resumed(pause: Pause, zone: ZoneInfo) -> str:
    """What stands once it was ended."""
    return f"{pause.component} is probed again from its next slot on, after {moment(pause.end, zone)} ({pause.id})."


def document(pause: Pause, now: Seconds) -> dict[str, object]:
    """The pause as JSON values; instants in UTC."""
    return {
        "id": pause.id,
        "component": pause.component,
        "start": format_instant(pause.start),
        "until": format_instant(pause.until),
        "end": format_instant(pause.end),
        "state": _state(pause, now),
        "reason": pause.reason,
        "by": pause.by,
        "proven": is_proven(pause.by),
        "resumed_at": None if pause.resumed_at is None else format_instant(pause.resumed_at),
        "resumed_by": pause.resumed_by or None,
    }


def lines(account: Account) -> Iterator[str]:
    """What was paused of an account's month."""
    zone = ZoneInfo(account.zone)
    for part in account.parts:
        for pause in part.pauses:
            period = f"{moment(pause.start, zone)} to {moment(pause.end, zone)}"
            yield f"{part.name} was paused from {period} by {pause.by}, and not measured: {pause.reason}"


def sources(account: Account) -> list[dict[str, object]]:
    """The same as JSON values."""
    return [document(pause, account.settled.end) for part in account.parts for pause in part.pauses]


def _state(pause: Pause, now: Seconds) -> str:
    if now < pause.end:
        return "paused"
    return "over" if pause.resumed_at is None else "resumed"

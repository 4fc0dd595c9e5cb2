"""Heartbeats as JSON values and as a table: the same for the command and the API."""

from datetime import timedelta
from typing import Any

from monitor.core.calendar import format_instant
from monitor.core.failure import SENTENCES
from monitor.core.heartbeat import Beat, Promise, Rhythm
from monitor.core.text import format_duration
from monitor.probes.heartbeat import DAYS
from monitor.reader.heartbeats import HeartbeatView

HEAD = ("CHECK", "STATE", "PROMISE", "LAST BEAT", "TOOK", "NEXT DUE", "TOKENS")


def document(item: HeartbeatView) -> dict[str, Any]:
    """A heartbeat as JSON values."""
    failure = item.failure
    return {
        "component": item.component,
        "check": item.check,
        "state": item.state.value,
        "reason": None if failure is None else failure.kind.value,
        "reason_text": None if failure is None else SENTENCES[failure.kind],
        "detail": None if failure is None else failure.detail,
        "promise": _promise(item.promise),
        "started": _beat(item.heard.start),
        "succeeded": _beat(item.heard.success),
        "failed": _beat(item.heard.fail),
        "next_due": None if item.next_due is None else format_instant(item.next_due),
        "tokens": list(item.tokens),
    }


def line(item: HeartbeatView) -> tuple[str, ...]:
    """A line of the table."""
    last = item.last
    said = "never" if last is None else f"{format_instant(last.at)}{' (failed)' if item.heard.failed else ''}"
    return (
        f"{item.component}/{item.check}",
        item.state.value,
        _promise(item.promise),
        said,
        "-" if last is None or last.took_ms is None else _length_ms(last.took_ms),
        "-" if item.next_due is None else format_instant(item.next_due),
        ", ".join(item.tokens) or "none",
    )


def _promise(promise: Promise) -> str:
    if isinstance(promise, Rhythm):
        grace = f" and {_length(promise.grace)}" if promise.grace else ""
        return f"every {_length(promise.period)}{grace}"
    days = "" if len(promise.days) == len(DAYS) else " on " + ", ".join(DAYS[day] for day in sorted(promise.days))
    return f"by {promise.by:%H:%M} {promise.zone.key}{days}"


def _beat(beat: Beat | None) -> dict[str, Any] | None:
    if beat is None:
        return None
    return {"at": format_instant(beat.at), "took_ms": beat.took_ms, "message": beat.message}


def _length(seconds: int) -> str:
    return format_duration(timedelta(seconds=seconds))


def _length_ms(milliseconds: int) -> str:
    return format_duration(timedelta(milliseconds=milliseconds))

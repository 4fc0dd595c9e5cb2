"""Maintenance that is past its announced end and was not completed: said once, to those who do the work."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.incident_reminder import STALE, Reminder
from monitor.core.model import Seconds
from monitor.core.notice import NoticeEvent, standing

PREFIX = "maintenance:"
"""How the key of every message about a maintenance begins; its id follows."""


def overruns(
    maintenances: Mapping[str, Sequence[NoticeEvent]], impaired: Mapping[str, str], now: Seconds, zone: ZoneInfo
) -> Iterator[Reminder]:
    """One for each announced end that has come without a completion. `impaired`: names of components that are down or
    degraded, by id. An end that is moved makes another one."""
    for id_, events in maintenances.items():
        says = standing(events)
        if says.closed_at is None and says.end <= now < says.end + STALE:
            names = [impaired[item] for item in says.components if item in impaired]
            yield Reminder(f"{PREFIX}{id_}/overrun/{says.end}", _message(id_, says.title, says.end, names, zone))


def _message(id_: str, title: str, end: Seconds, names: Collection[str], zone: ZoneInfo) -> Message:
    until = f"Announced until {datetime.fromtimestamp(end, zone):%Y-%m-%d %H:%M %Z}; downtime counts from then on."
    now = f"Not up: {', '.join(names)}." if names else "Everything in it is up."
    do = f"Done: janji maintenance complete {id_}\nMore time, which counts: janji maintenance extend {id_} --by 30m"
    type_, verb = ("warning", "is not done") if names else ("info", "has ended, and nobody completed it")
    return Message(type_, f"{title}: the maintenance {verb}", f"{until} {now}\n{do}")

"""What those who write incidents are told: a draft waits, more is due, a post-mortem is, it works again. Each once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.incident import ENGLISH, Incident, in_language
from monitor.core.incident_message import PREFIX
from monitor.core.incident_opening import recovered_at
from monitor.core.model import Seconds
from monitor.core.severity import Clock, ClockKind, Severity, WorkingHours, severity_of, waiting

STALE: Seconds = 6 * 3600
"""What should have been said longer ago than this, when nobody could, is not said any more."""

_AHEAD = {ClockKind.UPDATE: 600, ClockKind.POSTMORTEM: 4 * 3600}
"""How long before something is due its writer is reminded."""
_LATE = {
    ClockKind.RESPOND: "No response yet",
    ClockKind.RESOLVE: "Not resolved in time",
    ClockKind.UPDATE: "Update overdue",
    ClockKind.POSTMORTEM: "Post-mortem overdue",
}
_SOON = {ClockKind.UPDATE: "Update due", ClockKind.POSTMORTEM: "Post-mortem due"}
_DO = {
    ClockKind.RESPOND: "janji incident update {id} --phase identified -m …",
    ClockKind.RESOLVE: "janji incident resolve {id}",
    ClockKind.UPDATE: "janji incident update {id} -m … --next-update 30m",
    ClockKind.POSTMORTEM: "janji incident postmortem {id} --file … --publish",
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """`event` is what it is booked under: nobody is told twice of one."""

    event: str
    message: Message


def reminders(
    incidents: Iterable[Incident],
    severities: Sequence[Severity],
    hours: WorkingHours,
    recovered: Mapping[str, Seconds],
    calm: Seconds,
    now: Seconds,
) -> Iterator[Reminder]:
    """Everything that is to be said by now, whether it was said already or not.

    `recovered`: since when each component works again; for `calm` that may pass once more.
    """
    for item in incidents:
        for at, reminder in _of(item, severity_of(severities, item.severity), hours, recovered, calm):
            if at <= now < at + STALE:
                yield reminder


def _of(
    incident: Incident, severity: Severity, hours: WorkingHours, recovered: Mapping[str, Seconds], calm: Seconds
) -> Iterator[tuple[Seconds, Reminder]]:
    title = in_language(incident.title, ENGLISH)
    if incident.automatic and incident.open:
        yield incident.opened_at, _opened(incident, title)
    for clock in waiting(incident, severity, hours):
        yield from _of_clock(incident, clock, title, hours.zone)
    since = recovered_at(incident, recovered)
    if since is not None and incident.touched:
        body = f"Everything that we measured of it works again since {_moment(since, hours.zone)}.\n"
        message = Message("info", f"Works again: {title}", body + _do(ClockKind.RESOLVE, incident))
        yield since + calm, Reminder(_event(incident, f"recovered/{since}"), message)


def _of_clock(incident: Incident, clock: Clock, title: str, zone: ZoneInfo) -> Iterator[tuple[Seconds, Reminder]]:
    body = f"Due {_moment(clock.due, zone)}.\n{_do(clock.kind, incident)}"
    # A promise that is shorter than the warning before it is warned of halfway.
    said = incident.resolved_at if clock.kind is ClockKind.POSTMORTEM else incident.updates[-1].entered_at
    ahead = min(_AHEAD.get(clock.kind, 0), (clock.due - (said or clock.due)) // 2)
    if clock.kind in _SOON and ahead > 0:
        soon = Message("info", f"{_SOON[clock.kind]}: {title}", body)
        yield clock.due - ahead, Reminder(_event(incident, f"{clock.kind}-soon/{clock.due}"), soon)
    late = Message("warning", f"{_LATE[clock.kind]}: {title}", body)
    yield clock.due, Reminder(_event(incident, f"{clock.kind}-late/{clock.due}"), late)


def _opened(incident: Incident, title: str) -> Reminder:
    if incident.public:
        body = "It is on the page. Say more: " + _do(ClockKind.UPDATE, incident)
        return Reminder(_event(incident, "opened"), Message("warning", f"Incident opened: {title}", body))
    body = f"Customers do not see it. Show it: janji incident publish {incident.id}"
    return Reminder(_event(incident, "opened"), Message("warning", f"Draft incident: {title}", body))


def _event(incident: Incident, what: str) -> str:
    return f"{PREFIX}{incident.id}/{what}"


def _do(kind: ClockKind, incident: Incident) -> str:
    return _DO[kind].format(id=incident.id)


def _moment(instant: Seconds, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(instant, zone):%Y-%m-%d %H:%M %Z}"

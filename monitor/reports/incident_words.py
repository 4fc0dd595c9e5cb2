"""Incidents in words and as documents, for those who work them: drafts, clocks and who said what are in it."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from monitor.core.calendar import format_instant
from monitor.core.incident import ENGLISH, Action, Incident, IncidentEvent, Update, in_language
from monitor.core.model import Seconds
from monitor.core.postmortem import read
from monitor.core.severity import Clock, Severity, clocks, severity_of, waiting
from monitor.core.text import used_time
from monitor.reader.incident_views import MeasuredOutage
from monitor.reports.instants import moment
from monitor.settings.hub import Settings


def severity(settings: Settings, incident: Incident) -> Severity:
    return severity_of(settings.incidents.ranks(), incident.severity)


def running(settings: Settings, incident: Incident) -> list[Clock]:
    """Its clocks, in the order in which they are due."""
    hours = settings.incidents.working.hours(ZoneInfo(settings.page.zone))
    return clocks(incident, severity(settings, incident), hours)


def status(incident: Incident) -> str:
    """`investigating`, or what became of it; a draft says so."""
    if incident.merged_into:
        return f"merged into {incident.merged_into}"
    return incident.phase.value if incident.public else f"draft, {incident.phase.value}"


def due(settings: Settings, incident: Incident, now: Seconds) -> str:
    """The next thing that somebody has to do, or nothing."""
    zone = ZoneInfo(settings.page.zone)
    left = waiting(incident, severity(settings, incident), settings.incidents.working.hours(zone))
    return _clock(left[0], now, zone) if left else ""


def lines(
    settings: Settings, incident: Incident, measured: Sequence[MeasuredOutage], now: Seconds, *, history: bool = False
) -> Iterator[str]:
    """All of it for a terminal."""
    zone = ZoneInfo(settings.page.zone)
    grave = severity(settings, incident)
    yield f"{in_language(incident.title, ENGLISH)} ({incident.id}): {status(incident)}"
    until = "" if incident.resolved_at is None else f" to {moment(incident.resolved_at, zone)}"
    yield f"  {moment(incident.started, zone)}{until}, severity {grave.label} (rank {grave.rank})"
    for component, impact in incident.impacts.items():
        turns = [turn for turn in incident.turns if turn.component == component]
        told = ", ".join(f"{turn.impact.value} from {moment(turn.at, zone)}" for turn in turns)
        yield f"  {component}: {impact.value} now; {told}"
    for outage in measured:
        end = "it goes on" if outage.end is None else f"to {moment(outage.end, zone)}"
        length = used_time(outage.down_seconds, detail=True)
        yield f"  measured: {outage.component} down {moment(outage.start, zone)} {end}, {length} ({outage.id})"
    for clock in running(settings, incident):
        yield f"  {_clock(clock, now, zone)}"
    if history:
        yield from (_told(event, number, zone) for number, event in _numbered(incident.events))
    else:
        yield from (_said(update, zone) for update in incident.updates)
    if incident.postmortem is not None:
        yield from _postmortem(incident, zone)


def document(
    settings: Settings, incident: Incident, measured: Sequence[MeasuredOutage], now: Seconds
) -> dict[str, object]:
    """The incident as JSON values; instants in UTC."""
    grave = severity(settings, incident)
    return {
        "id": incident.id,
        "title": dict(incident.title),
        "status": status(incident),
        "phase": incident.phase.value,
        "public": incident.public,
        "severity": {"rank": grave.rank, "label": grave.label},
        "started": format_instant(incident.started),
        "opened_at": format_instant(incident.opened_at),
        "published_at": _instant(incident.published_at),
        "resolved_at": _instant(incident.resolved_at),
        "next_update": _instant(incident.next_update),
        "impacts": {name: impact.value for name, impact in incident.impacts.items()},
        "impact_history": [
            {"at": format_instant(turn.at), "component": turn.component, "impact": turn.impact.value}
            for turn in incident.turns
        ],
        "clocks": [
            {
                "kind": clock.kind.value,
                "due": format_instant(clock.due),
                "done_at": _instant(clock.done_at),
                "late": clock.is_late(now),
            }
            for clock in running(settings, incident)
        ],
        "measured": [
            {
                "id": outage.id,
                "component": outage.component,
                "start": format_instant(outage.start),
                "end": _instant(outage.end),
                "down_seconds": outage.down_seconds,
            }
            for outage in measured
        ],
        "updates": [
            {
                "number": update.number,
                "at": format_instant(update.at),
                "entered_at": format_instant(update.entered_at),
                "actor": update.actor,
                "phase": update.phase.value,
                "text": dict(update.text),
                "impacts": {name: impact.value for name, impact in update.impacts.items()},
                "edited_at": _instant(update.edited_at),
                "earlier": [dict(words) for words in update.earlier],
            }
            for update in incident.updates
        ],
        "merged_into": incident.merged_into or None,
        "absorbed": list(incident.absorbed),
        "postmortem": _postmortem_document(incident),
    }


def _postmortem_document(incident: Incident) -> dict[str, object] | None:
    written = incident.postmortem
    if written is None:
        return None
    found = read(in_language(written.text, ENGLISH))
    return {
        "text": dict(written.text),
        "written_at": format_instant(written.written_at),
        "actor": written.actor,
        "published_at": _instant(written.published_at),
        "actions": [{"what": each.what, "owner": each.owner, "due": each.due.isoformat()} for each in found.actions],
        "missing": list(found.wrong),
    }


def _postmortem(incident: Incident, zone: ZoneInfo) -> Iterator[str]:
    written = incident.postmortem
    if written is None:
        return
    found = read(in_language(written.text, ENGLISH))
    stands = "a draft" if written.published_at is None else f"published {moment(written.published_at, zone)}"
    yield f"  post-mortem: {stands}, written by {written.actor}"
    yield from (f"    {each.what}: {each.owner}, by {each.due.isoformat()}" for each in found.actions)
    yield from (f"    missing: {sentence}" for sentence in found.wrong)


def _numbered(events: Sequence[IncidentEvent]) -> Iterator[tuple[int | None, IncidentEvent]]:
    """Each event, with the number of the update that it made."""
    number = 0
    for event in events:
        spoken = event.action in (Action.OPEN, Action.UPDATE)
        number += spoken
        yield number if spoken else None, event


def _said(update: Update, zone: ZoneInfo) -> str:
    text = in_language(update.text, ENGLISH).replace("\n", " ")
    edited = "" if update.edited_at is None else f" (edited {moment(update.edited_at, zone)})"
    spoken = f": {text}" if text else ""
    return f"  {moment(update.at, zone)} #{update.number} {update.phase.value} by {update.actor}{edited}{spoken}"


def _told(event: IncidentEvent, number: int | None, zone: ZoneInfo) -> str:
    about = f"{event.action.value} of update {event.number}" if event.number is not None else event.action.value
    what = f"#{number}" if number is not None else about
    phase = f" {event.phase.value}" if event.phase is not None else ""
    said = "" if event.action is Action.POSTMORTEM else in_language(event.text, ENGLISH).replace("\n", " ")
    other = f" {event.other}" if event.other else ""
    title = f" {in_language(event.title, ENGLISH)!r}" if event.title and event.action is Action.EDIT else ""
    spoken = f": {said}" if said else ""
    return f"  {moment(event.at, zone)} {what}{phase}{other}{title} by {event.actor}{spoken}"


def _clock(clock: Clock, now: Seconds, zone: ZoneInfo) -> str:
    word = {"update": "next update", "postmortem": "post-mortem"}.get(clock.kind.value, clock.kind.value)
    if clock.done_at is not None:
        late = f", {used_time(clock.done_at - clock.due)} late" if clock.is_late(now) else ""
        return f"{word}: done {moment(clock.done_at, zone)}, due {moment(clock.due, zone)}{late}"
    late = f", {used_time(now - clock.due)} late" if clock.is_late(now) else ""
    return f"{word}: due {moment(clock.due, zone)}{late}"


def _instant(instant: Seconds | None) -> str | None:
    return None if instant is None else format_instant(instant)

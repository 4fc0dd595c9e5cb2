"""Incidents in reports: a block of them by severity, and the same as JSON values."""

from zoneinfo import ZoneInfo

from monitor.core.calendar import format_instant
from monitor.core.incident import in_language
from monitor.reader.incident_views import IncidentView
from monitor.reader.told_incidents import ToldIncidents
from monitor.reports.statement_parts import Block
from monitor.reports.statement_words import Words


def block(told: ToldIncidents, words: Words, zone: ZoneInfo) -> Block:
    """How many of each severity, and each with its time."""
    title = words.say("Incidents")
    if not told.items:
        return Block(title, sentences=(words.say("no_incidents"),))
    listed = ", ".join(f"{count} × {told.label(rank)}" for rank, count in told.by_severity.items())
    names = ("Severity", "Incident", "From", "To", "Component", "Post-mortem")
    return Block(
        title,
        sentences=(words.say("counted", count=str(len(told.items)), listed=listed),),
        head=tuple(words.say(each) for each in names),
        lines=tuple(_line(item, told, words, zone) for item in told.items),
        widths=(11, 23, 16, 16, 18, 13),
    )


def document(told: ToldIncidents, language: str) -> dict[str, object]:
    """`incidents_by_severity` and `incidents`."""
    return {
        "incidents_by_severity": {told.label(rank): count for rank, count in told.by_severity.items()},
        "incidents": [_document(item, told, language) for item in told.items],
    }


def _line(item: IncidentView, told: ToldIncidents, words: Words, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        told.label(item.severity),
        in_language(item.title, words.language),
        words.moment(item.started, zone),
        words.say("goes_on") if item.resolved is None else words.moment(item.resolved, zone),
        " + ".join(item.components),
        words.say("written") if item.postmortem is not None else "–",
    )


def _document(item: IncidentView, told: ToldIncidents, language: str) -> dict[str, object]:
    return {
        "id": item.id,
        "title": in_language(item.title, language),
        "severity": item.severity,
        "severity_label": told.label(item.severity),
        "started": format_instant(item.started),
        "resolved": None if item.resolved is None else format_instant(item.resolved),
        "components": list(item.component_ids),
        "postmortem": item.postmortem is not None,
    }

"""What subscribers are told of an incident: when, under which key, in which words of the page's languages."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.incident import ENGLISH, Action, Impact, Incident, Phase, Update, in_language, worst
from monitor.core.incident_template import join
from monitor.core.model import Seconds

NEWS_FOR: Seconds = 3600
"""What is said of a moment longer ago than this is history that somebody fills in: it wakes nobody."""

PREFIX = "incident:"
"""How the key of every message about an incident begins; its id follows."""

_TYPES = {Impact.DOWN: "failure", Impact.DEGRADED: "warning", Impact.NONE: "info"}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "investigating": "Investigating",
        "identified": "Identified",
        "monitoring": "Monitoring",
        "resolved": "Resolved",
        "postmortem": "Post-mortem",
        "affected": "Affected: {names}.",
        "next": "Next update by {moment}.",
    },
    "id": {
        "investigating": "Sedang diselidiki",
        "identified": "Penyebab ditemukan",
        "monitoring": "Sedang dipantau",
        "resolved": "Selesai",
        "postmortem": "Tinjauan setelah insiden",
        "affected": "Terdampak: {names}.",
        "next": "Kabar berikutnya paling lambat {moment}.",
    },
}


def key_of(incident: Incident, *, again: bool = False) -> str | None:
    """The key of what its newest event tells the public; None where that is nothing to be told.

    An edit tells nothing, unless it is asked to (`again`).
    """
    event = incident.events[-1]
    history = event.entered_at - event.at > NEWS_FOR and not event.automatic
    if not incident.public or incident.merged_into or history:
        return None
    match event.action:
        case Action.OPEN | Action.PUBLISH:
            return f"{PREFIX}{incident.id}/published"
        case Action.UPDATE:
            spoken = [each for each in incident.events if each.action in (Action.OPEN, Action.UPDATE)]
            return f"{PREFIX}{incident.id}/update/{len(spoken)}"
        case Action.POSTMORTEM if event.public:
            return f"{PREFIX}{incident.id}/postmortem/{len(incident.events)}"
        case Action.EDIT if again:
            return f"{PREFIX}{incident.id}/edit/{len(incident.events)}"
        case _:
            return None


def message(incident: Incident, names: Mapping[str, str], zone: ZoneInfo, url: str, language: str = ENGLISH) -> Message:
    """The words for its newest event; `names` are those of components, `url` is where the incident stands."""
    words = _WORDS.get(language, _WORDS[ENGLISH])
    event, title = incident.events[-1], in_language(incident.title, language)
    if event.action is Action.POSTMORTEM:
        return Message("info", f"{words['postmortem']}: {title}", _body([in_language(event.text, language)], url))
    update = _told(incident)
    shown = [names[name] for name in incident.components if name in names]
    lines = [in_language(update.text, language)] if update.text else []
    if shown:
        lines.append(words["affected"].format(names=join(shown, language)))
    if incident.next_update is not None:
        at = datetime.fromtimestamp(incident.next_update, zone)
        lines.append(words["next"].format(moment=f"{at:%Y-%m-%d %H:%M %Z}"))
    return Message(_type(incident, update), f"{words[update.phase.value]}: {title}", _body(lines, url))


def _told(incident: Incident) -> Update:
    """The update that the newest event is about: the one it made or rewrote, else the newest."""
    event = incident.events[-1]
    if event.action is Action.EDIT and event.number is not None:
        return incident.update(event.number)
    return incident.updates[-1]


def _type(incident: Incident, update: Update) -> str:
    return "success" if update.phase is Phase.RESOLVED else _TYPES[worst(incident.impacts.values())]


def _body(lines: list[str], url: str) -> str:
    return "\n\n".join([*lines, *([url] if url else [])])

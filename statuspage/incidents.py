"""Incidents in words: a card with its updates, newest first, and the line of a day on which one began."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from monitor.core.incident import Impact, Phase
from monitor.core.text import used_time
from monitor.reader.incident_views import IncidentView, UpdateView
from statuspage.language import N_, Language
from statuspage.moments import Moments, Stamp
from statuspage.places import incident_place

PHASES = {
    Phase.INVESTIGATING: N_("Investigating"),
    Phase.IDENTIFIED: N_("Identified"),
    Phase.MONITORING: N_("Monitoring"),
    Phase.RESOLVED: N_("Resolved"),
}
IMPACTS = {Impact.DOWN: N_("Down"), Impact.DEGRADED: N_("Degraded")}
TONES = {Impact.DOWN: "down", Impact.DEGRADED: "degraded", Impact.NONE: "maintenance"}


@dataclass(frozen=True, slots=True)
class Step:
    """One update. `html` is safe to print as it is, and blank where nothing was said."""

    number: int
    phase: str
    at: Stamp
    html: str
    promise: str  # by when more is said; of the newest alone


@dataclass(frozen=True, slots=True)
class Card:
    """One incident. `tone` is a standing."""

    id: str
    place: str  # of its page, below the language's home
    tone: str
    title: str
    badge: str
    components: str
    since: Stamp
    measured: str
    steps: tuple[Step, ...]


def card_of(view: IncidentView, language: Language, moments: Moments) -> Card:
    """The incident with everything that was said of it."""
    first = [_step(update, language, moments) for update in view.updates]
    if first and view.next_update is not None:
        first[0] = _promising(first[0], view.next_update, language, moments)
    return Card(
        id=view.id,
        place=incident_place(view.id),
        tone=TONES[view.impact],
        title=view.title[language.code],
        badge=language.say(PHASES[view.phase] if view.impact is Impact.NONE else IMPACTS[view.impact]),
        components=language.join(view.components),
        since=moments.since(view.started),
        measured=_measured(view, language),
        steps=tuple(first),
    )


def told_by(incidents: Collection[IncidentView], component: str, impact: Impact) -> bool:
    """Whether an incident says at least so much of a component, by its name: then it need not be said again."""
    said = {shown for item in incidents for name, shown in item.impacts if name == component}
    return Impact.DOWN in said or impact in said


def day_line(view: IncidentView, day: date, language: Language, moments: Moments) -> str:
    """What stands beside its title: `09:12–10:20, 38 min of downtime measured`; what it cost on its first day alone."""
    first = moments.day_of(view.started) == day
    if view.resolved is None:
        since = moments.since(view.started).text
        return language.say("ongoing") if first else language.say("%(since)s, ongoing", since=since)
    parts = [moments.hours(view.started, view.resolved, day), _measured(view, language) if first else ""]
    return ", ".join(part for part in parts if part)


def _step(update: UpdateView, language: Language, moments: Moments) -> Step:
    html = update.said.html[language.code]
    return Step(update.number, language.say(PHASES[update.phase]), moments.short(update.at), html, "")


def _promising(step: Step, due: int, language: Language, moments: Moments) -> Step:
    promise = language.say("Next update by %(time)s.", time=moments.short(due).text)
    return Step(step.number, step.phase, step.at, step.html, promise)


def _measured(view: IncidentView, language: Language) -> str:
    if not view.measured_seconds:
        return ""
    length = used_time(view.measured_seconds, language.wording, detail=True)
    return language.say("%(length)s of downtime measured", length=length)

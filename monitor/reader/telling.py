"""What people want said of an incident, as events that can be written: templates filled in, what was left out found.

For whoever writes them: the commands and the API.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from monitor.core.incident import Action, Impact, Incident, IncidentEvent, Phase, Words
from monitor.core.incident_message import NEWS_FOR, key_of, message
from monitor.core.incident_template import Template, templates
from monitor.core.model import Seconds, State
from monitor.core.severity import Severity, severity_of, usual_rank
from monitor.core.timeline import merge
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.incidents import PublicMessage, Tell
from monitor.storage.store import Store

_LOOK_BACK: Seconds = 86_400
_MEASURED = {State.DOWN: Impact.DOWN, State.DEGRADED: Impact.DEGRADED}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says; None or empty where they leave it to us. `impacts` None: as we measure, or as the template
    says."""

    title: Words = field(default_factory=dict)
    text: Words = field(default_factory=dict)
    template: str | None = None
    phase: Phase | None = None
    severity: int | None = None
    impacts: Mapping[str, Impact | None] = field(default_factory=dict)
    since: Seconds | None = None
    at: Seconds | None = None
    next_update: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """How a component is now, if it is not up: since when."""

    impact: Impact
    since: Seconds


def names_of(settings: Settings) -> dict[str, str]:
    return {item.id: item.name or item.id for item in settings.components}


def measured_now(store: Store, components: Iterable[str]) -> dict[str, Measured]:
    """Those of the components that are down or degraded at their watermark, as far back as a day."""
    facts, found = store.components(), {}
    for name in components:
        mark = facts[name].watermark if name in facts else None
        if mark is not None:
            runs = merge(store.spans(name, mark - _LOOK_BACK, mark + 1))
            if runs and runs[-1].state in _MEASURED and runs[-1].end >= mark:
                found[name] = Measured(_MEASURED[runs[-1].state], runs[-1].start)
    return found


def opening(
    settings: Settings, asked: Asked, measured: Mapping[str, Measured], *, now: Seconds, actor: str, public: bool
) -> IncidentEvent:
    """The event that opens an incident. Raises ValueError for a template that is not there."""
    form = _template(settings, asked.template, list(asked.impacts))
    impacts = {
        name: said or (measured[name].impact if name in measured else form.impact or Impact.DEGRADED)
        for name, said in asked.impacts.items()
    }
    ranks = settings.incidents.ranks()
    severity = usual_rank(ranks, impacts.values()) if asked.severity is None else asked.severity
    at = now if asked.at is None else asked.at
    began = [measured[name].since for name in impacts if name in measured and measured[name].since <= at]
    return IncidentEvent(
        entered_at=now,
        actor=actor,
        action=Action.OPEN,
        at=at,
        since=min(began, default=None) if asked.since is None and asked.at is None else asked.since,
        title={**form.title, **asked.title},
        text=asked.text or form.text,
        phase=asked.phase or form.phase or Phase.INVESTIGATING,
        severity=severity,
        impacts=impacts,
        next_update=_promise(severity_of(ranks, severity), asked, now) if public else None,
        public=public,
    )


def update(settings: Settings, incident: Incident, asked: Asked, *, now: Seconds, actor: str) -> IncidentEvent:
    """The event of an update. Raises ValueError for a template that is not there."""
    names = list(dict.fromkeys([*incident.components, *asked.impacts]))
    form = _template(settings, asked.template, names)
    phase = asked.phase or form.phase
    rank = incident.severity if asked.severity is None else asked.severity
    promise = None
    if incident.public and phase is not Phase.RESOLVED and (incident.open or phase is not None):
        promise = _promise(severity_of(settings.incidents.ranks(), rank), asked, now)
    return IncidentEvent(
        entered_at=now,
        actor=actor,
        action=Action.UPDATE,
        at=now if asked.at is None else asked.at,
        title=asked.title,
        text=asked.text or form.text,
        phase=phase,
        severity=asked.severity,
        impacts={name: said or form.impact or Impact.DEGRADED for name, said in asked.impacts.items()},
        next_update=promise,
    )


def publication(settings: Settings, incident: Incident, asked: Asked, *, now: Seconds, actor: str) -> IncidentEvent:
    """The event that shows a draft to customers."""
    ranks = settings.incidents.ranks()
    promise = _promise(severity_of(ranks, incident.severity), asked, now) if incident.open else None
    return IncidentEvent(now, actor, Action.PUBLISH, now, title=asked.title, next_update=promise)


def merging(gone: Incident, kept: Incident, *, now: Seconds, actor: str) -> list[tuple[str, IncidentEvent]]:
    """The events that put one incident into another, in the order in which they are written.

    Raises ValueError where that would take back what customers were shown.
    """
    if gone.public and not kept.public:
        raise ValueError(f"{gone.id} is published and {kept.id} is a draft; publish {kept.id} first")
    if gone.open and not kept.open:
        raise ValueError(f"{kept.id} is over and {gone.id} is not; open it again, or merge the other way round")
    taken = IncidentEvent(
        now,
        actor,
        Action.ABSORB,
        now,
        since=gone.started,
        impacts={
            name: impact
            for name, impact in gone.impacts.items()
            if impact is not Impact.NONE and kept.impacts.get(name, Impact.NONE) is Impact.NONE and kept.open
        },
        outages=gone.outages,
        other=gone.id,
    )
    merged = IncidentEvent(now, actor, Action.MERGE, now, other=kept.id)
    return [(gone.id, merged), (kept.id, taken)]


def telling(settings: Settings, *, again: bool = False, quiet: bool = False) -> Tell:
    """What the public is told of an incident's newest event: nothing with `quiet`; of an edit only with `again`."""
    names, zone, page = names_of(settings), ZoneInfo(settings.page.zone), settings.page

    def tell(incident: Incident) -> PublicMessage | None:
        key = None if quiet else key_of(incident, again=again)
        if key is None:
            return None
        place = f"incidents/{incident.id}/"
        written = ((code, message(incident, names, zone, page.address(place, code), code)) for code in page.languages)
        return PublicMessage(key, dict(written))

    return tell


def rank_of(settings: Settings, written: str) -> int:
    """The rank of a severity by its number or its label. Raises ValueError naming what comes near."""
    ranks = settings.incidents.ranks()
    found = next((item.rank for item in ranks if written.casefold() in (str(item.rank), item.label.casefold())), None)
    if found is None:
        raise ValueError(f"there is no severity {written}; {near(written, [item.label for item in ranks])}")
    return found


def repeated(known: Iterable[Incident], event: IncidentEvent) -> Incident | None:
    """The open incident whose newest event says the same in every word, by the same holder: whoever sends one again,
    because no answer came, does not say it twice."""
    bare = _bare(event)
    return next((item for item in known if item.open and _bare(item.events[-1]) == bare), None)


def _bare(event: IncidentEvent) -> IncidentEvent:
    return replace(event, entered_at=0, at=0, since=None, next_update=None)


def _promise(severity: Severity, asked: Asked, now: Seconds) -> Seconds | None:
    """By when more is said: as they say, else as the severity asks; of what is filled in later nothing."""
    if asked.next_update is not None or severity.update is None:
        return asked.next_update
    return None if asked.at is not None and now - asked.at > NEWS_FOR else now + severity.update


def _template(settings: Settings, name: str | None, components: Sequence[str]) -> Template:
    if name is None:
        return Template("", {})
    known, names = templates(settings.incidents.own_templates()), names_of(settings)
    if name not in known:
        raise ValueError(f"there is no template {name}; {near(name, list(known))}")
    return known[name].filled([names.get(item, item) for item in components])

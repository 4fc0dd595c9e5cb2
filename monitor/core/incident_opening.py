"""When measured outages open an incident, join one, and end it. Given what is measured now and what stands; gives the
events to write. Looks at states, not at turns: what a kill kept from being written is written at the next look.

- A component that is down for long enough, and of no incident yet, opens one; what breaks together is one incident.
- An open incident that names the component already only takes the outage up: what people said of it stands.
- One that nobody has written in ends by itself once everything in it was up for long enough. Where somebody has, we
  never end it for them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.core.incident import JANJI, Action, Impact, Incident, IncidentEvent, OutageRef, Phase, new_id
from monitor.core.incident_fold import extend
from monitor.core.incident_template import Template
from monitor.core.model import Seconds
from monitor.core.severity import Severity, severity_of, usual_rank


@dataclass(frozen=True, slots=True)
class Plan:
    """`after` counts failed slots. `outage` and `resolved` are the words."""

    public: bool
    after: int
    together: Seconds
    calm: Seconds
    names: Mapping[str, str]
    severities: tuple[Severity, ...]
    outage: Template
    resolved: Template


@dataclass(frozen=True, slots=True)
class Trouble:
    """A component is down since `start`, as far as we measured."""

    component: str
    start: Seconds
    as_of: Seconds
    every: Seconds

    @property
    def ref(self) -> OutageRef:
        return OutageRef(self.component, self.start)


def openings(
    plan: Plan, incidents: Iterable[Incident], troubles: Sequence[Trouble], quiet: Collection[str], now: Seconds
) -> list[tuple[str, IncidentEvent]]:
    """What the outages that go on make, each event with the id of its incident. `quiet`: in announced maintenance."""
    standing = {item.id: item for item in incidents}
    found: list[tuple[str, IncidentEvent]] = []
    for trouble in sorted(troubles, key=lambda each: (each.start, each.component)):
        if trouble.component in quiet or trouble.as_of - trouble.start < plan.after * trouble.every:
            continue
        if any(_holds(item, trouble) for item in standing.values()):
            continue
        id_, events = _placed(plan, standing, trouble, now)
        for event in events:
            before = standing[id_].events if id_ in standing else ()
            standing[id_] = extend(id_, before, event)
            found.append((id_, event))
    return found


def endings(
    plan: Plan, incidents: Iterable[Incident], recovered: Mapping[str, Seconds], now: Seconds
) -> list[tuple[str, IncidentEvent]]:
    """What ends by itself. `recovered`: since when each component works again; one that does not is not in it."""
    found = []
    for item in incidents:
        since = recovered_at(item, recovered)
        if since is None or not item.automatic or item.touched or now - since < plan.calm:
            continue
        words = plan.resolved.filled([plan.names.get(name, name) for name in item.components])
        at = min(now, max(since, *(update.at for update in item.updates)))
        found.append((item.id, IncidentEvent(now, JANJI, Action.UPDATE, at, text=words.text, phase=Phase.RESOLVED)))
    return found


def recovered_at(incident: Incident, recovered: Mapping[str, Seconds]) -> Seconds | None:
    """Since when everything that an open incident was linked to works again; None while anything does not."""
    linked = {ref.component for ref in incident.outages}
    if not incident.open or not linked or not linked <= set(recovered):
        return None
    return max(recovered[name] for name in linked)


def _holds(incident: Incident, trouble: Trouble) -> bool:
    """Whether an outage is one of the incident's; late results may have moved its beginning since."""
    return not incident.merged_into and any(
        ref.component == trouble.component and trouble.start - trouble.every <= ref.start < trouble.as_of
        for ref in incident.outages
    )


def _placed(
    plan: Plan, standing: Mapping[str, Incident], trouble: Trouble, now: Seconds
) -> tuple[str, list[IncidentEvent]]:
    """The events that take an outage up, and the incident that it belongs to."""
    link = IncidentEvent(now, JANJI, Action.LINK, now, since=trouble.start, outages=(trouble.ref,))
    ours = [item for item in standing.values() if item.open]
    for item in ours:
        if trouble.component in item.components:
            # What people said of it stands, its beginning too.
            return item.id, [replace(link, since=None)]
    for item in ours:
        newest = max((ref.start for ref in item.outages), default=item.started)
        if item.automatic and not item.touched and abs(trouble.start - newest) <= plan.together:
            return item.id, _joined(plan, item, trouble, link)
    id_, event = _opened(plan, standing, trouble, now)
    return id_, [event]


def _joined(plan: Plan, incident: Incident, trouble: Trouble, link: IncidentEvent) -> list[IncidentEvent]:
    """What customers were told already is followed by another update; a draft reads as if it had known."""
    words = plan.outage.filled([plan.names.get(name, name) for name in (*incident.components, trouble.component)])
    link = replace(link, title=words.title, impacts={trouble.component: Impact.DOWN})
    if incident.public:
        return [replace(link, action=Action.UPDATE, text=words.text, next_update=incident.next_update)]
    edit = IncidentEvent(link.entered_at, JANJI, Action.EDIT, link.at, text=words.text, number=1)
    return [link, edit]


def _opened(plan: Plan, standing: Mapping[str, Incident], trouble: Trouble, now: Seconds) -> tuple[str, IncidentEvent]:
    words = plan.outage.filled([plan.names.get(trouble.component, trouble.component)])
    rank = usual_rank(plan.severities, [Impact.DOWN])
    promise = severity_of(plan.severities, rank).update
    event = IncidentEvent(
        now,
        JANJI,
        Action.OPEN,
        now,
        since=trouble.start,
        title=words.title,
        text=words.text,
        phase=Phase.INVESTIGATING,
        severity=rank,
        impacts={trouble.component: Impact.DOWN},
        outages=(trouble.ref,),
        next_update=now + promise if plan.public and promise is not None else None,
        public=plan.public,
    )
    # The same outage makes the same id: two hubs that open it at once open one.
    return new_id([trouble.component, trouble.start], standing), event

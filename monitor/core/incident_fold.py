"""From an incident's events to what they say, and which event may follow."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from monitor.core.incident import (
    ENGLISH,
    Action,
    Impact,
    Incident,
    IncidentEvent,
    OutageRef,
    Phase,
    Postmortem,
    Turn,
    Update,
    Words,
)
from monitor.core.model import Seconds

LONGEST_TITLE, LONGEST_TEXT = 200, 10_000
"""Characters, in each language."""

_SAYING = (Action.OPEN, Action.UPDATE, Action.PUBLISH)
"""What customers hear; the rest is about what was said."""


def standing(id_: str, events: Sequence[IncidentEvent]) -> Incident:
    """What the events say. Raises ValueError where they do not begin with an opening."""
    if not events or events[0].action is not Action.OPEN:
        raise ValueError("an incident begins with its opening")
    opening = events[0]
    updates = _updates(events)
    resolved_at = _resolved_at(updates)
    merged = next((event.other for event in events if event.action is Action.MERGE), "")
    last = updates[-1]
    written = [_postmortem(event) for event in events if event.action is Action.POSTMORTEM]
    return Incident(
        id=id_,
        title=_latest_title(events),
        severity=next(event.severity for event in reversed(events) if event.severity is not None),
        started=_started(events),
        opened_at=opening.entered_at,
        published_at=_published_at(events),
        phase=last.phase,
        resolved_at=resolved_at,
        next_update=None if resolved_at is not None or merged else _next_update(events),
        updates=tuple(updates),
        turns=tuple(_turns(events, updates)),
        outages=tuple(dict.fromkeys(ref for event in events for ref in event.outages)),
        responded_at=min(
            (event.at for event in events if event.action in _SAYING and not event.automatic), default=None
        ),
        automatic=opening.automatic,
        touched=any(not event.automatic for event in events),
        merged_into=merged,
        absorbed=tuple(event.other for event in events if event.action is Action.ABSORB),
        postmortem=written[-1] if written else None,
        published_postmortem=next((item for item in reversed(written) if item.published_at is not None), None),
        events=tuple(events),
    )


def extend(id_: str, events: Sequence[IncidentEvent], event: IncidentEvent) -> Incident:
    """What the events say with one more, for whoever writes it. Raises ValueError saying why it cannot be written."""
    _check_alone(event)
    if not events:
        if event.action is not Action.OPEN:
            raise ValueError("an incident begins with its opening")
        _check_opening(event)
        return standing(id_, [event])
    before = standing(id_, events)
    if before.merged_into:
        raise ValueError(f"incident {id_} was merged into {before.merged_into}; write there")
    _check_next(before, event)
    return standing(id_, [*events, event])


def _check_alone(event: IncidentEvent) -> None:
    if event.at > event.entered_at:
        raise ValueError("nothing is said of the future; leave the time out, or write one that is over")
    parts = ((event.title, LONGEST_TITLE, "title", ""), (event.text, LONGEST_TEXT, "text", "\n\t"))
    for words, longest, what, allowed in parts:
        for language, text in words.items():
            if not text.strip():
                raise ValueError(f"the {what} ({language}) is blank; write something, or leave it out")
            if any(unicodedata.category(sign) == "Cc" and sign not in allowed for sign in text):
                raise ValueError(f"the {what} ({language}) holds signs that cannot be shown; leave them out")
            if len(text) > longest:
                raise ValueError(f"the {what} ({language}) has {len(text)} characters; {longest} are the most")
    if event.since is not None and event.since > event.at:
        raise ValueError("an incident begins before anything is said of it; write an earlier beginning")
    if event.next_update is not None and event.next_update <= event.entered_at:
        raise ValueError("the next update is due in the future; write a later time")


def _check_opening(event: IncidentEvent) -> None:
    for words, what in ((event.title, "title"), (event.text, "text")):
        if ENGLISH not in words:
            raise ValueError(f"an incident opens with a {what} in English; another language comes beside it")
    if event.severity is None:
        raise ValueError("an incident opens with a severity")


def _check_next(before: Incident, event: IncidentEvent) -> None:
    match event.action:
        case Action.OPEN:
            raise ValueError(f"incident {before.id} is open already; update it")
        case Action.UPDATE:
            _check_update(before, event)
        case Action.EDIT:
            _check_edit(before, event)
        case Action.PUBLISH if before.public:
            raise ValueError(f"incident {before.id} is published already")
        case Action.POSTMORTEM:
            _check_postmortem(before, event)
        case Action.MERGE | Action.ABSORB if event.other == before.id:
            raise ValueError("an incident cannot be merged into itself")
        case _:
            return


def _check_update(before: Incident, event: IncidentEvent) -> None:
    if event.text and ENGLISH not in event.text:
        raise ValueError("write the update in English; another language comes beside it")
    if not event.text and event.phase is None and not event.impacts:
        raise ValueError("an update says something: a text, a phase or an impact")
    if event.at < before.started:
        raise ValueError("this is before the incident began; write a later time, or edit its beginning")
    if before.resolved_at is not None and event.phase is Phase.RESOLVED:
        raise ValueError(f"incident {before.id} is resolved already; edit its last update to change what it says")
    if event.phase is Phase.RESOLVED and event.at < before.updates[-1].at:
        raise ValueError("an update speaks for a later moment than that; an incident is resolved last")


def _check_edit(before: Incident, event: IncidentEvent) -> None:
    if event.number is not None:
        _update_of(before, event.number)
        if not event.text:
            raise ValueError("there is nothing to change; write the text as it shall be")
    elif not event.title and event.severity is None and event.since is None:
        raise ValueError("there is nothing to change; name a title, a severity or a beginning")
    elif event.since is not None and any(update.at < event.since for update in before.updates):
        raise ValueError("an update speaks for an earlier moment than that; write an earlier beginning")


def _update_of(before: Incident, number: int) -> Update:
    try:
        return before.update(number)
    except LookupError as error:
        raise ValueError(str(error)) from None


def _check_postmortem(before: Incident, event: IncidentEvent) -> None:
    if ENGLISH not in event.text:
        raise ValueError("write the post-mortem in English; another language comes beside it")
    if event.public and before.resolved_at is None:
        raise ValueError(f"incident {before.id} is not resolved yet; its post-mortem is published after that")
    if event.public and not before.public:
        raise ValueError(f"incident {before.id} is a draft that customers never saw; publish it first")


def _updates(events: Sequence[IncidentEvent]) -> list[Update]:
    """By the moment they speak for; where one names no phase, that of the moment before it goes on."""
    spoken = [event for event in events if event.action in (Action.OPEN, Action.UPDATE)]
    edits = [event for event in events if event.action is Action.EDIT and event.number is not None]
    order = sorted(enumerate(spoken, 1), key=lambda item: (item[1].at, item[0]))
    found: list[Update] = []
    for number, event in order:
        phase = event.phase or (found[-1].phase if found else Phase.INVESTIGATING)
        update = Update(
            number, event.at, event.entered_at, event.actor, phase, event.text, event.impacts, event.next_update
        )
        for edit in (each for each in edits if each.number == number):
            text = {**update.text, **edit.text}
            update = replace(update, text=text, edited_at=edit.entered_at, earlier=(*update.earlier, update.text))
        found.append(update)
    return found


def _resolved_at(updates: Sequence[Update]) -> Seconds | None:
    """When the last run of `resolved` began."""
    found = None
    for update in reversed(updates):
        if update.phase is not Phase.RESOLVED:
            break
        found = update.at
    return found


def _turns(events: Sequence[IncidentEvent], updates: Sequence[Update]) -> list[Turn]:
    """Every change of an impact, in order; what changes nothing is left out."""
    beginning = _beginning(events)
    said: list[tuple[Seconds, Mapping[str, Impact]]] = [
        # What shows at the opening showed from the beginning, wherever that was moved since.
        (beginning if update.number == 1 else update.at, update.impacts)
        for update in updates
    ]
    said += [(_since(event), event.impacts) for event in events if _joins(event)]
    now: dict[str, Impact] = {}
    found = []
    for at, impacts in sorted(said, key=lambda item: item[0]):
        for component, impact in impacts.items():
            if now.get(component, Impact.NONE) is not impact:
                now[component] = impact
                found.append(Turn(at, component, impact))
    return found


def _started(events: Sequence[IncidentEvent]) -> Seconds:
    """Its beginning, or that of what joined it, if earlier."""
    return min([_beginning(events), *(_since(event) for event in events if _joins(event))])


def _beginning(events: Sequence[IncidentEvent]) -> Seconds:
    """As it was last said."""
    moved = [event.since for event in events if event.action is Action.EDIT and event.since is not None]
    return moved[-1] if moved else _since(events[0])


def _joins(event: IncidentEvent) -> bool:
    """Whether it brings something that began by itself: an outage, another incident."""
    return event.action is Action.ABSORB or (event.action is not Action.OPEN and bool(event.outages))


def _since(event: IncidentEvent) -> Seconds:
    return event.at if event.since is None else event.since


def _latest_title(events: Sequence[IncidentEvent]) -> Words:
    title: dict[str, str] = {}
    for event in events:
        title |= event.title
    return title


def _published_at(events: Sequence[IncidentEvent]) -> Seconds | None:
    shown = (
        event.entered_at
        for event in events
        if event.action is Action.PUBLISH or (event.action is Action.OPEN and event.public)
    )
    return next(shown, None)


def _next_update(events: Sequence[IncidentEvent]) -> Seconds | None:
    """As the last word said it: an update that promises nothing takes the promise back."""
    spoken = [event for event in events if event.action in _SAYING]
    return spoken[-1].next_update


def _postmortem(event: IncidentEvent) -> Postmortem:
    return Postmortem(event.text, event.entered_at, event.actor, event.entered_at if event.public else None)


def outages_of(incidents: Iterable[Incident]) -> dict[OutageRef, str]:
    """Which incident each linked outage belongs to; one that was merged away gives way to the other."""
    found: dict[OutageRef, str] = {}
    for incident in incidents:
        if not incident.merged_into:
            found |= dict.fromkeys(incident.outages, incident.id)
    return found

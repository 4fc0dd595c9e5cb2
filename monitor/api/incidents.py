"""Incidents: opened, updated, resolved and explained by programs, such as chat bots and pipelines."""

from typing import Any

from monitor.api.bodies import Sent
from monitor.api.incident_answers import IncidentSeen
from monitor.api.incident_bodies import (
    IncidentEdit,
    IncidentUpdate,
    Merge,
    NewIncident,
    NewPostmortem,
    Publication,
    Resolution,
    words,
)
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.problems import Mistake, Problem
from monitor.api.queries import Everything
from monitor.api.reading import mistaken
from monitor.core.incident import Action, Impact, Incident, IncidentEvent, Phase, new_id
from monitor.core.incident_fold import extend
from monitor.core.postmortem import read
from monitor.reader.asking import NotThere
from monitor.reader.incidents import measured_outages
from monitor.reader.telling import (
    Asked,
    measured_now,
    merging,
    names_of,
    opening,
    publication,
    rank_of,
    repeated,
    telling,
    update,
)
from monitor.reports import incident_words
from monitor.settings.wording import near
from monitor.storage.store import Store


def _all(desk: Desk, call: Call) -> Answer:
    known, everything = desk.store.incidents.all().values(), call.asked(Everything).all
    found = [item for item in known if everything or item.open or incident_words.due(desk.settings, item, desk.now)]
    return Answer([_document(desk, item) for item in sorted(found, key=lambda item: (-item.started, item.id))])


def _one(desk: Desk, call: Call) -> Answer:
    return Answer(_document(desk, _found(desk, call.path["id"])))


def _open(desk: Desk, call: Call) -> Change:
    body = call.said(NewIncident)
    asked = _asked(desk, body)
    measured = measured_now(desk.store, asked.impacts)
    event = _made(
        lambda: opening(desk.settings, asked, measured, now=desk.now, actor=call.actor, public=not body.draft)
    )
    known = desk.store.incidents.all()
    id_ = new_id([dict(event.title), call.actor, desk.now], known)
    _follows(id_, (), event)

    def write(store: Store) -> tuple[Incident, bool]:
        there = repeated(store.incidents.all().values(), event)
        if there is not None:
            return there, True
        return store.incidents.append((id_, event), tell=telling(desk.settings, quiet=body.quiet))[-1], False

    def then(written: tuple[Incident, bool]) -> Answer:
        incident, again = written
        return Answer(_document(desk, incident), location=f"/incidents/{incident.id}", again=again)

    return Change(write, then)


def _update(desk: Desk, call: Call) -> Change:
    before, body = _found(desk, call.path["id"]), call.said(IncidentUpdate)
    asked = _asked(desk, body)
    event = _made(lambda: update(desk.settings, before, asked, now=desk.now, actor=call.actor))
    return _written(desk, before, event, quiet=body.quiet)


def _resolve(desk: Desk, call: Call) -> Change:
    before, body = _found(desk, call.path["id"]), call.said(Resolution)
    template = None if body.text is not None else "resolved"
    asked = Asked(text=words(body.text), template=template, phase=Phase.RESOLVED, at=body.at)
    event = _made(lambda: update(desk.settings, before, asked, now=desk.now, actor=call.actor))
    return _written(desk, before, event, quiet=body.quiet)


def _publish(desk: Desk, call: Call) -> Change:
    before, body = _found(desk, call.path["id"]), call.said(Publication)
    asked = Asked(next_update=body.next_update)
    event = publication(desk.settings, before, asked, now=desk.now, actor=call.actor)
    return _written(desk, before, event, quiet=body.quiet)


def _edit(desk: Desk, call: Call) -> Change:
    before, body = _found(desk, call.path["id"]), call.said(IncidentEdit)
    event = IncidentEvent(
        desk.now,
        call.actor,
        Action.EDIT,
        desk.now,
        since=body.since,
        title=words(body.title),
        text=words(body.text),
        severity=_rank(desk, body.severity),
        number=body.update,
    )
    return _written(desk, before, event, again=body.notify)


def _merge(desk: Desk, call: Call) -> Change:
    gone, kept = _found(desk, call.path["id"]), _found(desk, call.said(Merge).into)
    try:
        events = merging(gone, kept, now=desk.now, actor=call.actor)
    except ValueError as error:
        raise Problem(409, str(error)) from None
    return Change(
        lambda store: store.incidents.append(*events)[-1],
        lambda kept: Answer(_document(desk, kept)),
    )


def _postmortem(desk: Desk, call: Call) -> Change:
    before, body = _found(desk, call.path["id"]), call.said(NewPostmortem)
    written = words(body.text)
    missing = [sentence for text in written.values() for sentence in read(text).wrong]
    if body.publish and missing:
        raise mistaken([Mistake(pointer="#/text", detail=sentence) for sentence in missing])
    event = IncidentEvent(desk.now, call.actor, Action.POSTMORTEM, desk.now, text=written, public=body.publish)
    return _written(desk, before, event)


def _written(desk: Desk, before: Incident, event: IncidentEvent, *, quiet: bool = False, again: bool = False) -> Change:
    """The change that adds one event. One that was sent again, in the same words by the same holder, adds nothing."""
    if repeated([before], event) is not None and event.action is Action.UPDATE:
        return Change(lambda _store: before, lambda there: Answer(_document(desk, there)))
    _follows(before.id, before.events, event)
    tell = telling(desk.settings, again=again, quiet=quiet)

    def write(store: Store) -> Incident:
        return store.incidents.append((before.id, event), tell=tell)[-1]

    return Change(write, lambda after: Answer(_document(desk, after)))


def _follows(id_: str, before: Any, event: IncidentEvent) -> None:
    """Raises Problem with the sentence of `core.incident_fold` where the event does not follow from what stands."""
    try:
        extend(id_, before, event)
    except ValueError as error:
        raise Problem(409, str(error)) from None


def _asked(desk: Desk, body: NewIncident | IncidentUpdate) -> Asked:
    said: dict[str, Any] = {name: getattr(body, name) for name in ("template", "at", "next_update")}
    if isinstance(body, NewIncident):
        said |= {"title": words(body.title), "since": body.since}
    return Asked(
        text=words(body.text),
        phase=None if body.phase is None else Phase(body.phase),
        severity=_rank(desk, body.severity),
        impacts={name: None if impact is None else Impact(impact) for name, impact in body.impacts.items()},
        **said,
    )


def _rank(desk: Desk, written: str | None) -> int | None:
    try:
        return None if written is None else rank_of(desk.settings, written)
    except ValueError as error:
        raise mistaken([Mistake(pointer="#/severity", detail=str(error))]) from None


def _made(make: Any) -> IncidentEvent:
    """The event; a template that is not there is a mistake of the body."""
    try:
        event: IncidentEvent = make()
    except ValueError as error:
        raise mistaken([Mistake(pointer="#/template", detail=str(error))]) from None
    return event


def _document(desk: Desk, incident: Incident) -> dict[str, object]:
    measured = measured_outages(
        desk.store, names_of(desk.settings), incident, (desk.facts.components(), desk.facts.by_component())
    )
    return incident_words.document(desk.settings, incident, measured, desk.now)


def _found(desk: Desk, id_: str) -> Incident:
    known = desk.store.incidents.all()
    if id_ not in known:
        raise NotThere(f"there is no incident {id_}; {near(id_, list(known))}")
    return known[id_]


def _post(path: str, name: str, summary: str, handle: Any, body: type[Sent], status: int = 200) -> Operation:
    return Operation("POST", path, name, "incident", summary, IncidentSeen, handle, status=status, body=body)


_PATH = "/incidents"
_ONE = f"{_PATH}/{{id}}"

OPERATIONS = (
    Operation(
        "GET",
        _PATH,
        "incidents",
        "read",
        "What is open, drafts too, and whose post-mortem is due",
        IncidentSeen,
        _all,
        many=True,
        query=Everything,
    ),
    Operation("GET", _ONE, "incident", "read", "One incident with all that was said", IncidentSeen, _one),
    _post(_PATH, "open_incident", "Tell customers that something is wrong, or keep a draft", _open, NewIncident, 201),
    _post(f"{_ONE}/updates", "update_incident", "Say more", _update, IncidentUpdate),
    _post(f"{_ONE}/resolve", "resolve_incident", "Say that it is over", _resolve, Resolution),
    _post(f"{_ONE}/publish", "publish_incident", "Show a draft to customers", _publish, Publication),
    _post(f"{_ONE}/edit", "edit_incident", "Change what was said; what stood before is kept", _edit, IncidentEdit),
    _post(f"{_ONE}/merge", "merge_incident", "Put it into another one, which is answered", _merge, Merge),
    _post(f"{_ONE}/postmortem", "write_postmortem", "Keep or publish its post-mortem", _postmortem, NewPostmortem),
)

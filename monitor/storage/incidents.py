"""Incidents: append-only events, each with its entry in the ledger and its public message in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from monitor.core.alert import Message
from monitor.core.incident import Action, Impact, Incident, IncidentEvent, OutageRef, Phase, renamed
from monitor.core.incident_fold import extend, standing
from monitor.storage import ledger, renamings
from monitor.storage.incident_table import IncidentRow
from monitor.storage.notices import Transaction
from monitor.storage.outbox import publish

ENTERED = "incident"
"""The kind of its ledger entry."""


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """What subscribers are to be told, once for each `event` (`incident:7k3m9q/update/2`), by language."""

    event: str
    messages: Mapping[str, Message]


Tell: TypeAlias = Callable[[Incident], PublicMessage | None]
"""From an incident as it stands to what its newest event tells the public."""


class Incidents:
    """Appends and reads incidents. The rules are those of `core.incident_fold`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: tuple[int, Mapping[str, Incident], Mapping[str, str]] = (0, {}, {})

    def append(self, *events: tuple[str, IncidentEvent], tell: Tell = lambda _incident: None) -> list[Incident]:
        """Adds events, each to the incident of that id, all or none, and owes what the last one is to tell the public.

        Gives what each incident says then. Raises ValueError where one does not follow.
        """
        with self._transaction() as connection:
            # The ledger's lock comes first everywhere, and makes writers of one incident wait for one another.
            ledger.hold(connection)
            found = [_append(connection, id_, event) for id_, event in events]
            public = tell(found[-1])
            if public is not None:
                publish(connection, public.event, public.messages, found[-1].events[-1].entered_at)
            ledger.bump(connection, "facts")
            return found

    def all(self) -> dict[str, Incident]:
        """Every incident by its id, in the order in which they were opened. Events never change, so each is read
        once."""
        with self._transaction() as connection:
            names = renamings.current(connection)
            last, known = self._known[:2] if self._known[2] == names else (0, {})
            query = select(IncidentRow).where(col(IncidentRow.no) > last).order_by(col(IncidentRow.no))
            rows = connection.execute(query).all()
        if rows:
            news: dict[str, list[IncidentEvent]] = {}
            for row in rows:
                news.setdefault(row.incident, []).append(renamed(_event(row), names))
            found = dict(known)
            for id_, events in news.items():
                earlier = known[id_].events if id_ in known else ()
                found[id_] = standing(id_, [*earlier, *events])
            known = found
            # Two readers may find the same news: each sets a whole tuple, so nothing is lost or doubled.
            self._known = (rows[-1].no, known, names)
        return dict(known)

    def entries(self) -> list[tuple[str, IncidentEvent]]:
        """Every event ever, in order, with the id of its incident: components as they were called then."""
        with self._transaction() as connection:
            query = select(IncidentRow).order_by(col(IncidentRow.no))
            return [(row.incident, _event(row)) for row in connection.execute(query)]


def entered(id_: str, event: IncidentEvent) -> dict[str, Any]:
    """What the ledger says of an event, beside its actor."""
    said = {"incident": id_, "action": event.action.value, "at": event.at, "entered_at": event.entered_at}
    return {**said, **_body(event)}


def _append(connection: Connection, id_: str, event: IncidentEvent) -> Incident:
    query = select(IncidentRow).where(col(IncidentRow.incident) == id_).order_by(col(IncidentRow.number))
    before = [_event(row) for row in connection.execute(query)]
    after = extend(id_, before, event)
    connection.execute(
        insert(IncidentRow).values(
            incident=id_,
            number=len(before) + 1,
            action=event.action.value,
            at=event.at,
            entered_at=event.entered_at,
            actor=event.actor,
            body=_body(event),
        )
    )
    ledger.append(connection, at=event.entered_at, actor=event.actor, kind=ENTERED, payload=entered(id_, event))
    return after


def _body(event: IncidentEvent) -> dict[str, Any]:
    """What an event says beyond who, when and what; nothing that is empty."""
    body: dict[str, Any] = {
        "since": event.since,
        "title": dict(event.title),
        "text": dict(event.text),
        "phase": None if event.phase is None else event.phase.value,
        "severity": event.severity,
        "impacts": {name: impact.value for name, impact in event.impacts.items()},
        "outages": [[ref.component, ref.start] for ref in event.outages],
        "next_update": event.next_update,
        "public": event.public,
        "update": event.number,
        "other": event.other,
    }
    return {name: value for name, value in body.items() if value not in (None, "", {}, [], False)}


def _event(row: Any) -> IncidentEvent:
    body = row.body
    return IncidentEvent(
        entered_at=row.entered_at,
        actor=row.actor,
        action=Action(row.action),
        at=row.at,
        since=body.get("since"),
        title=body.get("title", {}),
        text=body.get("text", {}),
        phase=Phase(body["phase"]) if "phase" in body else None,
        severity=body.get("severity"),
        impacts={name: Impact(impact) for name, impact in body.get("impacts", {}).items()},
        outages=tuple(OutageRef(component, start) for component, start in body.get("outages", ())),
        next_update=body.get("next_update"),
        public=body.get("public", False),
        number=body.get("update"),
        other=body.get("other", ""),
    )

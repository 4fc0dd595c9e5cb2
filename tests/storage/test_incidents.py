"""Incidents on each database: append-only, all or nothing, each step in the ledger."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from monitor.core.alert import Message
from monitor.core.attest import Fact, unattested
from monitor.core.incident import Action, Impact, IncidentEvent, OutageRef, Phase
from monitor.core.ledger import first_break
from monitor.core.model import Span
from monitor.storage.incident_table import IncidentRow
from monitor.storage.incidents import ENTERED, PublicMessage, entered
from monitor.storage.renaming_table import RenamingRow
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UP, World, slots

OPENED = IncidentEvent(
    entered_at=T0 + 180,
    actor="budi",
    action=Action.OPEN,
    at=T0 + 120,
    since=T0,
    title={"en": "Slow page loads", "id": "Halaman lambat"},
    text={"en": "Pages take up to 8 s."},
    phase=Phase.IDENTIFIED,
    severity=2,
    impacts={"web": Impact.DEGRADED},
    outages=(OutageRef("web", T0),),
    next_update=T0 + 3600,
    public=True,
)
RESOLVED = IncidentEvent(T0 + 900, "sari", Action.UPDATE, T0 + 900, text={"en": "Over."}, phase=Phase.RESOLVED)
SAID = PublicMessage("incident:a2b3c4/update/1", {"en": Message("warning", "Slow page loads", "Pages take up to 8 s.")})


def test_an_event_is_read_back_as_it_was_written(store: Store) -> None:
    events = [
        OPENED,
        IncidentEvent(T0 + 300, "budi", Action.EDIT, T0 + 300, text={"en": "9 s."}, number=1),
        RESOLVED,
        IncidentEvent(T0 + 950, "budi", Action.POSTMORTEM, T0 + 950, text={"en": "Why."}, public=True),
    ]
    for event in events:
        store.incidents.append(("a2b3c4", event))
    assert store.incidents.all()["a2b3c4"].events == tuple(events)
    assert Store(store.engine).incidents.all() == store.incidents.all()


def test_each_event_is_in_the_ledger_with_who_said_it(store: Store) -> None:
    before = store.facts_version()
    store.incidents.append(("a2b3c4", OPENED))
    store.incidents.append(("a2b3c4", RESOLVED))
    entries = store.ledger()
    assert [(entry.kind, entry.actor, entry.payload["action"]) for entry in entries] == [
        ("incident", "budi", "open"),
        ("incident", "sari", "update"),
    ]
    assert entries[0].payload["title"] == {"en": "Slow page loads", "id": "Halaman lambat"}
    assert first_break(entries) is None
    assert store.facts_version() == before + 2


def test_a_public_message_is_owed_with_the_event_or_not_at_all(store: Store) -> None:
    store.incidents.append(("a2b3c4", OPENED), tell=lambda _: SAID)
    assert [(row.event, row.message.title) for row in store.outbox.public()] == [(SAID.event, "Slow page loads")]
    with pytest.raises(ValueError, match="open already"):
        store.incidents.append(("a2b3c4", OPENED), tell=lambda _: replace(SAID, event="other"))
    assert len(store.outbox.public()) == 1
    assert len(store.ledger()) == 1


def test_events_of_two_incidents_are_written_together_or_not_at_all(store: Store) -> None:
    store.incidents.append(("a2b3c4", OPENED))
    merged = IncidentEvent(T0 + 500, "budi", Action.MERGE, T0 + 500, other="zzz999")
    taken = IncidentEvent(T0 + 500, "budi", Action.ABSORB, T0 + 500, other="a2b3c4")
    with pytest.raises(ValueError, match="begins with its opening"):
        store.incidents.append(("a2b3c4", merged), ("zzz999", taken))
    assert store.incidents.all()["a2b3c4"].merged_into == ""


def test_of_two_who_resolve_at_once_one_is_refused(store: Store) -> None:
    store.incidents.append(("a2b3c4", OPENED))

    def resolve(actor: str) -> str:
        try:
            store.incidents.append(("a2b3c4", replace(RESOLVED, actor=actor)))
        except ValueError as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(resolve, ["budi", "sari"]))
    assert answers[0] == "done"
    assert "resolved already" in answers[1]


def test_an_incident_of_a_component_that_was_renamed_is_one_of_the_component(store: Store) -> None:
    store.incidents.append(("a2b3c4", OPENED))
    assert store.incidents.all()["a2b3c4"].components == ("web",)
    with store.transaction() as connection:
        connection.execute(insert(RenamingRow).values(was="web", id="dashboard", at=T0 + 500, actor="budi"))
    found = store.incidents.all()["a2b3c4"]
    assert (found.components, found.outages) == (("dashboard",), (OutageRef("dashboard", T0),))


def test_the_last_span_of_each_component_is_how_it_is_now(world: World) -> None:
    assert world.store.newest_spans() == {}
    world.live(slots(UP, UP, DOWN, DOWN))
    assert world.store.newest_spans() == {"api": Span(DOWN, T0 + 120, T0 + 240)}


def test_an_event_that_was_changed_behind_the_ledgers_back_is_named(store: Store) -> None:
    store.incidents.append(("a2b3c4", OPENED))

    def wrong() -> list[str]:
        facts = [Fact(ENTERED, entered(id_, event), event.actor) for id_, event in store.incidents.entries()]
        return list(unattested(facts, store.ledger()))

    assert wrong() == []
    with store.transaction() as connection:
        connection.execute(update(IncidentRow).values(actor="sari"))
    assert wrong() == ["incident a2b3c4: actor is sari and was budi in ledger entry 1"]

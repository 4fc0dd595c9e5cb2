"""A pause is entered in the ledger, begins where nothing is settled, and leaves unknown time and silent alerts."""

from dataclasses import replace

import pytest

from monitor.core.alert import On, Rule
from monitor.core.ledger import first_break
from monitor.core.pause import Pause
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UNKNOWN, UP, World, component, slots
from tests.storage.test_alerting import FIRED, RECOVERED, Alerted, owed, plan
from tests.storage.test_recomputing import load, recomputed


def pause(start: int, until: int) -> Pause:
    return Pause("", "api", T0 + start, T0 + until, "moved to another rack", "budi")


@pytest.fixture
def paused(store: Store) -> World:
    """Two slots up, then paused from the third second of slot 2 on, up to slot 10."""
    world = Alerted(store, plan(Rule(On.DOWN, channels=("ops",)), Rule(On.UNKNOWN, channels=("ops",))))
    load(world, component())
    world.live(slots(UP, UP))
    world.store.pauses.append(pause(123, 600))
    return world


def test_a_pause_is_numbered_entered_and_read_back(paused: World) -> None:
    stored = replace(pause(123, 600), id="pause-1")
    assert paused.store.pauses.all() == [stored]
    ended = paused.store.pauses.resume("api", now=T0 + 300, actor="sari")
    assert ended == replace(stored, resumed_at=T0 + 300, resumed_by="sari")
    assert paused.store.pauses.by_component() == {"api": [ended]}
    entries = paused.store.ledger()[-2:]
    assert [(entry.kind, entry.actor, entry.at - T0) for entry in entries] == [
        ("component paused", "budi", 123),
        ("component resumed", "sari", 300),
    ]
    assert entries[0].payload["reason"] == "moved to another rack"
    assert first_break(paused.store.ledger()) is None


def test_paused_time_is_unknown_and_the_watermark_goes_on(paused: World) -> None:
    for at in range(180, 601, 60):
        paused.step(at + 5)
    assert paused.timeline() == [(UP, 0, 120), (UNKNOWN, 120, 600)]
    assert paused.watermark() == 600
    paused.live(slots(UP, UP, start=600))
    assert paused.timeline() == [(UP, 0, 120), (UNKNOWN, 120, 600), (UP, 600, 720)]
    assert owed(paused) == []


def test_what_was_settled_before_a_pause_stays(paused: World, store: Store) -> None:
    paused.accept(*slots(UP, start=120))
    paused.step(140)  # slot 2 was probed before it was paused: it is up until then
    paused.step(190)
    assert paused.timeline() == [(UP, 0, 123), (UNKNOWN, 123, 180)]
    # All of slot 10 is known already when somebody pauses in its middle.
    paused.live(slots(UP, start=600))
    assert store.pauses.append(pause(630, 900)).start == T0 + 660


def test_results_of_paused_slots_do_not_count(paused: World) -> None:
    paused.live(slots(DOWN, DOWN, start=180))
    paused.step(605)
    assert paused.timeline() == [(UP, 0, 120), (UNKNOWN, 120, 600)]
    assert owed(paused) == []
    assert recomputed(paused.store).wrong == ()


def test_an_outage_that_a_pause_interrupts_is_neither_repeated_nor_recovered_by_it(store: Store) -> None:
    world = Alerted(
        store, plan(replace(Rule(On.DOWN, channels=("ops",)), remind=60), Rule(On.UNKNOWN, channels=("ops",)))
    )
    load(world, component(bridge=0))
    world.live(slots(UP, DOWN))
    store.pauses.append(pause(120, 900))
    for at in range(180, 841, 60):
        world.step(at + 5)
    assert owed(world) == [FIRED]
    world.live(slots(DOWN, UP, start=900))
    assert [title for event, _, title in owed(world) if "reminder" not in event] == [FIRED[2], RECOVERED[2]]


def test_a_pause_that_is_ended_is_probed_from_the_next_slot_on(paused: World) -> None:
    paused.step(245)
    paused.store.pauses.resume("api", now=T0 + 250, actor="sari")
    planned = [(item.terms.start - T0, item.terms.end) for item in paused.store.planned(T0 + 250)]
    assert planned == [(0, None)]
    paused.live(slots(UP, start=300))
    assert paused.timeline() == [(UP, 0, 120), (UNKNOWN, 120, 300), (UP, 300, 360)]
    assert recomputed(paused.store).wrong == ()
    assert owed(paused) == []


def test_what_is_paused_is_not_planned(paused: World) -> None:
    planned = paused.store.planned(T0 + 130)
    assert [(item.terms.start - T0, item.terms.end) for item in planned] == [(600, None)]


def test_a_pause_that_cannot_be_is_refused_with_the_reason(paused: World) -> None:
    pauses = paused.store.pauses
    for wanted, words in (
        (pause(200, 900), "api is paused already, pause-1; resume it first"),
        (replace(pause(200, 900), component="web"), "web is not known to the database yet"),
        (replace(pause(700, 900), reason=""), "say why"),
    ):
        with pytest.raises(ValueError, match=words):
            pauses.append(wanted)
    with pytest.raises(ValueError, match="web is not known"):
        pauses.resume("web", now=T0, actor="sari")
    with pytest.raises(ValueError, match="api is not paused"):
        pauses.resume("api", now=T0 + 600, actor="sari")
    assert pauses.append(pause(700, 900)).id == "pause-2"


def test_a_short_pause_between_two_downs_is_bridged_like_any_gap(store: Store) -> None:
    """Else a pause would take downtime out of the books."""
    world = World(store)
    load(world, component())
    world.live(slots(UP, DOWN))
    store.pauses.append(pause(120, 300))
    for at in (185, 245, 305):
        world.step(at)
    world.live(slots(DOWN, UP, start=300))
    assert world.timeline() == [(UP, 0, 60), (DOWN, 60, 120), (DOWN, 120, 300), (DOWN, 300, 360), (UP, 360, 420)]
    assert world.inferred() == [(120, 300)]
    assert recomputed(world.store).wrong == ()

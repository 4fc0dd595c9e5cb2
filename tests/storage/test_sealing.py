"""Days are sealed in small steps; what was reported reads the same before, during and after, and nothing is lost."""

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import text

from monitor.core.archive import DAY
from monitor.core.model import Result, State
from monitor.storage.store import Store
from tests.storage.builders import CHANGED, DOWN, T0, UP, World, check, component, seen, slots

YEARS = 730 * DAY
SEALABLE = DAY + 48 * 3600
"""Seconds after T0 from which the first day may be sealed."""


def kept_house(world: World, at: int, retention: int = YEARS) -> int:
    """Does all that is due; says in how many steps."""
    steps = 0
    while world.store.sealing.step(T0 + at, retention):
        steps += 1
        assert steps < 10_000
    return steps


def settled(world: World, days: int) -> None:
    """As if the components had been settled to the end of some days, without a judgement for each slot."""
    with world.store.transaction() as connection:
        connection.execute(text("update component set watermark = :mark"), {"mark": T0 + days * DAY})


def rows(store: Store, table: str) -> int:
    with store.transaction() as connection:
        return int(connection.execute(text(f"select count(*) from {table}")).scalar() or 0)


def entries(store: Store) -> list[tuple[str, object]]:
    return [(item.kind, item.payload.get("results")) for item in store.ledger() if item.kind.startswith("day ")]


def read(store: Store) -> list[Result]:
    return store.results("api", T0, T0 + 3 * DAY)


def test_a_day_is_sealed_48_hours_after_its_end_and_not_a_second_before(world: World) -> None:
    world.accept(*slots(UP, DOWN, UP))
    settled(world, 5)
    assert kept_house(world, SEALABLE - 1) == 0
    assert kept_house(world, SEALABLE) > 0
    assert entries(world.store) == [("day sealed", 3)]


def test_a_day_that_is_not_settled_yet_is_not_sealed(world: World) -> None:
    world.accept(*slots(UP))
    with world.store.transaction() as connection:
        connection.execute(text("update component set watermark = :mark"), {"mark": T0 + DAY - 1})
    assert kept_house(world, SEALABLE) == 0


def test_sealed_results_read_as_they_were_and_their_rows_are_gone(world: World) -> None:
    given = slots(UP, DOWN, UP, State.UNKNOWN, State.DEGRADED)
    world.accept(*given)
    settled(world, 5)
    kept_house(world, SEALABLE)
    assert rows(world.store, "result") == 0
    assert rows(world.store, "sealed_block") == 1
    assert read(world.store) == given


def test_the_days_that_are_still_young_stay_open(world: World) -> None:
    world.accept(seen(0), seen(DAY), seen(2 * DAY))
    settled(world, 5)
    kept_house(world, SEALABLE + DAY)
    assert rows(world.store, "result") == 1
    assert [item.slot - T0 for item in read(world.store)] == [0, DAY, 2 * DAY]


def test_reports_read_the_same_after_every_single_step(store: Store) -> None:
    world = World(store)
    checks = check(locations=("here", "there")), check("tls", every=300, critical=False)
    world.adopt(component(*checks), at=-300)
    chance = Random(3)  # noqa: S311 - a course of events, no secret
    outcomes = [UP, UP, DOWN, State.UNKNOWN]
    for minute in range(0, 1440, 7):
        for place in ("here", "there"):
            if chance.random() < 0.9:
                world.accept(seen(60 * minute, chance.choice(outcomes), location=place))
    world.accept(*(seen(300 * number, chance.choice(outcomes), check="tls") for number in range(200)))
    settled(world, 5)
    before = store.reports(T0, T0 + DAY)
    while store.sealing.step(T0 + SEALABLE, YEARS):
        assert store.reports(T0, T0 + DAY) == before
    assert rows(store, "result") == 0
    assert store.damaged() == []


def test_a_kill_between_two_steps_leaves_a_stage_to_go_on_from(store: Store) -> None:
    world = World(store)
    world.adopt(component(check(locations=("a", "b", "c"))), at=-60)
    given = [seen(60 * number, location=place) for number in range(50) for place in ("a", "b", "c")]
    world.accept(*given)
    settled(world, 5)
    steps = 0
    while Store(store.engine).sealing.step(T0 + SEALABLE, YEARS):
        steps += 1
    assert steps > 4
    assert entries(store) == [("day sealed", 150)]
    assert len(read(store)) == 150


def test_a_late_result_waits_beside_its_sealed_day_and_counts_at_once(world: World) -> None:
    world.accept(*slots(UP, UP))
    settled(world, 5)
    kept_house(world, SEALABLE)
    world.accept(seen(120, DOWN))
    assert rows(world.store, "result") == 0
    assert world.store.reports(T0, T0 + DAY)["api"]["http"][T0 + 120]["here"][0] is DOWN
    assert [item.outcome for item in read(world.store)] == [UP, UP, DOWN]


def test_late_results_are_sealed_with_their_day_and_entered_once_more(world: World) -> None:
    world.accept(*slots(UP, UP))
    settled(world, 5)
    kept_house(world, SEALABLE)
    world.accept(seen(120, DOWN))
    world.accept(seen(180, DOWN))
    kept_house(world, SEALABLE + 3600)
    assert rows(world.store, "late_result") == 0
    assert [item.outcome for item in read(world.store)] == [UP, UP, DOWN, DOWN]
    assert entries(world.store) == [("day sealed", 2), ("day resealed", 4)]
    assert world.store.damaged() == []


@pytest.mark.parametrize(("started", "counts"), [(999, DOWN), (1_001, UP)])
def test_of_a_sealed_and_a_late_result_for_one_slot_the_earlier_start_counts(
    world: World, started: int, counts: State
) -> None:
    world.accept(seen(0, UP, started=1_000))
    settled(world, 5)
    kept_house(world, SEALABLE)
    world.accept(seen(0, DOWN, started=started))
    assert world.store.reports(T0, T0 + DAY)["api"]["http"][T0]["here"][0] is counts
    kept_house(world, SEALABLE + 3600)
    assert [item.outcome for item in read(world.store)] == [counts]


def test_a_result_probed_on_another_grid_is_kept_too(world: World) -> None:
    odd = replace(seen(90), slot=T0 + 90)
    world.accept(seen(0), odd)
    settled(world, 5)
    kept_house(world, SEALABLE)
    assert [item.slot - T0 for item in read(world.store)] == [0, 90]
    kept_house(world, SEALABLE + 3600)
    assert [item.slot - T0 for item in read(world.store)] == [0, 90]
    assert rows(world.store, "result") == rows(world.store, "late_result") == 0


def test_results_of_a_check_that_was_changed_that_day_are_kept_with_their_definitions(world: World) -> None:
    world.adopt(component(check(definition=CHANGED, every=30)), at=DAY // 2)
    given = [seen(0), seen(DAY // 2 + 60, definition=CHANGED), seen(DAY // 2 + 90, definition=CHANGED)]
    world.accept(*given)
    settled(world, 5)
    kept_house(world, SEALABLE)
    assert read(world.store) == given


def test_sealed_days_go_when_their_retention_is_over_and_the_ledger_keeps_what_they_were(world: World) -> None:
    world.accept(*slots(UP, UP))
    settled(world, 20)
    kept_house(world, SEALABLE)
    kept_house(world, 11 * DAY - 1, retention=10 * DAY)
    assert rows(world.store, "sealed_block") == 1
    kept_house(world, 11 * DAY, retention=10 * DAY)
    assert rows(world.store, "sealed_block") == 0
    assert entries(world.store) == [("day sealed", 2), ("day removed", 2)]
    assert world.store.damaged() == []


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        ("update sealed_block set block = :other", "the sealed results of api/http from here on 2026-01-01"),
        ("update sealed_block set digest = 'x'", "the sealed results of api/http from here on 2026-01-01"),
        ("delete from sealed_block", "the sealed day 2026-01-01 is not the one that the ledger tells of"),
        ("delete from sealed_day", "the sealed day 2026-01-01 is gone, and ledger entry"),
    ],
)
def test_a_sealed_day_that_was_tampered_with_is_named(world: World, tamper: str, says: str) -> None:
    world.accept(*slots(UP, DOWN))
    settled(world, 5)
    kept_house(world, SEALABLE)
    assert world.store.damaged() == []
    with world.store.transaction() as connection:
        connection.execute(text(tamper), {"other": b"no block"} if ":other" in tamper else {})
    assert says in " ".join(world.store.damaged())


def test_a_result_of_a_removed_day_is_refused_with_the_reason(world: World) -> None:
    world.accept(*slots(UP, UP))
    settled(world, 20)
    kept_house(world, SEALABLE)
    kept_house(world, 11 * DAY, retention=10 * DAY)
    assert world.store.results_from() == T0 + DAY
    assert [item.reason for item in world.accept(seen(120, DOWN))] == ["its retention is over"]
    assert read(world.store) == []

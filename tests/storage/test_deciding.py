"""Alerts act on what is decided; books wait for what is settled."""

from dataclasses import replace

import pytest

from monitor.core.alert import On, Rule
from monitor.core.model import State
from monitor.storage.store import Store
from tests.storage.builders import DOWN, UP, check, component, seen
from tests.storage.test_alerting import FIRED, RECOVERED, Alerted, owed, plan

THREE = ("a", "b", "c")


@pytest.fixture
def world(store: Store) -> Alerted:
    """Three agents see one check, and are waited for 15 s."""
    found = Alerted(store, plan())
    found.judge.replan(plan(), frozenset(THREE))
    found.adopt(component(check(locations=THREE)))
    return found


def report(world: Alerted, slot: int, at: int, **states: State) -> None:
    world.accept(*(seen(slot, state, location=name) for name, state in states.items()))
    world.step(at)


def test_two_of_three_wake_somebody_before_the_third_is_given_up(world: Alerted) -> None:
    report(world, 0, 20, a=UP, b=UP, c=UP)
    report(world, 60, 80, a=DOWN)
    assert owed(world) == []
    report(world, 60, 81, b=DOWN)
    assert owed(world) == [FIRED]
    assert (world.watermark(), world.timeline()) == (60, [(UP, 0, 60)]), "the books have not moved"
    report(world, 120, 140, a=UP, b=UP)
    assert owed(world) == [FIRED, RECOVERED], "the slot before it is decided, and so is this one"


def test_a_recovery_that_is_decided_is_told_at_once_too(world: Alerted) -> None:
    report(world, 0, 20, a=DOWN, b=DOWN)
    report(world, 60, 80, a=UP, b=UP)
    assert owed(world) == [FIRED, RECOVERED]
    assert world.timeline() == [(DOWN, 0, 60)]
    world.step(135)
    assert world.timeline() == [(DOWN, 0, 60), (UP, 60, 120)]
    assert owed(world) == [FIRED, RECOVERED], "what is settled later says it no second time"


def test_a_restart_between_deciding_and_settling_says_nothing_twice(world: Alerted) -> None:
    for slot, state in ((0, UP), (60, DOWN), (120, UP), (180, UP)):
        report(world, slot, slot + 14, a=state, b=state)
        world.judge.forget()
        world.step(slot + 14)
    assert owed(world) == [FIRED, RECOVERED]
    world.step(600)
    assert owed(world) == [FIRED, RECOVERED]


def test_as_many_failed_slots_as_a_rule_asks_for_may_be_decided_ones(store: Store) -> None:
    rule = Rule(On.DOWN, after=2, channels=("ops",))
    world = Alerted(store, plan(rule))
    world.judge.replan(plan(rule), frozenset(THREE))
    world.adopt(component(check(locations=THREE)))
    report(world, 0, 10, a=DOWN, b=DOWN)
    assert owed(world) == []
    report(world, 60, 70, a=DOWN, b=DOWN)
    assert owed(world) == [FIRED]
    assert world.timeline() == []


def test_what_was_decided_and_turned_out_otherwise_is_taken_back(world: Alerted) -> None:
    report(world, 0, 20, a=UP, b=UP, c=UP)
    report(world, 60, 80, a=DOWN, b=DOWN)
    assert owed(world) == [FIRED]
    # Another attempt of the same slot, begun earlier, is the one that counts.
    world.accept(replace(seen(60, UP, location="b", started=500)), seen(60, UP, location="c"))
    world.step(90)
    assert world.timeline() == [(UP, 0, 120)]
    report(world, 120, 140, a=UP, b=UP)
    assert owed(world) == [FIRED, RECOVERED]


def test_while_all_is_up_nothing_is_looked_at_before_all_have_reported(world: Alerted) -> None:
    report(world, 0, 20, a=UP, b=UP, c=UP)
    world.accept(seen(60, UP, location="a"))
    assert world.step(80).changes == {}
    world.accept(seen(60, UP, location="b"))
    assert world.step(81).changes == {}
    world.accept(seen(60, UP, location="c"))
    assert set(world.step(82).changes) == {"api"}

from itertools import pairwise

import pytest

from monitor.core.timeline import Terms
from monitor.storage.store import Store
from tests.storage.builders import CHANGED, DOWN, T0, UNKNOWN, UP, World, check, component, seen, slots


def terms(store: Store, name: str = "api") -> list[tuple[str, int, int | None, int]]:
    """Every version: check, start, end (after T0) and every."""
    return [
        (item.check, item.start - T0, None if item.end is None else item.end - T0, item.every)
        for item in store.terms()[name]
    ]


def overlap(versions: list[Terms]) -> bool:
    ordered = sorted(versions, key=lambda item: item.start)
    return any(one.end is None or one.end > two.start for one, two in pairwise(ordered))


def test_the_first_terms_begin_with_the_next_slot(world: World) -> None:
    assert terms(world.store) == [("http", 0, None, 60)]
    assert world.store.components()["api"].since == T0


def test_the_same_settings_again_change_nothing(world: World) -> None:
    world.adopt(component(), at=30)
    world.adopt(component(), at=7_000)
    assert terms(world.store) == [("http", 0, None, 60)]
    assert [item.kind for item in world.store.ledger()] == ["settings loaded"]


def test_a_change_begins_with_the_next_slot_of_both_lengths(world: World) -> None:
    world.adopt(component(check(every=90)), at=10)
    assert terms(world.store) == [("http", 0, 180, 60), ("http", 180, None, 90)]


def test_a_change_does_not_rewrite_history(world: World) -> None:
    world.live(slots(UP, DOWN, UP))
    world.adopt(component(check(definition=CHANGED)), at=190)
    world.live([seen(180)])
    world.live([seen(240, DOWN, definition=CHANGED)])
    world.accept(seen(120, UP, location="here"))
    world.step(301)
    assert world.timeline() == [(UP, 0, 60), (DOWN, 60, 120), (UP, 120, 240), (DOWN, 240, 300)]
    assert world.revision() == 0


def test_results_by_the_old_definition_do_not_report_after_the_change(world: World) -> None:
    world.adopt(component(check(definition=CHANGED)), at=10)
    world.accept(seen(0), seen(60), seen(120, definition=CHANGED))
    world.step(185)
    assert world.timeline() == [(UP, 0, 60), (UNKNOWN, 60, 120), (UP, 120, 180)]


def test_results_by_the_new_definition_do_not_report_before_the_change(world: World) -> None:
    world.adopt(component(check(definition=CHANGED)), at=10)
    world.accept(seen(0, definition=CHANGED), seen(60, definition=CHANGED))
    world.step(120)
    assert world.timeline() == [(UNKNOWN, 0, 60), (UP, 60, 120)]


def test_a_location_with_another_definition_does_not_report(world: World) -> None:
    world.adopt(component(check(locations=("a", "b", "c"))))
    world.adopt(component(check(locations=("a", "b", "c"), definition=CHANGED)), at=10)
    world.accept(
        seen(60, DOWN, location="a", definition=CHANGED),
        seen(60, UP, location="b"),
        seen(60, UP, location="c"),
    )
    world.step(125)
    assert world.timeline() == [(UNKNOWN, 0, 120)]


def test_a_location_that_is_not_the_checks_own_does_not_report(world: World) -> None:
    world.accept(seen(0, DOWN, location="there"))
    world.step(65)
    assert world.timeline() == [(UNKNOWN, 0, 60)]


def test_a_change_that_is_taken_back_before_it_began_never_was(world: World) -> None:
    world.adopt(component(check(every=3_600)), at=10)
    world.adopt(component(), at=20)
    assert terms(world.store) == [("http", 0, None, 60)]


def test_a_change_of_a_change_that_has_not_begun_follows_what_is_in_force(world: World) -> None:
    world.adopt(component(check(every=3_600)), at=10)
    assert terms(world.store) == [("http", 0, 3_600, 60), ("http", 3_600, None, 3_600)]
    world.adopt(component(check(every=30)), at=20)
    assert terms(world.store) == [("http", 0, 60, 60), ("http", 60, None, 30)]


def test_first_terms_that_have_not_begun_can_be_changed(store: Store) -> None:
    world = World(store)
    world.adopt(component(check(every=3_600)), at=10)
    world.adopt(component(check(every=60)), at=20)
    assert terms(store) == [("http", 60, None, 60)]


@pytest.mark.parametrize("moments", [(10, 20, 30, 40), (10, 70, 75, 5_000), (10, 3_599, 3_600, 3_601)])
def test_terms_of_a_check_never_overlap(world: World, moments: tuple[int, ...]) -> None:
    for at, every in zip(moments, (3_600, 90, 7, 60), strict=True):
        world.adopt(component(check(every=every)), at=at)
        assert not overlap(world.store.terms()["api"])


def test_a_removed_check_is_judged_to_its_last_slot_and_then_forgotten(world: World) -> None:
    world.adopt(component(check(), check("tcp")))
    world.adopt(component(check()), at=30)
    world.accept(*slots(UP, UP), seen(0, DOWN, check="tcp"))
    world.step(120)
    assert world.timeline() == [(DOWN, 0, 60), (UP, 60, 120)]


def test_a_removed_component_is_settled_to_its_last_slot(world: World) -> None:
    world.live(slots(UP))
    world.adopt(component(check(component="web")), at=70)
    assert terms(world.store) == [("http", 0, 120, 60)]
    world.step(125)
    assert world.timeline() == [(UP, 0, 60), (UNKNOWN, 60, 120)]
    world.accept(seen(60, DOWN))
    world.step(500)
    assert world.timeline() == [(UP, 0, 60), (DOWN, 60, 120)]
    assert world.watermark() == 120


def test_a_removed_component_that_comes_back_was_unknown_between(world: World) -> None:
    world.live(slots(UP))
    world.adopt(component(check(component="web")), at=70)
    world.step(3_000)
    world.adopt(component(), at=3_550)
    world.live(slots(UP, start=3_600))
    assert world.timeline() == [(UP, 0, 60), (UNKNOWN, 60, 3_600), (UP, 3_600, 3_660)]
    assert world.store.components()["api"].since == T0


def test_a_component_that_is_taken_back_before_its_end_goes_on(world: World) -> None:
    world.adopt(component(check(component="web")), at=10)
    world.adopt(component(), component(check(component="web")), at=20)
    assert terms(world.store) == [("http", 0, None, 60)]


def test_what_is_to_be_probed_holds_what_begins_later_and_not_what_has_ended(world: World) -> None:
    world.adopt(component(check(definition=CHANGED)), at=10)
    before, after = world.store.planned(T0 + 20), world.store.planned(T0 + 60)
    assert [item.terms.start - T0 for item in before] == [0, 60]
    assert [item.terms.start - T0 for item in after] == [60]
    assert [*world.store.definitions({after[0].terms.definition}).values()] == [CHANGED]


def test_every_version_of_the_settings_is_in_the_ledger(world: World) -> None:
    world.adopt(component(check(definition=CHANGED)), at=10)
    world.adopt(component(), at=20)
    entries = world.store.ledger()
    assert [(item.kind, item.actor, item.at - T0) for item in entries] == [
        ("settings loaded", "test", -1),
        ("settings loaded", "test", 10),
        ("settings loaded", "test", 20),
    ]
    assert len({item.payload["digest"] for item in entries}) == 2

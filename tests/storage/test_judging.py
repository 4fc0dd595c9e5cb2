import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from monitor.core.alert import Plan
from monitor.storage.judging import Judge
from monitor.storage.store import Store
from monitor.storage.tables import Inbox
from tests.storage.builders import (
    CHANGED,
    DEGRADED,
    DOWN,
    T0,
    UNKNOWN,
    UP,
    World,
    check,
    component,
    merged,
    seen,
    slots,
)

THREE = ("a", "b", "c")


def test_accepted_results_become_spans_when_they_are_judged(world: World) -> None:
    world.accept(*slots(UP, UP, DOWN, UP))
    assert world.timeline() == []
    world.step(180)
    assert world.timeline() == [(UP, 0, 120), (DOWN, 120, 180), (UP, 180, 240)]
    assert world.watermark() == 240


def test_slot_by_slot_gives_the_same_spans_as_all_at_once(world: World) -> None:
    world.live(slots(UP, UP, DOWN, DOWN, DEGRADED, UP))
    assert world.timeline() == [(UP, 0, 120), (DOWN, 120, 240), (DEGRADED, 240, 300), (UP, 300, 360)]
    assert world.revision() == 0


def test_judging_twice_gives_the_same_rows(world: World) -> None:
    world.accept(*slots(UP, DOWN, UP))
    world.step(180)
    before = world.spans()
    world.step(180)
    world.judge.forget()
    world.step(180)
    assert world.spans() == before
    assert world.revision() == 0


def test_a_kill_between_accepting_and_judging_loses_nothing(world: World, store_url: str) -> None:
    world.live(slots(UP, UP))
    world.accept(*slots(DOWN, UP, start=120))
    again, _ = Store.open(store_url)
    try:
        again.judge(Judge(Plan()), T0 + 240)
    finally:
        again.close()
    assert world.timeline() == [(UP, 0, 120), (DOWN, 120, 180), (UP, 180, 240)]


def test_a_step_that_fails_is_done_again_as_if_it_never_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.live(slots(UP))
    world.accept(*slots(DOWN, UP, start=60))
    with monkeypatch.context() as broken:
        broken.setattr("monitor.storage.inbox.delete", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.step(180)
    assert world.timeline() == [(UP, 0, 60)]
    world.step(180)
    assert world.timeline() == [(UP, 0, 60), (DOWN, 60, 120), (UP, 120, 180)]
    assert world.revision() == 0


def test_a_slot_waits_for_its_grace_and_is_then_unknown(world: World) -> None:
    world.live(slots(UP))
    world.step(124)
    assert world.timeline() == [(UP, 0, 60)]
    world.step(125)
    assert world.timeline() == [(UP, 0, 60), (UNKNOWN, 60, 120)]


def test_the_gap_of_a_restart_is_unknown_at_once(world: World, store_url: str) -> None:
    world.live(slots(UP, UP))
    again, _ = Store.open(store_url)
    try:
        again.judge(Judge(Plan()), T0 + 7_210)
    finally:
        again.close()
    assert world.timeline() == [(UP, 0, 120), (UNKNOWN, 120, 7_200)]


def test_a_late_result_rewrites_only_its_own_slots(world: World) -> None:
    world.live(slots(UP, UP))
    world.step(600)
    assert world.timeline() == [(UP, 0, 120), (UNKNOWN, 120, 540)]
    assert world.revision() == 0
    world.accept(seen(240, DOWN))
    judged = world.step(601)
    assert world.timeline() == [(UP, 0, 120), (UNKNOWN, 120, 240), (DOWN, 240, 300), (UNKNOWN, 300, 540)]
    assert world.revision() == 1
    assert judged.changes["api"].rewrites


def test_a_late_result_that_changes_nothing_leaves_the_revision(world: World) -> None:
    world.adopt(component(check(locations=THREE)))
    for slot in (0, 60, 120):
        world.accept(seen(slot, location="a"), seen(slot, location="b"))
    world.step(300)
    before = world.timeline()
    assert before == [(UP, 0, 180), (UNKNOWN, 180, 240)]
    world.accept(seen(60, UP, location="c"))
    world.step(301)
    assert world.timeline() == before
    assert world.revision() == 0


def test_a_late_location_can_turn_a_verdict(world: World) -> None:
    world.adopt(component(check(locations=THREE)))
    for slot in (0, 60, 120):
        world.accept(seen(slot, location="a"), seen(slot, DOWN, location="b"))
    world.step(185)
    assert world.timeline() == [(DEGRADED, 0, 180)]
    world.accept(seen(60, DOWN, location="c"))
    world.step(186)
    assert world.timeline() == [(DEGRADED, 0, 60), (DOWN, 60, 120), (DEGRADED, 120, 180)]


def test_a_late_result_after_weeks_is_judged_by_the_terms_of_its_slot(world: World) -> None:
    world.live(slots(UP))
    world.adopt(component(check(definition=CHANGED)), at=3_599)
    world.step(14 * 86_400)
    world.accept(seen(1_800, DOWN), seen(7_200, DOWN), seen(7_260, DOWN, definition=CHANGED))
    world.step(14 * 86_400)
    assert world.timeline() == [
        (UP, 0, 60),
        (UNKNOWN, 60, 1_800),
        (DOWN, 1_800, 1_860),
        (UNKNOWN, 1_860, 7_260),
        (DOWN, 7_260, 7_320),
        (UNKNOWN, 7_320, 14 * 86_400 - 60),
    ]


def test_the_watermark_waits_for_the_slowest_critical_check(world: World) -> None:
    world.adopt(component(check(), check("tcp", every=300)))
    world.accept(*slots(UP, UP, UP))
    world.step(180)
    assert world.timeline() == []
    world.accept(seen(0, check="tcp"))
    world.step(181)
    assert world.watermark() == 180
    assert world.timeline() == [(UP, 0, 180)]


def test_a_check_that_is_not_critical_holds_nothing_back_and_can_only_degrade(world: World) -> None:
    world.adopt(component(check(), check("tls", every=300, critical=False)))
    world.accept(*slots(UP, UP, UP))
    world.step(180)
    assert world.timeline() == [(UP, 0, 180)]
    world.accept(seen(0, DOWN, check="tls"))
    world.step(181)
    assert world.timeline() == [(DEGRADED, 0, 180)]
    world.live(slots(DOWN, UP, UP, start=180))
    assert world.timeline() == [(DEGRADED, 0, 180), (DOWN, 180, 240), (DEGRADED, 240, 300), (UP, 300, 360)]


def test_judging_one_uneventful_slot_of_many_components_takes_few_statements(store: Store) -> None:
    many = 170
    world = World(store)
    names = [f"c{number}" for number in range(many)]
    world.adopt(
        *(component(check(component=name), check("tls", component=name, every=3_600, critical=False)) for name in names)
    )
    world.accept(*(seen(0, component=name, check="tls") for name in names))
    for minute in range(12):
        world.accept(*(seen(minute * 60, component=name) for name in names))
        world.step(minute * 60 + 60)
    statements: list[str] = []
    listener = ("before_cursor_execute", lambda *args: statements.append(args[2]))
    event.listen(store.engine, *listener)
    world.accept(*(seen(720, component=name) for name in names))
    world.step(780)
    event.remove(store.engine, *listener)
    assert world.timeline("c0") == world.timeline("c169") == [(UP, 0, 780)]
    assert len(statements) <= 16, statements


def test_a_check_that_becomes_critical_is_waited_for_from_then_on(world: World) -> None:
    world.adopt(component(check(), check("tcp", critical=False)), at=0)
    world.adopt(component(check(), check("tcp")), at=60)
    world.accept(*slots(UP, UP, UP))
    world.step(180)
    assert world.watermark() == 120
    world.accept(seen(120, check="tcp"))
    world.step(181)
    assert world.timeline() == [(UP, 0, 180)]


def test_a_check_that_is_critical_no_more_is_not_waited_for(world: World) -> None:
    world.adopt(component(check(), check("tcp")))
    world.adopt(component(check(), check("tcp", critical=False)), at=30)
    world.accept(*slots(UP, UP), seen(0, check="tcp"))
    world.step(120)
    assert world.timeline() == [(UP, 0, 120)]


def test_silence_is_settled_in_time_while_a_change_of_every_is_pending(world: World) -> None:
    world.adopt(component(check(every=3_600, definition=CHANGED)), at=30)
    world.live(slots(UP))
    world.step(125)
    assert world.timeline() == [(UP, 0, 60), (UNKNOWN, 60, 120)]


def test_more_rows_than_one_step_takes_are_judged_in_further_steps(world: World) -> None:
    for result in slots(*[UP] * 501):
        world.accept(result)
    assert world.step(501 * 60).more
    assert not world.step(501 * 60).more
    assert world.timeline() == [(UP, 0, 501 * 60)]


def test_each_component_has_its_own_timeline(world: World) -> None:
    world.adopt(component(), component(check(component="web")))
    world.accept(*slots(UP, UP), seen(0, DOWN, component="web"))
    world.step(125)
    assert world.timeline("api") == [(UP, 0, 120)]
    assert world.timeline("web") == [(DOWN, 0, 60), (UNKNOWN, 60, 120)]


def test_a_component_in_service_before_it_was_watched_is_unknown_until_then(store: Store) -> None:
    world = World(store)
    world.adopt(component(since=T0 - 3_600))
    world.live(slots(UP))
    assert world.timeline() == [(UNKNOWN, -3_600, 0), (UP, 0, 60)]


def test_a_component_announced_for_later_begins_then(store: Store) -> None:
    world = World(store)
    world.adopt(component(since=T0 + 120))
    world.live(slots(DOWN, UP, UP))
    assert world.timeline() == [(UP, 120, 180)]


def test_a_whole_hour_of_flapping_still_tiles(world: World) -> None:
    world.live(slots(*[DOWN, UP] * 60))
    timeline = world.timeline()
    assert len(timeline) == 120
    assert merged(timeline)
    world.judge.forget()
    world.accept(seen(0, DOWN))
    world.step(7_205)
    assert world.timeline() == timeline


def test_a_row_of_an_older_version_names_nobody_and_is_judged_all_the_same(world: World) -> None:
    world.live(slots(UP))
    world.accept(*slots(DOWN, start=60))
    with world.store.transaction() as connection:
        (body,) = connection.execute(select(col(Inbox.touched))).scalars()
        connection.execute(update(Inbox).values(touched={no: touched[:2] for no, touched in body.items()}))
    world.step(120)
    assert world.timeline() == [(UP, 0, 60), (DOWN, 60, 120)]


def test_a_component_is_looked_at_once_its_last_check_has_reported(store: Store) -> None:
    world = World(store)
    names = [f"k{number}" for number in range(20)]
    world.adopt(component(*(check(name) for name in names)))
    looks: list[str] = []
    listener = ("before_cursor_execute", lambda *args: looks.append(args[2]) if "FROM result" in args[2] else None)
    event.listen(store.engine, *listener)
    for minute in range(3):
        looks.clear()
        for second, name in enumerate(names):
            world.accept(seen(minute * 60, check=name))
            world.step(minute * 60 + second)
    event.remove(store.engine, *listener)
    assert world.timeline() == [(UP, 0, 180)]
    assert len(looks) == 1

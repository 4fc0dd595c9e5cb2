from tests.storage.builders import DOWN, UNKNOWN, UP, World, component, seen, slots


def test_a_gap_between_two_downs_is_bridged_and_marked(world: World) -> None:
    world.live(slots(UP, DOWN))
    world.live(slots(DOWN, UP, start=360))
    assert world.timeline() == [(UP, 0, 60), (DOWN, 60, 120), (DOWN, 120, 360), (DOWN, 360, 420), (UP, 420, 480)]
    assert world.inferred() == [(120, 360)]


def test_what_was_bridged_stays_bridged_as_time_goes_on(world: World) -> None:
    world.live(slots(UP, DOWN))
    world.live(slots(DOWN, *[UP] * 30, start=360))
    expected = [(UP, 0, 60), (DOWN, 60, 120), (DOWN, 120, 360), (DOWN, 360, 420), (UP, 420, 2_220)]
    assert world.timeline() == expected
    assert world.inferred() == [(120, 360)]
    world.judge.forget()
    world.live(slots(UP, start=2_220))
    assert world.inferred() == [(120, 360)]
    assert world.revision() == 0


def test_a_gap_that_read_unknown_and_is_then_bridged_is_a_rewriting(world: World) -> None:
    world.live(slots(DOWN))
    world.step(130)
    assert world.timeline() == [(DOWN, 0, 60), (UNKNOWN, 60, 120)]
    world.live(slots(DOWN, start=120))
    assert world.inferred() == [(60, 120)]
    assert world.revision() == 1


def test_a_late_result_inside_a_bridged_gap_takes_the_bridge_away(world: World) -> None:
    world.live(slots(DOWN))
    world.live(slots(DOWN, UP, start=240))
    assert world.inferred() == [(60, 240)]
    world.accept(seen(120, UP))
    world.step(300)
    assert world.timeline() == [
        (DOWN, 0, 60),
        (UNKNOWN, 60, 120),
        (UP, 120, 180),
        (UNKNOWN, 180, 240),
        (DOWN, 240, 300),
        (UP, 300, 360),
    ]
    assert world.inferred() == []


def test_another_bridge_counts_from_now_on_and_does_not_rewrite_history(world: World) -> None:
    world.live(slots(DOWN))
    world.live(slots(DOWN, UP, start=300))
    assert world.inferred() == [(60, 300)]
    world.adopt(component(bridge=120), at=365)
    world.live(slots(*[UP] * 5, start=420))
    assert world.inferred() == [(60, 300)]

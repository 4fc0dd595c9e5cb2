"""A correction of one check: its verdicts become unknown, and the judge makes the timeline of the rest."""

from dataclasses import replace

from monitor.core.alert import Plan
from monitor.core.decision import Case, Decision, Request, RequestType
from monitor.core.model import Interval, Seconds
from monitor.reader.rejudging import supposed, unfounded
from monitor.storage.judging import Judge
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UNKNOWN, UP, World, check, component, seen

YES = Decision(True, "ben", T0 + 5_000)


def of(name: str, start: Seconds, end: Seconds) -> Request:
    return Request(
        id="",
        type=RequestType.CORRECTION,
        kind="measurement_error",
        component="api",
        check=name,
        start=T0 + start,
        end=T0 + end,
        reason="an expired password of ours",
        evidence="",
        requested_at=T0 + 4_000,
        requested_by="ana",
    )


def two(store: Store, *, critical: bool = True, bridge: Seconds = 0) -> World:
    """`http` and `port`, up for ten slots but for http down in the slots 3 to 5 and port in slot 5."""
    world = World(store)
    world.adopt(component(check(), check("port", critical=critical), bridge=bridge))
    for slot in range(10):
        world.accept(
            seen(slot * 60, DOWN if slot in (3, 4, 5) else UP),
            seen(slot * 60, DOWN if slot == 5 else UP, check="port"),
        )
    world.step(605)
    return world


def approve(world: World, request: Request) -> Case:
    stored = world.store.decisions.append(request)
    return world.store.decisions.decide(stored.id, YES)


def test_the_time_of_a_critical_check_that_alone_saw_down_becomes_unknown(store: Store) -> None:
    world = two(store)
    assert world.timeline() == [(UP, 0, 180), (DOWN, 180, 360), (UP, 360, 600)]
    approve(world, of("http", 180, 360))
    assert world.timeline() == [(UP, 0, 180), (DOWN, 180, 360), (UP, 360, 600)]  # until the judge has been there
    world.step(606)
    # In slot 5 port saw it down too: that stays.
    assert world.timeline() == [(UP, 0, 180), (UNKNOWN, 180, 300), (DOWN, 300, 360), (UP, 360, 600)]


def test_what_a_critical_check_saw_stays_when_one_that_is_not_is_corrected(store: Store) -> None:
    world = two(store, critical=False)
    approve(world, of("port", 0, 600))
    world.step(606)
    assert world.timeline() == [(UP, 0, 180), (DOWN, 180, 360), (UP, 360, 600)]


def test_a_check_that_is_not_critical_leaves_the_component_up_where_it_alone_was_down(store: Store) -> None:
    world = World(store)
    world.adopt(component(check(), check("port", critical=False)))
    for slot in range(4):
        world.accept(seen(slot * 60), seen(slot * 60, DOWN if slot == 1 else UP, check="port"))
    world.step(245)
    assert [state.value for state, _, _ in world.timeline()] == ["up", "degraded", "up"]
    approve(world, of("port", 60, 120))
    world.step(246)
    assert world.timeline() == [(UP, 0, 240)]


def test_a_slot_is_cut_at_the_second_where_the_correction_ends(store: Store) -> None:
    world = two(store)
    approve(world, of("http", 190, 250))
    world.step(606)
    assert world.timeline() == [(UP, 0, 180), (DOWN, 180, 190), (UNKNOWN, 190, 250), (DOWN, 250, 360), (UP, 360, 600)]


def test_what_is_left_between_two_downs_is_bridged_last(store: Store) -> None:
    world = two(store, bridge=60)
    approve(world, of("http", 190, 250))
    world.step(606)
    assert world.timeline() == [(UP, 0, 180), (DOWN, 180, 190), (DOWN, 190, 250), (DOWN, 250, 360), (UP, 360, 600)]
    assert world.inferred() == [(190, 250)]


def test_an_approval_while_no_hub_runs_is_judged_at_the_next_start(store: Store) -> None:
    world = two(store)
    approve(world, of("http", 180, 300))
    assert store.waiting() == {"api": [Interval(T0 + 180, T0 + 300)]}
    store.judge(Judge(Plan()), T0 + 700)
    assert world.timeline()[1] == (UNKNOWN, 180, 300)
    assert store.waiting() == {}


def test_a_correction_holds_for_what_is_judged_after_it(store: Store) -> None:
    """The hub was down: the period lies behind the watermark, and its results come later."""
    world = two(store)
    approve(world, of("http", 660, 720))
    world.step(606)
    world.accept(
        *(seen(slot, DOWN) for slot in (600, 660, 720)), *(seen(slot, check="port") for slot in (600, 660, 720))
    )
    world.step(785)
    assert world.timeline()[-3:] == [(DOWN, 600, 660), (UNKNOWN, 660, 720), (DOWN, 720, 780)]


def test_a_rejected_correction_is_not_judged(store: Store) -> None:
    world = two(store)
    stored = store.decisions.append(of("http", 180, 360))
    store.decisions.decide(stored.id, Decision(False, "ben", T0 + 5_000, "it was down"))
    assert store.waiting() == {}
    world.step(606)
    assert world.timeline() == [(UP, 0, 180), (DOWN, 180, 360), (UP, 360, 600)]


def test_late_results_are_judged_with_the_corrections_that_stand(store: Store) -> None:
    world = two(store)
    approve(world, of("http", 180, 300))
    world.step(606)
    world.accept(replace(seen(240, UP), started_ms=(T0 + 240) * 1000))  # earlier than what stood there, so it counts
    world.step(607)
    assert world.timeline() == [(UP, 0, 180), (UNKNOWN, 180, 300), (DOWN, 300, 360), (UP, 360, 600)]


def test_what_an_approval_would_change_is_known_before(store: Store) -> None:
    world = two(store, bridge=60)
    asked = of("http", 190, 250)
    assert [(span.state, span.start - T0, span.end - T0, span.inferred) for span in supposed(store, asked)] == [
        (DOWN, 190, 250, True)
    ]
    before = world.spans()
    assert unfounded(store, asked) is None
    approve(world, asked)
    world.step(606)
    assert world.spans() != before
    assert supposed(store, asked) == []


def test_a_check_that_is_not_there_or_was_not_seen_cannot_be_corrected(store: Store) -> None:
    world = two(store)
    assert unfounded(store, of("htp", 0, 60)) == "api has no check htp; did you mean http?"
    told = "api/http was not in force then, so there is nothing of it to correct"
    assert unfounded(store, of("http", -120, -60)) == told
    world.step(905)  # nothing came in for five minutes
    told = "no result of api/http is stored for that time: it was not seen, or is kept no longer"
    assert unfounded(store, of("http", 660, 720)) == told


def test_time_whose_results_are_gone_cannot_be_corrected(store: Store) -> None:
    two(store)
    with store.transaction() as connection:
        connection.exec_driver_sql(f"delete from result where slot = {T0 + 240}")
    told = unfounded(store, of("http", 180, 360))
    assert told is not None
    assert told.startswith(
        "the results stored of 2026-01-01T00:04:00Z to 2026-01-01T00:05:00Z do not give the timeline"
    )


def test_a_second_correction_does_not_wait_for_the_hub(store: Store) -> None:
    world = two(store)
    approve(world, of("http", 180, 240))
    asked = of("http", 180, 360)
    assert unfounded(store, asked) is None
    approve(world, asked)
    world.step(606)
    assert world.timeline() == [(UP, 0, 180), (UNKNOWN, 180, 300), (DOWN, 300, 360), (UP, 360, 600)]

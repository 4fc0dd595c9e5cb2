from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import select
from sqlmodel import col

from monitor.core.model import Failure, FailureKind, Phases, Result
from monitor.storage.store import Store
from monitor.storage.tables import CheckName, Inbox
from tests.storage.builders import CHANGED, DOWN, T0, UP, World, seen, slots

FULL = Result(
    component="api",
    check="http",
    location="here",
    slot=T0,
    started_ms=T0 * 1000 + 12_345,
    outcome=DOWN,
    definition=seen(0).definition,
    phases=Phases(1, 2, 3, 4, 5),
    attempts=2,
    failure=Failure(FailureKind.STATUS, "503 Service Unavailable"),
    first_failure=FailureKind.TIMEOUT,
    first_failure_ms=10_000,
)


def inbox(store: Store) -> list[dict[str, list[int]]]:
    with store.transaction() as connection:
        return [row.touched for row in connection.execute(select(Inbox).order_by(col(Inbox.no)))]


def expiry(store: Store) -> int | None:
    with store.transaction() as connection:
        return connection.execute(select(col(CheckName.certificate_expires))).scalar()


def test_a_result_reads_back_as_it_was(world: World) -> None:
    assert world.accept(FULL) == []
    assert world.store.results("api", T0, T0 + 60) == [FULL]


def test_results_are_read_by_the_start_of_their_slot(world: World) -> None:
    results = slots(UP, DOWN, UP)
    world.accept(*results)
    assert world.store.results("api", T0 + 60, T0 + 120) == [results[1]]
    assert world.store.results("web", T0, T0 + 180) == []


def test_each_batch_leaves_one_inbox_row_for_what_it_touched_and_who_reported(world: World) -> None:
    world.accept(*slots(UP, DOWN, UP))
    world.accept(seen(60))
    assert inbox(world.store) == [
        {"1": [T0, T0 + 121, 1, 1], "-1": [T0, T0 + 121]},  # somebody saw it down
        {"1": [T0 + 60, T0 + 61, 1, 1]},
    ]
    world.step(180)
    assert inbox(world.store) == []


def test_accepting_the_same_results_again_changes_nothing(world: World) -> None:
    results = slots(UP, DOWN, UP)
    world.accept(*results)
    world.step(180)
    before = world.timeline()
    world.accept(*results, *results)
    world.accept(results[1], *slots(UP, start=180))
    world.step(240)
    assert world.store.results("api", T0, T0 + 180) == results
    assert world.timeline() == [*before[:-1], (UP, 120, 240)]
    assert world.revision() == 0


def test_results_that_come_again_beside_new_ones_of_another_kind_hold_up_none(world: World) -> None:
    """A driver that prepares statements believes in one that the failed insertion kept the database from preparing."""
    good, bad = seen(0), [seen(60 * number, DOWN) for number in range(1, 4)]
    batches = [[good], [good], [bad[0]], [good, bad[1]], [bad[2]]]
    assert [world.accept(*batch) for batch in batches] == [[]] * 5
    assert world.store.results("api", T0, T0 + 240) == [good, *bad]


def test_results_that_contradict_each_other_are_settled_the_same_in_any_order(world: World) -> None:
    variants = [
        seen(0, UP, started=2_000),
        seen(0, UP, started=1_000),
        seen(0, DOWN, started=1_000, detail="x" * 600),
        seen(0, DOWN, started=1_000, detail="502"),
    ]
    kept = set()
    for number, order in enumerate(permutations(variants)):
        moved = [replace(item, slot=T0 + 60 * number, started_ms=item.started_ms + 60_000 * number) for item in order]
        for item in moved:
            world.accept(item)
        [result] = world.store.results("api", T0 + 60 * number, T0 + 60 * number + 60)
        assert (result.outcome, result.started_ms - result.slot * 1000) == (DOWN, 1_000)
        assert result.failure is not None
        kept.add(result.failure.detail)
    assert len(kept) == 1


def test_contradicting_results_in_one_batch_are_settled_like_those_of_many(world: World) -> None:
    variants = [seen(0, UP, started=1_500), seen(0, DOWN, started=1_000), seen(0, DOWN, started=1_000, total_ms=21)]
    winners = []
    for number, order in enumerate(permutations(variants)):
        moved = [replace(item, slot=T0 + 60 * number, started_ms=item.started_ms + 60_000 * number) for item in order]
        world.accept(*moved)
        winners.append(world.store.results("api", T0 + 60 * number, T0 + 60 * number + 60)[0].phases.total_ms)
    assert len(set(winners)) == 1


def test_a_definition_that_was_never_in_force_is_refused_and_the_rest_accepted(world: World) -> None:
    strange = seen(60, definition=CHANGED)
    [refused] = world.accept(seen(0), strange)
    assert (refused.result, refused.reason) == (strange, "its definition was never in force")
    assert world.store.results("api", T0, T0 + 120) == [seen(0)]


def test_a_batch_of_nothing_leaves_no_inbox_row(world: World) -> None:
    assert world.accept() == []
    assert inbox(world.store) == []


@pytest.mark.parametrize("detail", ["a\0b", "a\udcffb", "€" * 501])
def test_whatever_a_target_sent_can_be_kept(world: World, detail: str) -> None:
    strange = seen(0, DOWN, detail=detail)
    assert world.accept(strange) == []
    assert world.accept(strange) == []
    [kept] = world.store.results("api", T0, T0 + 60)
    assert kept.outcome is DOWN
    assert kept.failure is not None
    assert len(kept.failure.detail) == min(len(detail), 500)


def test_a_batch_that_reaches_over_midnight_is_kept_whole(world: World) -> None:
    results = slots(*[UP] * 6, start=86_400 - 180)
    world.accept(*results)
    assert world.store.results("api", T0, T0 + 2 * 86_400) == results


def test_a_backlog_of_a_thousand_is_accepted_twice_without_a_double(world: World) -> None:
    backlog = slots(*[UP] * 1_000)
    world.accept(*backlog)
    world.accept(*backlog)
    assert len(world.store.results("api", T0, T0 + 60_000)) == 1_000


def test_the_newest_certificate_is_remembered(world: World) -> None:
    world.accept(seen(60, certificate_expires=T0 + 900), seen(0, certificate_expires=T0 + 100))
    assert expiry(world.store) == T0 + 900
    world.accept(seen(30 * 60, certificate_expires=T0 + 9_000))
    assert expiry(world.store) == T0 + 9_000
    world.accept(seen(120, certificate_expires=T0 + 900))
    assert expiry(world.store) == T0 + 9_000


def test_the_newest_result_and_the_times_of_good_answers_can_be_asked_for(world: World) -> None:
    assert world.store.newest_result(T0 + 600) is None
    world.accept(seen(0, total_ms=10), seen(60, total_ms=10), seen(120, DOWN, total_ms=99), seen(180, total_ms=30))
    assert world.store.newest_result(T0 + 600) == T0 + 181
    world.accept(seen(3600))  # by a clock that is ahead
    assert world.store.newest_result(T0 + 600) == T0 + 181
    assert world.store.latencies(T0, T0 + 180) == {"api": {10: 2}}
    assert world.store.latencies(T0, T0 + 240) == {"api": {10: 2, 30: 1}}

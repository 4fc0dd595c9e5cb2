"""Beats are stored before they are acknowledged, and read back as of one slot; so is the time of listening."""

import pytest

from monitor.core.heartbeat import PATIENCE, Beat, Heard, Listening, Signal, begun
from monitor.storage.beats import KEPT
from monitor.storage.store import Store
from tests.storage.builders import T0, component

SUCCESS, FAIL, START = Signal.SUCCESS, Signal.FAIL, Signal.START


@pytest.fixture
def world(store: Store) -> Store:
    store.adopt("v1", dict, [component()], now=T0, actor="test")
    return store


def send(store: Store, *beats: Beat) -> None:
    for beat in beats:
        store.beats.append("api", "http", beat, "job")


def test_what_was_heard_is_told_as_of_an_instant(world: Store) -> None:
    send(world, Beat(T0 + 10, SUCCESS, 500, "42 rows"), Beat(T0 + 20, START), Beat(T0 + 30, FAIL, None, "disk full"))
    assert world.beats.heard("api", "http", T0 + 9) == Heard()
    assert world.beats.heard("api", "http", T0 + 29) == Heard(
        start=Beat(T0 + 20, START), success=Beat(T0 + 10, SUCCESS, 500, "42 rows")
    )
    fail = Beat(T0 + 30, FAIL, 10_000, "disk full")
    assert world.beats.heard("api", "http", T0 + 30).fail == fail
    assert world.beats.heard("api", "http", T0 + 30).failed
    assert world.beats.all(T0 + 30) == {("api", "http"): world.beats.heard("api", "http", T0 + 30)}
    assert world.beats.recent("api", "http", 2) == [fail, Beat(T0 + 20, START)]


def test_of_two_beats_in_one_second_the_later_one_counts(world: Store) -> None:
    send(world, Beat(T0, FAIL), Beat(T0, SUCCESS))
    assert not world.beats.heard("api", "http", T0).failed
    send(world, Beat(T0, FAIL))
    assert world.beats.heard("api", "http", T0).failed


def test_a_run_lasts_from_its_start_unless_the_job_says_how_long_it_took(world: Store) -> None:
    send(world, Beat(T0, START), Beat(T0 + 90, SUCCESS), Beat(T0 + 100, SUCCESS))
    assert [beat.took_ms for beat in world.beats.recent("api", "http", 2)] == [None, 90_000]
    send(world, Beat(T0 + 200, START), Beat(T0 + 260, SUCCESS, 1500))
    assert world.beats.heard("api", "http", T0 + 260).success == Beat(T0 + 260, SUCCESS, 1500)


def test_the_newest_beats_of_each_kind_are_kept(world: Store) -> None:
    send(world, Beat(T0, SUCCESS))
    send(world, *(Beat(T0 + number, START) for number in range(1, KEPT + 11)))
    assert len(world.beats.recent("api", "http", 2 * KEPT)) == KEPT + 1
    assert world.beats.heard("api", "http", T0 + 10**6).success == Beat(T0, SUCCESS)


def test_a_beat_of_a_check_that_never_was_is_refused(world: Store) -> None:
    with pytest.raises(ValueError, match="there is no check api/nightly yet"):
        world.beats.append("api", "nightly", Beat(T0, SUCCESS), "job")
    assert world.beats.heard("api", "nightly", T0) == Heard()


def test_a_message_is_kept_short_and_without_what_postgresql_does_not_take(world: Store) -> None:
    send(world, Beat(T0, FAIL, None, "a\0b" + "x" * 500))
    ((beat),) = world.beats.recent("api", "http", 1)
    assert beat.message == "a\N{REPLACEMENT CHARACTER}b" + "x" * 297


def test_the_time_of_listening_is_kept_over_short_gaps(world: Store) -> None:
    beats = world.beats
    assert beats.listening() is None
    beats.listen(T0, restarted=True)
    assert beats.listening() == begun(T0)
    beats.listen(T0 + 10, restarted=False)
    beats.listen(T0 + 15, restarted=True)
    assert beats.listening() == Listening(T0, T0 + 10, T0 + 15, T0 + 15)
    beats.listen(T0 + 16 + PATIENCE, restarted=True)
    assert beats.listening() == begun(T0 + 16 + PATIENCE)

"""Response times for charts: exact percentiles from open and sealed days, a gap where nobody answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.core.archive import DAY, answer_times, seal
from monitor.core.model import State
from monitor.reader.response_times import HOUR, Period, ResponsePoint, ResponseTimes
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, World, check, component, seen

NOW = T0 + 4 * DAY + 1800


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store, _ = Store.open(f"sqlite:///{tmp_path / 'janji.db'}")
    made = World(store)
    made.adopt(component(check(every=30, locations=("here", "there"))))
    yield made
    store.close()


def sealed(world: World) -> None:
    with world.store.transaction() as connection:
        connection.execute(text("update component set watermark = :mark"), {"mark": NOW})
    while world.store.sealing.step(NOW, 730 * DAY):
        pass


def filled(world: World) -> None:
    """First day: here 1 to 100 ms in its first hour, there 300 ms once at 05:00; second day: nobody answers."""
    world.accept(*(seen(30 * number, total_ms=number + 1) for number in range(100)))
    world.accept(seen(5 * HOUR, total_ms=300, location="there"), seen(DAY, DOWN, total_ms=9))
    world.accept(seen(3 * DAY, total_ms=40), seen(4 * DAY, total_ms=50))


def test_a_sealed_block_gives_the_times_of_its_answers_by_hour() -> None:
    block = seal(T0, [seen(0, total_ms=0), seen(60, DOWN), seen(3600, State.DEGRADED, total_ms=70_000)]).block
    hours = answer_times(block)
    assert len(hours) == 24
    assert (hours[0], hours[1], hours[2]) == ([0], [70_000], [])


@pytest.mark.parametrize("seal_first", [False, True])
def test_a_week_is_drawn_by_the_hour_with_gaps_where_nobody_answered(world: World, seal_first: bool) -> None:
    filled(world)
    if seal_first:
        sealed(world)
    view = ResponseTimes(world.store).view("api", Period.WEEK, NOW)
    assert len(view.points) == 168
    assert view.points[-1] == ResponsePoint(T0 + 4 * DAY, T0 + 4 * DAY + HOUR, 1, 50, 50, 50)
    by_start = {point.start: point for point in view.points}
    assert by_start[T0] == ResponsePoint(T0, T0 + HOUR, 100, 50, 95, 100)
    assert by_start[T0 + HOUR] == ResponsePoint(T0 + HOUR, T0 + 2 * HOUR)
    assert by_start[T0 + 5 * HOUR].p95_ms == 300
    assert by_start[T0 + DAY].p50_ms is None


@pytest.mark.parametrize("seal_first", [False, True])
def test_a_day_of_the_quarter_counts_the_answers_of_all_locations_together(world: World, seal_first: bool) -> None:
    filled(world)
    if seal_first:
        sealed(world)
    view = ResponseTimes(world.store).view("api", Period.QUARTER, NOW)
    assert [point.start for point in view.points[-2:]] == [T0 + 3 * DAY, T0 + 4 * DAY]
    # 101 answers: rank 51 is 51 ms, rank 96 is 96 ms.
    assert view.points[-5] == ResponsePoint(T0, T0 + DAY, 101, 51, 96, 300)
    assert view.points[-4] == ResponsePoint(T0 + DAY, T0 + 2 * DAY)
    assert len(view.points) == 90


def test_a_day_has_24_hours_and_the_last_is_under_way(world: World) -> None:
    filled(world)
    points = ResponseTimes(world.store).view("api", Period.DAY, NOW).points
    assert (len(points), points[0].start) == (24, NOW - 1800 - 23 * HOUR)
    assert points[-1].count == 1


def test_a_day_that_is_sealed_again_is_read_again(world: World) -> None:
    filled(world)
    sealed(world)
    times = ResponseTimes(world.store)
    assert times.view("api", Period.QUARTER, NOW).points[-5].count == 101
    world.accept(seen(7 * HOUR, total_ms=4))
    while world.store.sealing.step(NOW + 3601, 730 * DAY):
        pass
    assert times.view("api", Period.QUARTER, NOW).points[-5].count == 102


def test_an_hour_that_is_over_is_counted_once_and_the_one_under_way_every_five_minutes(world: World) -> None:
    filled(world)
    times = ResponseTimes(world.store)
    times.view("api", Period.DAY, NOW)
    world.accept(seen(4 * DAY + 60, total_ms=70))
    assert times.view("api", Period.DAY, NOW + 299).points[-1].count == 1
    assert times.view("api", Period.DAY, NOW + 300).points[-1].count == 2


def test_an_unknown_component_has_gaps_alone(world: World) -> None:
    points = ResponseTimes(world.store).view("nobody", Period.QUARTER, NOW).points
    assert {point.count for point in points} == {0}

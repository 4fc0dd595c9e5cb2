"""The timeline judged step by step, held against one judged again from results: equal unless tampered with."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.decision import Decision
from monitor.core.model import Interval, Result, Seconds, digest
from monitor.reader.recomputing import Recomputed, Recomputing
from monitor.storage.store import Store
from monitor.storage.terms import WantedComponent
from tests.storage.builders import DOWN, T0, UP, World, check, component, seen, slots
from tests.storage.test_check_corrections import of
from tests.storage.test_order import arrivals, fresh, two_versions

DAY = 86_400


def recomputed(store: Store, start: Seconds = -DAY, end: Seconds = 3 * DAY) -> Recomputed:
    recomputing = Recomputing(store, Interval(T0 + start, T0 + end))
    for day in recomputing.days:
        recomputing.add(day)
    return recomputing.found()


def load(world: World, wanted: WantedComponent, at: Seconds = -1) -> None:
    """As the hub loads settings: the version that is stored says how gaps are bridged."""
    document = {"components": [{"id": wanted.id, "bridge": f"{wanted.bridge}s"}]}
    world.store.adopt(digest(document), lambda: document, [wanted], now=T0 + at, actor="test")
    world.judge.forget()


@pytest.fixture
def judged(world: World) -> World:
    """Two days from T0 on, down in the slots 10 to 12 and 14 of the first; slot 13 was not seen and is bridged."""
    states = [UP] * 2_880
    states[10:15] = [DOWN] * 5
    for start in range(0, 2_880, 480):
        world.accept(*(item for item in slots(*states[start : start + 480], start=start * 60) if item.slot != T0 + 780))
    world.step(2 * DAY + 5)
    assert world.inferred() == [(780, 840)]
    return world


def test_an_untouched_timeline_is_what_results_give(judged: World) -> None:
    found = recomputed(judged.store)
    assert found.wrong == ()
    assert found.compared == {"api": 2 * DAY}
    assert (found.waiting, found.reported) == ({}, ())


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            f"update result set outcome = 2 where slot = {T0 + 3_600}",
            ["01:00:00Z to 2026-01-01T01:01:00Z: stored is up, results give down (60 s)"],
        ),
        (
            f"delete from result where slot = {T0 + 3_600}",
            ["01:00:00Z to 2026-01-01T01:01:00Z: stored is up, results give unknown (60 s)"],
        ),
        (
            f"update span set state = 0 where start = {T0 + 600}",
            ["00:10:00Z to 2026-01-01T00:13:00Z: stored is up, results give down (180 s)"],
        ),
        (
            f"update span set inferred = '0' where start = {T0 + 780}",
            ["00:13:00Z to 2026-01-01T00:14:00Z: stored is down, results give down (inferred) (60 s)"],
        ),
        (
            f"delete from span where start = {T0 + 840}",
            ["00:14:00Z to 2026-01-01T00:15:00Z: stored is nothing, results give down (60 s)"],
        ),
        (
            f'update span set "end" = "end" - 7 where start = {T0 + 840}',
            ["00:14:53Z to 2026-01-01T00:15:00Z: stored is nothing, results give down (7 s)"],
        ),
        (
            f'update span set "end" = "end" + 7 where start = {T0 + 840}',
            ["00:15:00Z to 2026-01-01T00:15:07Z: two stored spans overlap, down and up"],
        ),
        (
            f"insert into span (component_no, start, \"end\", state, inferred) values (1, {T0 - 60}, {T0}, 0, '0')",
            ["2025-12-31T23:59:00Z to 2026-01-01T00:00:00Z: stored is up, results give nothing (60 s)"],
        ),
    ],
)
def test_what_was_tampered_with_is_named_to_the_second(judged: World, statement: str, told: list[str]) -> None:
    with judged.store.transaction() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1
    days = [line if line.startswith("2025") else f"2026-01-01T{line}" for line in told]
    assert list(recomputed(judged.store).wrong) == [f"api: {line}" for line in days]


def test_terms_that_were_changed_are_named_by_what_they_judge(judged: World) -> None:
    with judged.store.transaction() as connection:
        connection.exec_driver_sql("update check_terms set vote = '2'")
    told = "stored is down, results give degraded"
    assert [line for line in recomputed(judged.store).wrong if told in line]


def test_only_the_asked_period_is_compared(judged: World) -> None:
    with judged.store.transaction() as connection:
        connection.exec_driver_sql(f"update result set outcome = 2 where slot = {T0 + 3_600}")
    assert recomputed(judged.store, end=3_630).wrong == (
        "api: 2026-01-01T01:00:00Z to 2026-01-01T01:00:30Z: stored is up, results give down (30 s)",
    )
    assert recomputed(judged.store, start=3_660).wrong == ()
    # A gap at the edge of the period is still bridged by what lies beyond it.
    assert recomputed(judged.store, start=790, end=800).wrong == ()


def test_results_that_wait_to_be_judged_are_no_difference(judged: World) -> None:
    judged.accept(seen(780, UP))
    found = recomputed(judged.store)
    assert found.wrong == ()
    assert found.waiting == {"api": (Interval(T0 + 780, T0 + 841),)}
    assert found.compared == {"api": 2 * DAY - 61}
    judged.step(2 * DAY + 6)
    assert recomputed(judged.store).wrong == ()
    assert recomputed(judged.store).waiting == {}


def test_a_change_of_the_bridge_rewrites_nothing_and_is_no_difference(judged: World) -> None:
    load(judged, component(bridge=600), at=2 * DAY + 5)
    load(judged, component(bridge=0), at=2 * DAY + 6)
    judged.step(2 * DAY + 70)
    assert judged.inferred() == [(780, 840)]
    assert recomputed(judged.store).wrong == ()


def test_a_component_whose_spans_come_from_reports_is_left_out_and_named(judged: World) -> None:
    with judged.store.transaction() as connection:
        connection.exec_driver_sql(
            f"insert into component (id, since, watermark, revision, bridge) values ('bi', {T0}, {T0 + 60}, 0, 600)"
        )
    found = recomputed(judged.store)
    assert (found.wrong, found.reported, list(found.compared)) == ((), ("bi",), ["api"])


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_versions(sqlite_template, tmp_path_factory.mktemp("recomputing"))


@given(arrivals(), st.lists(st.tuples(st.integers(0, 1_000), st.integers(1, 300)), max_size=2))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_order_results_and_corrections_come_in_the_timeline_is_what_they_give(
    template: Path,
    arrived: tuple[list[Result], list[tuple[list[Result], int]]],
    corrections: list[tuple[int, int]],
) -> None:
    _, batches = arrived
    with fresh(template) as world:
        wanted = [of("http", start, start + length) for start, length in corrections]
        for batch, at in batches:
            world.accept(*batch)
            world.step(at)
            if wanted:
                stored = world.store.decisions.append(wanted.pop())
                world.store.decisions.decide(stored.id, Decision(True, "ben", T0 + 5_000))
        world.step(20 * 60 + 5)
        found = recomputed(world.store)
        assert found.wrong == ()
        assert found.compared == {"api": 20 * 60}


def test_late_results_of_several_checks_judged_in_part_are_what_results_give(store: Store) -> None:
    world = World(store)
    load(world, component(check(every=10), check("tls", every=300, critical=False), bridge=120))
    for slot in range(0, 1_200, 10):
        world.accept(seen(slot, DOWN if slot % 170 < 40 else UP))
        world.step(slot + 15)
    for slot in (900, 0, 300):
        world.accept(seen(slot, DOWN, check="tls"))
        world.step(1_300)
    load(world, component(check(every=60, vote="any"), bridge=30), at=1_305)
    for slot in (1_320, 1_380):
        world.accept(seen(slot, DOWN))
    world.step(1_600)
    assert recomputed(store).wrong == ()

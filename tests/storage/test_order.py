"""Whatever order, repetition and batches results come in: the timeline is the same."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.alert import Channel, On, Plan, Rule
from monitor.core.model import Result, Span, State
from monitor.storage.store import Store
from monitor.storage.terms import WantedComponent
from tests.storage.builders import CHANGED, DEFINITION, T0, World, check, component, seen

LENGTH = 20 * 60
PLAN = Plan((Rule(On.DOWN, channels=("ops",)),), {"ops": Channel(("json://127.0.0.1:9",))}, wait=0)

results = st.one_of(
    st.builds(
        seen,
        st.integers(0, 19).map(lambda slot: slot * 60),
        st.sampled_from(State),
        location=st.sampled_from("abc"),
        definition=st.sampled_from([DEFINITION, CHANGED]),
        started=st.sampled_from([1_000, 2_000]),
        total_ms=st.sampled_from([20, 21]),
    ),
    st.builds(seen, st.integers(0, 3).map(lambda slot: slot * 300), st.sampled_from(State), check=st.just("tls")),
)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Result], list[tuple[list[Result], int]]]:
    """A set of results, and a way they could arrive: batches, each judged at a moment; some come twice."""
    every = draw(st.lists(results, max_size=40))
    again = draw(st.lists(st.sampled_from(every), max_size=10)) if every else []
    order = draw(st.permutations([*every, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=6)))
    moments = sorted(draw(st.lists(st.integers(0, LENGTH), min_size=len(cuts) + 1, max_size=len(cuts) + 1)))
    borders = zip([0, *cuts], [*cuts, len(order)], strict=True)
    return every, [(order[start:end], at) for (start, end), at in zip(borders, moments, strict=True)]


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_versions(sqlite_template, tmp_path_factory.mktemp("order"))


def two_versions(empty: Path, folder: Path) -> Path:
    """A database with both versions of the settings, to be copied; `empty` is one with tables."""
    path = folder / "janji.db"
    shutil.copy(empty, path)
    store, _ = Store.open(f"sqlite:///{path}")
    world = World(store)
    world.adopt(_settings(DEFINITION))
    world.adopt(_settings(CHANGED), at=9 * 60 + 30)
    store.close()
    return path


@contextmanager
def fresh(template: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "janji.db"
        shutil.copy(template, path)
        store, _ = Store.open(f"sqlite:///{path}")
        yield World(store, PLAN)
        store.close()


def _settings(definition: dict[str, Any]) -> WantedComponent:
    three = check(locations=("a", "b", "c"), definition=definition)
    return component(three, check("tls", every=300, critical=False), bridge=120)


def at_once(template: Path, every: Sequence[Result]) -> list[Span]:
    with fresh(template) as world:
        world.accept(*every)
        world.step(LENGTH + 5)
        return world.spans()


@given(arrivals())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_order_repetition_and_batches_of_results_do_not_matter(
    template: Path, arrived: tuple[list[Result], list[tuple[list[Result], int]]]
) -> None:
    every, batches = arrived
    with fresh(template) as world:
        for batch, at in batches:
            world.accept(*batch)
            world.step(at)
        world.step(LENGTH + 5)
        timeline = world.spans()
        started = [item for item in world.store.outbox.all() if item.event.endswith("/fired")]
        recovered = [item for item in world.store.outbox.all() if item.event.endswith("/recovered")]
    assert timeline == at_once(template, every)
    assert timeline[0].start == T0
    assert timeline[-1].end == T0 + LENGTH
    assert all(one.end == two.start for one, two in pairwise(timeline))
    assert 0 <= len(started) - len(recovered) <= 1


@given(arrivals())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_judge_that_waits_for_the_last_report_is_never_behind_one_that_looks_at_everything(
    template: Path, arrived: tuple[list[Result], list[tuple[list[Result], int]]]
) -> None:
    _, batches = arrived
    with fresh(template) as waiting, fresh(template) as looking:
        for batch, at in batches:
            for world in (waiting, looking):
                world.accept(*batch)
            # Who knows nothing looks at everything.
            looking.judge.forget()
            for world in (waiting, looking):
                world.step(at)
            assert waiting.spans() == looking.spans()
            assert waiting.store.components() == looking.store.components()
            assert waiting.store.outbox.all() == looking.store.outbox.all()

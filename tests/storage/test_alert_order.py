"""The same history gives the same alerts, in whatever order and batches its results come in; late ones wake nobody."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.alert import Channel, On, Plan, Rule
from monitor.core.alerting.runs import STALE_AFTER
from monitor.core.model import Seconds, State
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UP, World, check, component, seen
from tests.storage.telling import tell

SLOTS, PLACES = 9, ("a", "b", "c")
PLAN = Plan(
    (
        Rule(On.DOWN, after=2, channels=("ops",)),
        Rule(On.DEGRADED, channels=("ops",)),
        Rule(On.UNKNOWN, clear_after=2, channels=("ops",)),
    ),
    {"ops": Channel(("json://127.0.0.1:9",))},
)
seeing = st.sampled_from([State.UP, State.UP, State.DOWN, State.DEGRADED, None])
histories = st.lists(st.tuples(seeing, seeing, seeing), min_size=SLOTS, max_size=SLOTS)
orders = st.lists(
    st.tuples(st.permutations(PLACES), st.lists(st.integers(0, 4), min_size=3, max_size=3)),
    min_size=SLOTS,
    max_size=SLOTS,
)

HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

History = Sequence[tuple[State | None, State | None, State | None]]
Orders = Sequence[tuple[Sequence[str], Sequence[int]]]


def alerts(template: Path, history: History, orders: Orders) -> list[object]:
    """What fired: each result comes so many seconds after its slot's end, in such an order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "janji.db"
        shutil.copy(template, path)
        store, _ = Store.open(f"sqlite:///{path}")
        world = World(store, PLAN)
        world.adopt(component(check(locations=PLACES)))
        for number, (states, (places, delays)) in enumerate(zip(history, orders, strict=True)):
            by_place = dict(zip(PLACES, states, strict=True))
            for delay in range(6):
                batch = [
                    seen(number * 60, state, location=place)
                    for place, late in zip(places, delays, strict=True)
                    if late == delay and (state := by_place[place]) is not None
                ]
                if batch:
                    world.accept(*batch)
                elif delay < 5:
                    continue
                second = number * 60 + 60 + delay
                world.step(second)
                tell(store, PLAN, T0 + second)
        found = [
            (item.rule, item.start - T0, item.recovered_at and item.recovered_at - T0, item.flapping)
            for item in store.alerts.newest()
        ]
        store.close()
    return sorted(found, key=repr)


@given(histories, orders)
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
def test_order_and_batches_of_results_do_not_change_what_fires(
    sqlite_template: Path, history: History, orders: Orders
) -> None:
    in_order = [(PLACES, (0, 0, 0))] * SLOTS
    assert alerts(sqlite_template, history, orders) == alerts(sqlite_template, history, in_order)


@given(st.lists(st.tuples(st.integers(0, 19), st.sampled_from(PLACES)), min_size=1, max_size=20), st.integers(1, 9))
@settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
def test_a_late_result_of_what_was_over_long_ago_wakes_nobody(
    sqlite_template: Path, late: list[tuple[int, str]], batch: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "janji.db"
        shutil.copy(sqlite_template, path)
        store, _ = Store.open(f"sqlite:///{path}")
        world = World(store, PLAN)
        world.adopt(component(check(locations=PLACES)))
        length: Seconds = 20 * 60 + STALE_AFTER + 60
        for slot in range(0, length, 60):
            world.accept(*(seen(slot, UP, location=place, started=9_000) for place in PLACES))
        world.step(length)
        # The earlier of two results of one slot counts: each of these makes an old slot worse.
        worse = [seen(number * 60, DOWN, location=place, started=1_000) for number, place in late]
        for start in range(0, len(worse), batch):
            world.accept(*worse[start : start + batch])
            world.step(length + start)
        assert store.alerts.newest() == []
        store.close()

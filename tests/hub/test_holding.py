"""A database that hangs: what was seen does not wait in memory for it."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from monitor.core.alert import Plan
from monitor.core.model import Result
from monitor.hub.holding import Holding
from monitor.hub.ingest import Ingest
from monitor.storage.judging import Judge
from monitor.storage.results import Refused
from monitor.storage.spool import Spool
from monitor.storage.store import Store
from tests.storage.builders import T0, UP, World, component, seen

PATIENCE = 20


class Hanging(Store):
    """A store that says nothing while it hangs, and then goes on as if nothing had been."""

    hangs = False
    asked: Event
    goes_on: Event

    def accept(self, batch: Sequence[Result]) -> list[Refused]:
        if self.hangs:
            self.asked.set()
            assert self.goes_on.wait(PATIENCE)
        return super().accept(batch)


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Hanging]:
    shutil.copy(sqlite_template, tmp_path / "janji.db")
    opened, _ = Hanging.open(f"sqlite:///{tmp_path}/janji.db")
    opened.asked, opened.goes_on = Event(), Event()
    World(opened).adopt(component())
    yield opened
    opened.goes_on.set()
    opened.close()


def ingest(store: Store, folder: Path) -> Ingest:
    return Ingest(store, Judge(Plan()), Spool(folder / "spool"))


async def test_what_waits_for_a_database_that_hangs_outlives_a_kill(store: Hanging, tmp_path: Path) -> None:
    hub, store.hangs = ingest(store, tmp_path), True
    holding = Holding(hub)
    hub.deliver(seen(0))
    with ThreadPoolExecutor(1) as writer:
        hanging = writer.submit(hub.step, T0 + 60)
        assert await asyncio.to_thread(store.asked.wait, PATIENCE)
        for number in range(1, 6):
            await holding.look()
            hub.deliver(seen(60 * number))
        await holding.look()
        kept = [result.slot - T0 for result in Spool(tmp_path / "spool-held").take().results]
        assert sorted(kept) == [0, 60, 120, 180, 240, 300]
        store.hangs = False
        after_a_kill = Store.open(str(store.engine.url))[0]
        shutil.copytree(tmp_path / "spool-held", tmp_path / "other" / "spool-held")
        ingest(after_a_kill, tmp_path / "other").step(T0 + 370)
        assert World(after_a_kill).timeline() == [(UP, 0, 360)]
        after_a_kill.close()
        store.goes_on.set()
        hanging.result(PATIENCE)
    hub.step(T0 + 371)
    assert not Spool(tmp_path / "spool-held")
    assert (World(store).timeline(), World(store).revision()) == ([(UP, 0, 360)], 0)


async def test_a_step_that_ends_is_no_reason_to_keep_anything(store: Hanging, tmp_path: Path) -> None:
    hub = ingest(store, tmp_path)
    holding = Holding(hub)
    for number in range(6):
        hub.deliver(seen(60 * number))
        hub.step(T0 + 60 * number + 60)
        await holding.look()
    hub.deliver(seen(360))
    await holding.look()
    assert not (tmp_path / "spool-held").exists()

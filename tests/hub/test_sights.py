"""What a hub writes of its own eyes and ears, where another one led in between."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.core.heartbeat import Listening
from monitor.core.model import Seconds
from monitor.hub.ears import Ears
from monitor.hub.sights import Sights
from monitor.storage.store import Store

NOW = 1_800_000_000


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(sqlite_template, tmp_path / "janji.db")
    opened, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    yield opened
    opened.close()


def blind_since(store: Store) -> Seconds | None:
    ((contact,),) = store.contacts.all().values()
    return contact.blind_since


def test_a_hub_that_leads_again_and_sees_writes_over_that_another_was_blind(store: Store) -> None:
    one, other = Sights(store), Sights(store)
    one.begin()
    one.note({"here": None}, NOW)
    other.begin()
    other.note({"here": NOW + 5}, NOW + 10)
    assert blind_since(store) == NOW + 5
    one.begin()
    one.note({"here": None}, NOW + 20)
    assert blind_since(store) is None


async def test_a_hub_that_leads_again_says_that_nobody_listened_since_the_last_one_did(store: Store) -> None:
    at = NOW
    with ThreadPoolExecutor(1) as writer:
        one, other = (Ears(store, writer=writer, wall=lambda: at, alone=False) for _ in range(2))
        for leader, moment in ((one, NOW), (other, NOW + 12), (one, NOW + 30)):
            at = moment
            leader.begin()
            await leader.step()
        assert store.beats.listening() == Listening(NOW, gap=NOW, resumed=NOW + 30, until=NOW + 30)

"""When the agent of each location was last heard of."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from monitor.core.backlog import Loss
from monitor.core.contact import Contact, Waiting
from monitor.core.exchange import Shard
from monitor.storage import contacts
from monitor.storage.store import StorageAway, Store
from tests.storage.builders import T0

SAID = Waiting(skew_ms=-120, backlog=40, dropped=3, oldest=T0 - 600)
FIRST = Contact("singapore", T0, 1, "1.0", SAID, dropped_since=T0, dropped_last=T0)


def test_a_contact_is_kept_as_it_was(store: Store) -> None:
    assert store.contacts.all() == {}
    assert store.contacts.note(FIRST)
    assert store.contacts.note(Contact("frankfurt", T0 + 1, 1, "1.1"))
    assert store.contacts.all() == {
        "singapore": (FIRST,),
        "frankfurt": (Contact("frankfurt", T0 + 1, 1, "1.1"),),
    }


def test_contacts_of_each_second_are_written_every_five(store: Store) -> None:
    written = [second for second in range(12) if store.contacts.note(replace(FIRST, seen_at=T0 + second))]
    assert written == [0, 5, 10]


def test_a_clock_that_was_set_back_does_not_keep_contacts_from_being_written(store: Store) -> None:
    store.contacts.note(FIRST)
    assert store.contacts.note(replace(FIRST, seen_at=T0 - 3600))
    assert store.contacts.all()["singapore"][0].seen_at == T0 - 3600


def test_asking_for_checks_leaves_what_was_said_when_pushing(store: Store) -> None:
    store.contacts.note(FIRST)
    store.contacts.note(Contact("singapore", T0 + 60, 1, "1.1"))
    assert store.contacts.all()["singapore"] == (replace(FIRST, seen_at=T0 + 60, version="1.1"),)


def test_a_store_for_reading_tells_contacts_and_takes_none(store: Store, store_url: str) -> None:
    store.contacts.note(FIRST)
    reading = Store.open_read_only(store_url)
    try:
        assert reading.contacts.all() == {"singapore": (FIRST,)}
        with pytest.raises(StorageAway):
            reading.contacts.note(replace(FIRST, seen_at=T0 + 60))
    finally:
        reading.close()


def test_each_part_of_a_location_has_a_contact_of_its_own(store: Store) -> None:
    parts = [replace(FIRST, part=Shard(number, 3)) for number in (3, 1)]
    for contact in (FIRST, *parts):
        assert store.contacts.note(contact)
    assert store.contacts.all() == {"singapore": (FIRST, parts[1], parts[0])}
    assert store.contacts.note(replace(parts[0], seen_at=T0 + 9, blind_since=T0 + 5))
    assert store.contacts.all()["singapore"][2] == replace(parts[0], seen_at=T0 + 9, blind_since=T0 + 5)


def test_since_when_a_clock_is_off_is_kept_until_it_is_right(store: Store) -> None:
    off = replace(FIRST, waiting=replace(SAID, skew_ms=6_000))
    for second in (0, 10):
        store.contacts.note(replace(off, seen_at=T0 + second))
    assert store.contacts.all()["singapore"][0].skewed_since == T0
    store.contacts.note(replace(FIRST, seen_at=T0 + 20))
    assert store.contacts.all()["singapore"][0].skewed_since is None


def _known_only_afterwards(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """What was read of contacts is from before something else went on."""
    read = contacts._read

    def stale(connection: Any) -> Any:
        found = read(connection)
        meanwhile()
        return found

    monkeypatch.setattr(contacts, "_read", stale)


def test_two_hubs_that_first_hear_of_an_agent_at_once_both_take_it(
    postgres_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = [Store.open(postgres_store_url)[0] for _ in range(2)]
    both = Barrier(2)
    _known_only_afterwards(monkeypatch, lambda: both.wait(20))
    heard = [FIRST, replace(FIRST, version="1.1")]
    with ThreadPoolExecutor(2) as threads:
        noted = [threads.submit(store.contacts.note, contact) for store, contact in zip(stores, heard, strict=True)]
        assert [future.result(30) for future in noted] == [True, True]
    monkeypatch.undo()
    (kept,) = stores[0].contacts.all()["singapore"]
    assert kept in heard
    for store in stores:
        store.close()


@pytest.mark.parametrize("waiting", [SAID, None], ids=["pushes", "asks"])
def test_what_another_hub_wrote_since_is_written_over_by_what_is_told_and_by_no_more(
    waiting: Waiting | None, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.contacts.note(replace(FIRST, blind_since=T0 - 60))
    monkeypatch.setattr(contacts, "_read", lambda _connection: {})
    assert store.contacts.note(replace(FIRST, seen_at=T0 + 1, waiting=waiting))
    monkeypatch.undo()
    kept = replace(FIRST, seen_at=T0 + 1, blind_since=T0 - 60)
    told = replace(kept, blind_since=None, dropped_since=T0 + 1, dropped_last=T0 + 1)
    assert store.contacts.all()["singapore"] == (told if waiting else kept,)


def test_since_when_an_agent_gives_up_results_is_kept_and_when_there_last_were_more(store: Store) -> None:
    for seconds, dropped in ((0, 0), (10, 3), (20, 3), (30, 5), (40, 5)):
        store.contacts.note(replace(FIRST, seen_at=T0 + seconds, waiting=replace(SAID, dropped=dropped)))
    store.contacts.note(Contact("singapore", T0 + 50, 1, "1.0"))
    (kept,) = store.contacts.all()["singapore"]
    assert kept.lost == Loss(5, T0 + 10, T0 + 30)

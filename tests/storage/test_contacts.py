"""When the agent of each location was last heard of."""

from dataclasses import replace

import pytest

from monitor.core.contact import Contact, Waiting
from monitor.core.exchange import Shard
from monitor.storage.store import StorageAway, Store
from tests.storage.builders import T0

SAID = Waiting(skew_ms=-120, backlog=40, dropped=3, oldest=T0 - 600)
FIRST = Contact("singapore", T0, 1, "1.0", SAID)


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
    assert store.contacts.all()["singapore"] == (Contact("singapore", T0 + 60, 1, "1.1", SAID),)


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

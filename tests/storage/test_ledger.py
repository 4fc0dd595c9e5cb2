import pytest

from monitor.core.ledger import first_break
from monitor.storage import ledger
from monitor.storage.store import Store
from tests.storage.builders import T0

PAYLOAD = {"text": "Überwachung – 監視", "number": 2**53, "nothing": None, "list": [1, "a", {"z": 1, "a": 2}]}


def test_the_chain_holds_over_restarts_and_after_reading_back(store: Store, store_url: str) -> None:
    with store.transaction() as connection:
        ledger.append(connection, at=T0, actor="ana", kind="settings loaded", payload=PAYLOAD)
    again, _ = Store.open(store_url)
    with again.transaction() as connection:
        ledger.append(connection, at=T0 + 1, actor="ben", kind="note", payload={})
        ledger.append(connection, at=T0 + 1, actor="ben", kind="note", payload=PAYLOAD)
    again.close()
    entries = store.ledger()
    assert [item.number for item in entries] == [1, 2, 3]
    assert entries[0].payload == PAYLOAD
    assert first_break(entries) is None


def test_a_row_changed_in_the_database_is_found(store: Store) -> None:
    with store.transaction() as connection:
        for number in range(3):
            ledger.append(connection, at=T0, actor="ana", kind="note", payload={"number": number})
    with store.transaction() as connection:
        connection.exec_driver_sql("update ledger set actor = 'eve' where number = 2")
    assert first_break(store.ledger()) == "entry 2 (note) was changed after it was written"
    with store.transaction() as connection:
        connection.exec_driver_sql("delete from ledger where number = 2")
    assert first_break(store.ledger()) == "entry 2 is missing: 3 stands in its place"


def test_an_entry_of_a_transaction_that_failed_leaves_no_gap(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:  # noqa: PT012 - fails after the entry
        ledger.append(connection, at=T0, actor="ana", kind="note", payload={})
        raise ZeroDivisionError
    with store.transaction() as connection:
        entry = ledger.append(connection, at=T0, actor="ana", kind="note", payload={})
    assert entry.number == 1


def test_a_counter_starts_at_nothing_and_grows_by_one(store: Store) -> None:
    with store.transaction() as connection:
        assert ledger.counter(connection, "facts") == 0
        ledger.bump(connection, "facts")
        ledger.bump(connection, "facts")
        ledger.bump(connection, "epoch")
        assert ledger.counter(connection, "facts") == 2

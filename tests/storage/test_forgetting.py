"""Alerts that are dealt with go when their time is over; what keeps a message from being sent again stays."""

from sqlalchemy import text

from monitor.core.alert import Message
from monitor.core.archive import DAY
from monitor.storage.store import Store
from tests.storage.builders import T0

WORDS = Message("failure", "title", "")


def left(store: Store) -> list[str]:
    return sorted(item.event for item in store.outbox.all())


def owed(store: Store, event: str, at: int, about: str) -> int:
    store.outbox.owe(event, "ops", ["${URL}"], WORDS, T0 + at)
    number = next(item.no for item in store.outbox.all() if item.event == event)
    with store.transaction() as connection:
        connection.execute(text("update outbox set about = :about where no = :no"), {"about": about, "no": number})
    return number


def test_alerts_that_were_sent_or_given_up_before_go_and_nothing_else(store: Store) -> None:
    store.outbox.sent(owed(store, "1/fired", 0, "[1]"), T0 + 60)
    store.outbox.give_up(owed(store, "2/fired", 0, "[2]"), T0 + 60, "gone")
    owed(store, "3/fired", 0, "[3]")  # nobody took it yet
    store.outbox.sent(owed(store, "4/fired", 0, "[4]"), T0 + 2 * DAY)
    store.outbox.sent(owed(store, "review/2026-01", 0, "[]"), T0 + 60)
    assert not store.forgetting.step(T0 + 60)
    assert store.forgetting.step(T0 + 61)
    assert left(store) == ["3/fired", "4/fired", "review/2026-01"]
    assert not store.forgetting.step(T0 + 61)


def test_many_old_alerts_go_in_several_steps(store: Store) -> None:
    targets = [f"${{URL_{number}}}" for number in range(250)]
    store.outbox.owe("1/fired", "ops", targets, WORDS, T0)
    with store.transaction() as connection:
        connection.execute(text("update outbox set about = '[1]', sent_at = :at"), {"at": T0})
    assert [store.forgetting.step(T0 + DAY) for _ in range(3)] == [True, True, False]

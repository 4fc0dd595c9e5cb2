from dataclasses import replace

import pytest
from sqlalchemy import text

from monitor.core.alert import Attachment, Channel, Message, On, Plan, Rule
from monitor.core.delivery import LEASE
from monitor.storage.outbox import Owed, publish
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UP, World, component, slots
from tests.storage.telling import tell


@pytest.fixture
def owing(store: Store) -> Store:
    """A store with a firing and a recovery owed, one minute apart."""
    plan = Plan((Rule(On.DOWN, channels=("ops",)),), {"ops": Channel(("${OPS_URL}",))}, wait=0)
    world = World(store, plan)
    world.adopt(component())
    for result in slots(DOWN, UP):
        world.live([result])
        tell(store, plan, result.slot + 60)
    return store


def due(store: Store, at: int) -> list[str]:
    return [item.event for item in store.outbox.due(T0 + at)]


def one(store: Store, event: str) -> Owed:
    return next(item for item in store.outbox.all() if item.event == event)


def test_what_is_owed_is_due_from_its_slot_on_oldest_first(owing: Store) -> None:
    assert due(owing, 59) == []
    assert due(owing, 60) == ["1/fired"]
    assert due(owing, 120) == ["1/fired", "1/recovered"]
    assert [item.event for item in owing.outbox.due(T0 + 120, limit=1)] == ["1/fired"]


def test_a_message_keeps_the_reference_and_never_the_secret(owing: Store) -> None:
    assert one(owing, "1/fired").target == "${OPS_URL}"


def test_what_was_sent_is_not_due_again(owing: Store) -> None:
    owing.outbox.sent(one(owing, "1/fired").no, T0 + 121)
    assert due(owing, 10_000) == ["1/recovered"]
    assert (one(owing, "1/fired").sent_at, one(owing, "1/fired").tries) == (T0 + 121, 1)


def test_what_could_not_be_sent_is_due_again_later(owing: Store) -> None:
    number = one(owing, "1/fired").no
    owing.outbox.retry(number, T0 + 180, "refused")
    assert due(owing, 179) == ["1/recovered"]
    assert due(owing, 180) == ["1/fired", "1/recovered"]
    assert (one(owing, "1/fired").tries, one(owing, "1/fired").last_error) == (1, "refused")
    owing.outbox.sent(number, T0 + 181)
    assert (one(owing, "1/fired").tries, one(owing, "1/fired").last_error) == (2, "")


def test_what_was_given_up_is_kept_with_its_reason(owing: Store) -> None:
    owing.outbox.give_up(one(owing, "1/fired").no, T0 + 9_000, "no such host")
    assert due(owing, 10_000) == ["1/recovered"]
    kept = one(owing, "1/fired")
    assert (kept.failed_at, kept.sent_at, kept.last_error) == (T0 + 9_000, None, "no such host")


def test_the_newest_messages_come_first(owing: Store) -> None:
    assert [item.event for item in owing.outbox.all()] == ["1/recovered", "1/fired"]
    assert [item.event for item in owing.outbox.all(limit=1)] == ["1/recovered"]


FILE = Attachment("review-2026-10.pdf", b"%PDF \x00\xff", "Pull it.")
LETTER = Message("info", "Review", "99.8652 %", FILE)


def test_a_message_with_its_file_is_owed_to_each_url_once(store: Store) -> None:
    assert store.outbox.owe("report:review/2026-10", "support", ["a", "b", "a"], LETTER, 100)
    assert not store.outbox.owe("report:review/2026-10", "support", ["a", "c"], LETTER, 200)
    rows = store.outbox.waiting()
    assert [(row.target, row.created_at) for row in rows] == [("a", 100), ("b", 100)]
    assert {row.attachment_no for row in rows} == {1}
    assert store.outbox.attachment(1) == FILE


def test_a_file_that_two_channels_get_is_stored_once(store: Store) -> None:
    store.outbox.owe("report:review/2026-10", "support", ["a"], LETTER, 100)
    store.outbox.owe("report:review/2026-10", "finance", ["b"], LETTER, 100)
    assert {row.attachment_no for row in store.outbox.waiting()} == {1}


def test_what_is_skipped_is_on_record_and_never_sent(store: Store) -> None:
    store.outbox.owe("report:review/2026-10", "support", ["a"], replace(LETTER, attachment=None), 100, skipped="late")
    assert store.outbox.waiting() == []
    (row,) = store.outbox.all()
    assert (row.failed_at, row.last_error, row.tries) == (100, "late", 0)
    assert store.outbox.told("report:") == {("report:review/2026-10", "support")}
    assert store.outbox.told("other:") == set()


def test_a_file_that_is_not_there_is_said_by_its_number(store: Store) -> None:
    with pytest.raises(LookupError, match="there is no attachment 7"):
        store.outbox.attachment(7)


def test_a_public_message_waits_for_subscriptions_and_is_never_sent_to_a_channel(owing: Store) -> None:
    for _ in range(2):
        with owing.transaction() as connection:
            publish(connection, "incident/i-1/1", {"en": Message("info", "Slow pages", "We look into it.")}, T0)
    assert [item.event for item in owing.outbox.waiting()] == ["1/fired", "1/recovered"]
    assert due(owing, 10_000) == ["1/fired", "1/recovered"]
    assert [item.event for item in owing.outbox.all()] == ["1/recovered", "1/fired"]
    (public,) = owing.outbox.public()
    assert (public.event, public.message.body, public.target) == ("incident/i-1/1", "We look into it.", "en")


def test_a_claimed_message_is_nobody_elses_until_its_lease_is_over(owing: Store) -> None:
    number = one(owing, "1/fired").no
    assert owing.outbox.claim([number, 999], "one", T0) == {number}
    assert owing.outbox.claim([number], "other", T0 + LEASE - 1) == set()
    assert owing.outbox.claim([number], "one", T0 + 1) == {number}
    assert owing.outbox.claim([number], "other", T0 + 1 + LEASE) == {number}


def test_what_is_booked_is_free_again_unless_it_was_sent(owing: Store) -> None:
    fired, recovered = one(owing, "1/fired").no, one(owing, "1/recovered").no
    owing.outbox.claim([fired, recovered], "one", T0)
    owing.outbox.retry(fired, T0 + 180, "refused", "one")
    owing.outbox.sent(recovered, T0 + 1)
    assert owing.outbox.claim([fired, recovered], "other", T0 + 2) == {fired}


def test_a_hub_whose_lease_is_over_may_still_say_that_it_sent_but_not_that_it_failed(owing: Store) -> None:
    number = one(owing, "1/fired").no
    owing.outbox.claim([number], "one", T0)
    owing.outbox.claim([number], "other", T0 + LEASE)
    owing.outbox.retry(number, T0 + 9_000, "refused", "one")
    owing.outbox.give_up(number, T0 + 100, "refused", "one")
    assert (one(owing, "1/fired").next_try, one(owing, "1/fired").failed_at) == (T0 + 60, None)
    owing.outbox.sent(number, T0 + 100)
    assert one(owing, "1/fired").sent_at == T0 + 100


def test_messages_that_another_hub_is_claiming_at_this_moment_are_passed_over(postgres_store_url: str) -> None:
    store, _ = Store.open(postgres_store_url)
    for event in ("1/fired", "2/fired"):
        store.outbox.owe(event, "ops", ["${OPS_URL}"], Message("failure", event, ""), T0)
    fired, other = one(store, "1/fired").no, one(store, "2/fired").no
    with store.transaction() as connection:
        connection.execute(text("select no from outbox where no = :no for update"), {"no": fired})
        assert store.outbox.claim([fired, other], "other", T0) == {other}
    store.close()

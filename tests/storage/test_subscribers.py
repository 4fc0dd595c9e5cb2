from dataclasses import replace

import pytest
from sqlalchemy import text

from monitor.core.alert import Message
from monitor.core.bounce import Bounce
from monitor.core.delivery import LEASE
from monitor.core.subscription import Medium, Subscription
from monitor.storage.store import Store
from monitor.storage.transactions import NotLeading

T0 = 1_795_496_400
DAY = 86_400
ABSENT = "the mail server refused the recipient (550 5.1.1)"
NEWS = {"en": Message("info", "Slow", "Up to 8 s."), "id": Message("info", "Lambat", "Hingga 8 detik.")}


def wanted(address: str = "siti@example.org", **other: object) -> Subscription:
    key = (address.encode().hex() * 43)[:43]
    made = Subscription(0, Medium.EMAIL, address, (), "en", key, "", T0, T0, None)
    return replace(made, **other)  # type: ignore[arg-type]


def subscribe(store: Store, address: str, *components: str, language: str = "en") -> Subscription:
    store.subscribers.ask(wanted(address))
    found = store.subscribers.choose(wanted(address).key, components, language, T0 + 10)
    assert found is not None
    for owed in store.subscribers.claim(T0 + 10, 50):
        store.subscribers.sent(owed.no, T0 + 10)
    return found


def spread(store: Store, event: str = "incident:a/1", about: tuple[str, ...] | None = ("web",)) -> int:
    store.outbox.publish(event, NEWS, T0 + 20)
    return store.subscribers.spread(lambda _event: about, T0 + 20)


def test_asking_owes_the_link_and_nothing_else(store: Store) -> None:
    assert store.subscribers.ask(wanted())
    [owed] = store.subscribers.claim(T0, 10)
    assert (owed.confirms, owed.to.address, owed.title) == (True, "siti@example.org", "")
    assert spread(store) == 0


def test_who_asks_again_gets_the_link_once_an_hour_and_changes_nothing(store: Store) -> None:
    first = subscribe(store, "siti@example.org", "web")
    assert not store.subscribers.ask(wanted(components=("api",), key="o" * 43, asked_at=T0 + 3599))
    assert store.subscribers.ask(wanted(components=("api",), key="o" * 43, asked_at=T0 + 3600))
    assert store.subscribers.by_key("o" * 43) is None
    assert store.subscribers.all() == [replace(first, asked_at=T0 + 3600)]


def test_news_goes_once_to_each_who_wants_it_in_their_language(store: Store) -> None:
    subscribe(store, "a@example.org")
    subscribe(store, "b@example.org", "web", language="id")
    subscribe(store, "c@example.org", "api")
    assert spread(store) == 2
    assert spread(store) == 0
    told = [(owed.to.address, owed.title) for owed in store.subscribers.claim(T0 + 20, 10)]
    assert told == [("a@example.org", "Slow"), ("b@example.org", "Lambat")]


def test_news_of_which_nothing_is_known_yet_waits(store: Store) -> None:
    subscribe(store, "a@example.org")
    assert spread(store, about=None) == 0
    assert store.subscribers.spread(lambda _event: (), T0 + 21) == 1


def test_what_is_claimed_is_nobody_elses_until_its_lease_is_over(store: Store) -> None:
    subscribe(store, "a@example.org")
    spread(store)
    [owed] = store.subscribers.claim(T0 + 20, 10)
    assert store.subscribers.claim(T0 + 20 + LEASE - 1, 10) == []
    assert [item.no for item in store.subscribers.claim(T0 + 20 + LEASE, 10)] == [owed.no]


def test_a_message_waits_for_the_one_before_it_to_the_same_subscriber(store: Store) -> None:
    subscribe(store, "a@example.org")
    spread(store, "incident:a/1")
    spread(store, "incident:a/2")
    [first] = store.subscribers.claim(T0 + 30, 10)
    store.subscribers.retry(first.no, T0 + 100, "it answered 500")
    assert store.subscribers.claim(T0 + 99, 10) == []
    [again] = store.subscribers.claim(T0 + 100, 10)
    assert (again.event, again.tries) == ("incident:a/1", 1)
    store.subscribers.give_up(again.no, T0 + 100, "it answered 500")
    assert [owed.event for owed in store.subscribers.claim(T0 + 100, 10)] == ["incident:a/2"]


def test_whoever_unsubscribes_is_forgotten_with_all_that_was_owed(store: Store) -> None:
    found = subscribe(store, "a@example.org")
    spread(store)
    assert store.subscribers.end(found.key)
    assert not store.subscribers.end(found.key)
    assert (store.subscribers.all(), store.subscribers.claim(T0 + 99, 10)) == ([], [])
    with store.transaction() as connection:
        assert connection.execute(text("select count(*) from subscriber_delivery")).scalar() == 0


def test_an_address_is_erased_on_both_ways(store: Store) -> None:
    subscribe(store, "a@example.org")
    assert [store.subscribers.erase("a@example.org"), store.subscribers.erase("a@example.org")] == [1, 0]


def test_what_nobody_confirmed_in_a_day_is_forgotten(store: Store) -> None:
    store.subscribers.ask(wanted("a@example.org"))
    subscribe(store, "b@example.org")
    assert store.subscribers.forget(T0 + 86_399) == 0
    assert store.subscribers.forget(T0 + 86_400) == 1
    assert [item.address for item in store.subscribers.all()] == ["b@example.org"]


def test_only_the_hub_that_leads_spreads_and_claims(store: Store) -> None:
    store.decide_in(None)
    with pytest.raises(NotLeading):
        store.subscribers.spread(lambda _event: (), T0)
    with pytest.raises(NotLeading):
        store.subscribers.claim(T0, 10)


def bounce(store: Store, day: int, *, others: bool = True) -> bool:
    """A message of that day bounces at a@…, and is taken at others; whether a subscription ended by it."""
    spread(store, f"incident:a/{day}")
    at = T0 + day * DAY
    owed = {item.to.address: item for item in store.subscribers.claim(at, 10)}
    lost = owed.pop("a@example.org")
    for item in owed.values():
        if others:
            store.subscribers.sent(item.no, at)
        else:
            store.subscribers.give_up(item.no, at, ABSENT, Bounce.ABSENT)
    return store.subscribers.give_up(lost.no, at, ABSENT, Bounce.ABSENT)


def test_a_subscription_whose_mailbox_is_absent_for_days_ends_and_says_why(store: Store) -> None:
    subscribe(store, "a@example.org")
    subscribe(store, "b@example.org")
    assert [bounce(store, day) for day in (1, 2, 3, 4)] == [False, False, False, True]
    first, second = store.subscribers.all()
    assert (first.active, first.ended_at, first.ended_why) == (False, T0 + 4 * DAY, ABSENT)
    assert second.active
    spread(store, "incident:a/5")
    assert [owed.to.address for owed in store.subscribers.claim(T0 + 5 * DAY, 10)] == ["b@example.org"]


def test_a_webhook_that_is_gone_ends_at_once_with_all_that_it_was_owed(store: Store) -> None:
    made = wanted("https://example.org/hook", medium=Medium.WEBHOOK)
    store.subscribers.ask(made)
    store.subscribers.choose(made.key, (), "en", T0 + 1)
    [link] = store.subscribers.claim(T0 + 1, 10)
    store.subscribers.sent(link.no, T0 + 1)
    spread(store, "incident:a/1")
    spread(store, "incident:a/2")
    [owed] = store.subscribers.claim(T0 + 20, 10)
    assert store.subscribers.give_up(owed.no, T0 + 20, "it answered 410", Bounce.GONE)
    assert store.subscribers.claim(T0 + 99, 10) == []
    assert store.subscribers.all()[0].ended_why == "it answered 410"


def test_a_mail_server_that_takes_a_message_for_nobody_ends_no_subscription(store: Store) -> None:
    subscribe(store, "a@example.org")
    subscribe(store, "b@example.org")
    assert not any(bounce(store, day, others=False) for day in range(1, 9))
    assert all(item.active for item in store.subscribers.all())


def test_a_message_that_is_taken_forgets_those_that_bounced(store: Store) -> None:
    subscribe(store, "a@example.org")
    subscribe(store, "b@example.org")
    assert [bounce(store, day) for day in (1, 2, 3)] == [False] * 3
    spread(store, "incident:a/taken")
    for owed in store.subscribers.claim(T0 + 3 * DAY + 60, 10):
        store.subscribers.sent(owed.no, T0 + 3 * DAY + 60)
    assert [bounce(store, day) for day in (4, 5, 6, 7)] == [False, False, False, True]


def test_what_ended_by_itself_wakes_when_it_is_confirmed_anew(store: Store) -> None:
    subscribe(store, "a@example.org", "web")
    subscribe(store, "b@example.org")
    assert any(bounce(store, day) for day in range(1, 5))
    at = T0 + 5 * DAY
    assert store.subscribers.ask(wanted("a@example.org", asked_at=at))
    [owed] = store.subscribers.claim(at, 10)
    assert (owed.confirms, owed.to.active) == (True, False)
    store.subscribers.sent(owed.no, at)
    woken = store.subscribers.choose(wanted("a@example.org").key, ("web",), "en", at + 10)
    assert woken is not None
    assert (woken.active, woken.confirmed_at, woken.ended_why) == (True, at + 10, "")
    assert not bounce(store, 9)


def test_what_ended_by_itself_is_forgotten_after_thirty_days(store: Store) -> None:
    subscribe(store, "a@example.org")
    subscribe(store, "b@example.org")
    assert any(bounce(store, day) for day in range(1, 5))
    assert store.subscribers.forget(T0 + 34 * DAY) == 0
    assert store.subscribers.forget(T0 + 34 * DAY + 1) == 1
    assert [item.address for item in store.subscribers.all()] == ["b@example.org"]

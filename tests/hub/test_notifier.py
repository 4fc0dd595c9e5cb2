"""The notifier on a real store: at least once, never lost, in order, and nobody waits for a channel that hangs."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert

from monitor.core.alert import Channel, Message, Plan
from monitor.core.delivery import LEASE
from monitor.core.secret import SecretMissing
from monitor.hub.notifier import Deliver, Notifier
from monitor.notify.deliver import Delivery, deliver
from monitor.storage.outbox import Owed
from monitor.storage.store import StorageAway, Store
from monitor.storage.tables import Outbox
from tests.notify.receivers import receiver

T0 = 1_767_225_600
DAY = 86_400
SENT = Delivery(delivered=True)
FAILED = Delivery(delivered=False, error="JSON: it answered 503")


class Receivers:
    """Every address in one: notes what was sent where, and answers as it is told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.answers: dict[str, Delivery] = {}
        self.hanging: set[str] = set()

    async def __call__(self, url: str, message: Message) -> Delivery:
        self.sent.append((url, message.title))
        if url in self.hanging:
            await asyncio.Event().wait()
        return self.answers.get(url, SENT)


class House:
    """A store, receivers, and a notifier that can be started anew as after a crash."""

    def __init__(self, store: Store, writer: ThreadPoolExecutor) -> None:
        self.store = store
        self.writer = writer
        self.receivers = Receivers()
        self.environment: dict[str, str] = {}
        self.restart()

    def restart(self, deliver: Deliver | None = None) -> None:
        self.notifier = Notifier(
            self.store, deliver=deliver or self.receivers, secrets=self._lookup, writer=self.writer
        )

    def owe(self, event: str, *targets: str, channel: str = "engineering", about: Sequence[int] = ()) -> None:
        rows = [
            {
                "event": event,
                "channel": channel,
                "target": target,
                "type": "failure",
                "title": event,
                "body": "",
                "created_at": T0,
                "next_try": T0,
                "tries": 0,
                "last_error": "",
                "about": list(about),
            }
            for target in targets
        ]
        with self.store.transaction() as connection:
            connection.execute(insert(Outbox), rows)

    async def step(self, at: int = 0) -> int:
        """One step `at` seconds after T0, to its end."""
        started = await self.notifier.step(T0 + at)
        await self.notifier.finish(patience=5)
        return started

    def row(self, target: str) -> Owed:
        return next(owed for owed in self.store.outbox.all() if owed.target == target)

    def _lookup(self, reference: str) -> str:
        if reference not in self.environment:
            raise SecretMissing(reference)
        return self.environment[reference]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    with ThreadPoolExecutor(1) as writer:
        yield House(store, writer)
    store.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - it is another thread that it waits for
            await asyncio.sleep(0)


def after(house: House, doing: Callable[[], None]) -> Deliver:
    """Receivers that take the message; then something happens before it is booked."""

    async def take(url: str, message: Message) -> Delivery:
        outcome = await house.receivers(url, message)
        doing()
        return outcome

    return take


async def test_a_message_that_another_hub_tries_is_left_to_it(house: House) -> None:
    house.owe("1/fired", "a", "b")
    house.store.outbox.claim([house.row("a").no], "another", T0)
    assert await house.step() == 1
    assert house.receivers.sent == [("b", "1/fired")]
    assert await house.step(LEASE) == 1


async def test_what_is_owed_is_sent_once_and_booked(house: House) -> None:
    house.owe("1/fired", "a")
    assert await house.step() == 1
    assert await house.step(1) == 0
    assert house.receivers.sent == [("a", "1/fired")]
    assert (house.row("a").sent_at, house.row("a").tries) == (T0, 1)


async def test_only_the_address_that_failed_is_tried_again(house: House) -> None:
    house.owe("1/fired", "a", "b")
    house.receivers.answers["b"] = FAILED
    await house.step()
    house.receivers.answers.clear()
    assert await house.step(9) == 0
    assert await house.step(13) == 1
    assert house.receivers.sent == [("a", "1/fired"), ("b", "1/fired"), ("b", "1/fired")]
    assert house.row("b").sent_at == T0 + 13
    assert house.row("b").last_error == ""


async def test_a_failure_is_booked_with_its_reason_and_the_next_try(house: House) -> None:
    house.owe("1/fired", "a")
    house.receivers.answers["a"] = FAILED
    await house.step()
    row = house.row("a")
    assert (row.sent_at, row.failed_at, row.tries, row.last_error) == (None, None, 1, "JSON: it answered 503")
    assert T0 + 10 <= row.next_try <= T0 + 12


async def test_a_message_is_given_up_after_a_day_and_stays_on_record(house: House) -> None:
    house.owe("1/fired", "a")
    house.receivers.answers["a"] = FAILED
    await house.step(DAY)
    assert (house.row("a").failed_at, house.row("a").last_error) == (T0 + DAY, "JSON: it answered 503")
    assert await house.step(2 * DAY) == 0


FOR_EVER = Delivery(delivered=False, error="JSON: it answered 404", permanent=True)
STAND_IN = Plan(
    channels={"engineering": Channel(("a",), fallback="support"), "support": Channel(("b", "c"), language="id")}
)


async def test_what_is_refused_for_ever_has_three_tries(house: House) -> None:
    house.owe("1/fired", "a")
    house.receivers.answers["a"] = FOR_EVER
    for moment in (0, 13, 40):
        assert await house.step(moment) == 1
    assert (house.row("a").failed_at, house.row("a").tries) == (T0 + 40, 3)


async def test_another_channel_is_told_once_what_cannot_be_delivered_to_this_one(house: House) -> None:
    house.notifier.use(STAND_IN)
    house.owe("1/fired", "a")
    house.receivers.answers["a"] = FAILED
    await house.step(0)
    await house.step(299)
    assert [url for url, _ in house.receivers.sent] == ["a", "a"]
    await house.step(400)
    await house.step(401)
    await house.step(2_000)
    assert [url for url, _ in house.receivers.sent] == ["a", "a", "a", "b", "c", "a"]
    said = house.row("b")
    assert (said.event, said.channel) == ("1/fired/instead-of/engineering", "support")
    assert said.message.body.endswith(
        "Pesan ini untuk kanal engineering, yang tidak dapat dijangkau: JSON: it answered 503."
    )


async def test_a_channel_that_stands_in_has_none_that_stands_in_for_it(house: House) -> None:
    house.notifier.use(Plan(channels={**STAND_IN.channels, "support": Channel(("b",), fallback="engineering")}))
    house.owe("1/fired", "a")
    house.receivers.answers = {"a": FOR_EVER, "b": FOR_EVER}
    for moment in (0, 13, 40, 41, 60, 100):
        await house.step(moment)
    assert sorted(owed.channel for owed in house.store.outbox.all()) == ["engineering", "support"]


async def test_whoever_was_told_instead_hears_of_the_recovery_too(house: House) -> None:
    house.notifier.use(STAND_IN)
    house.owe("1/fired", "a", about=[1])
    house.receivers.answers["a"] = FAILED
    await house.step(0)
    await house.step(400)
    house.receivers.answers.clear()
    house.owe("1/recovered", "a", about=[1])
    for moment in (401, 500, 501, 502, 503):
        await house.step(moment)
    assert [item for item in house.receivers.sent if item[0] == "b"] == [("b", "1/fired"), ("b", "1/recovered")]


async def test_a_recovery_is_not_sent_before_the_alert_it_ends(house: House) -> None:
    house.owe("1/fired", "a")
    house.owe("1/recovered", "a")
    house.receivers.answers["a"] = FAILED
    assert await house.step() == 1
    house.receivers.answers.clear()
    assert await house.step(13) == 1
    assert await house.step(14) == 1
    assert [title for _, title in house.receivers.sent] == ["1/fired", "1/fired", "1/recovered"]


async def test_a_channel_that_hangs_holds_two_tries_and_no_other_channel(house: House) -> None:
    for number in range(60):
        house.owe(f"{number}/fired", "hung")
    house.owe("60/fired", "b", channel="support")
    house.receivers.hanging.add("hung")
    assert await house.notifier.step(T0) == 3
    await until(lambda: house.row("b").sent_at is not None)
    assert await house.notifier.step(T0 + 1) == 0
    await house.notifier.finish(patience=0)
    assert house.row("b").sent_at == T0
    assert [url for url, _ in house.receivers.sent] == ["hung", "hung", "b"]


async def test_what_hangs_when_the_hub_stops_stays_owed(house: House) -> None:
    house.owe("1/fired", "hung")
    house.receivers.hanging.add("hung")
    await house.notifier.step(T0)
    await until(lambda: bool(house.receivers.sent))
    await house.notifier.finish(patience=0)
    house.receivers.hanging.clear()
    house.restart()
    await house.step(1)
    assert house.row("hung").sent_at == T0 + 1


async def test_a_crash_between_sending_and_booking_sends_again(house: House) -> None:
    house.owe("1/fired", "a")

    class Crash(BaseException):
        """Nothing catches it, as nothing catches a power cut."""

    def crash() -> None:
        raise Crash

    house.restart(after(house, crash))
    await house.notifier.step(T0)
    with pytest.raises(Crash):
        await asyncio.gather(*house.notifier._tasks)
    assert house.row("a").sent_at is None
    house.restart()
    await house.step(1)
    assert house.receivers.sent == [("a", "1/fired"), ("a", "1/fired")]
    assert house.row("a").sent_at == T0 + 1


async def test_a_message_that_was_sent_is_not_sent_each_second_while_the_database_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.owe("1/fired", "a")
    with monkeypatch.context() as away:

        def refuse(*_arguments: object) -> None:
            raise StorageAway("disk is full")

        away.setattr(house.store.outbox, "sent", refuse)
        await house.step()
        for second in (1, 2):
            with pytest.raises(StorageAway):
                await house.step(second)
    assert await house.step(3) == 0
    assert house.receivers.sent == [("a", "1/fired")]
    assert house.row("a").sent_at == T0 + 3


async def test_a_secret_that_is_not_set_is_a_failure_that_names_it_and_is_tried_again(house: House) -> None:
    house.owe("1/fired", "${URL}")
    await house.step()
    assert house.receivers.sent == []
    assert house.row("${URL}").last_error == "the secret URL is not set"
    house.environment["URL"] = "a"
    await house.step(13)
    assert house.receivers.sent == [("a", "1/fired")]


async def test_a_bug_while_delivering_loses_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_url: str, _message: Message) -> Delivery:
        raise RuntimeError("json://user:hunter2@host/")

    house.owe("1/fired", "a")
    house.restart(broken)
    await house.step()
    assert house.row("a").last_error == "Janji itself failed: RuntimeError"
    assert "delivering message" in caplog.text
    house.restart()
    await house.step(13)
    assert house.row("a").sent_at == T0 + 13


async def test_with_real_receivers_a_failed_one_gets_its_message_later_and_the_other_gets_it_once(house: House) -> None:
    with receiver() as good, receiver(503, 200) as flaky:
        house.owe("1/fired", good.url, flaky.url)
        house.restart(deliver)
        await house.step()
        assert house.row(flaky.url).last_error == "JSON: it answered 503"
        await house.step(13)
    assert good.titles == ["1/fired"]
    assert flaky.titles == ["1/fired"]
    assert len(flaky.messages) == 2

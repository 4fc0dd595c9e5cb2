"""The hub tells of its own trouble past its database: once, over restarts, and on record once the database is back."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

import pytest

from monitor.core.alert import Message, On, Plan
from monitor.core.alerting.own import OwnTrouble
from monitor.core.model import Phases, Result, State, digest
from monitor.hub.alert_plan import alert_plan
from monitor.hub.hub import Hub
from monitor.hub.ingest import Ingest
from monitor.hub.own_trouble import OwnTroubles, own_file
from monitor.notify.deliver import Delivery
from monitor.storage.judging import Judge
from monitor.storage.results import Refused
from monitor.storage.spool import Spool
from monitor.storage.store import StorageAway, StorageFull, Store
from monitor.storage.transactions import Transactions
from tests.settings.loading import loaded

T0 = 1_767_225_600
SETTINGS = """\
components: [{{id: api, checks: [{{kind: tcp, host: 127.0.0.1, port: 9}}]}}]
alerts:
  channels:
    ops: {{to: ["${{OPS}}", "json://b"], fallback: leads}}
    leads: ["json://c"]
  rules: [{rules}]
"""
HUB = "{on: hub, notify: [ops]}"
AWAY = "psycopg: connection to host db.internal refused for user janji"


class House:
    """The own troubles of a hub that can be started again, and whoever is told."""

    def __init__(self, folder: Path, store: Store, writer: ThreadPoolExecutor) -> None:
        self.settings = loaded(folder, SETTINGS.format(rules=HUB)).settings
        self.folder, self.store, self.writer = folder, store, writer
        self.sent: list[tuple[str, str, str]] = []
        self.refusing: set[str] = set()
        self.led: bool | None = True
        self.start()

    def start(self) -> None:
        path = own_file(self.folder / "spool")
        self.own = OwnTroubles(
            self.settings, path=path, deliver=self._deliver, secrets=lambda _name: "json://a", led=lambda: self.led
        )

    async def _deliver(self, url: str, message: Message) -> Delivery:
        self.sent.append((url, message.type, message.body))
        return Delivery(delivered=url not in self.refusing, error="it answered 503")

    async def look(self, start: int, end: int, problem: str | None, trouble: OwnTrouble | None = None) -> None:
        for at in range(start, end):
            self.own.heard("storage", problem, trouble)
            await self.own.step(T0 + at)
            await self.own._notifier.finish(patience=5)

    def told(self) -> list[tuple[str, str]]:
        return [(url, kind) for url, kind, _ in self.sent]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    with ThreadPoolExecutor(1) as writer:
        yield House(tmp_path, store, writer)
    store.close()


async def test_every_address_hears_of_it_once_and_of_its_end_over_restarts(house: House) -> None:
    await house.look(0, 70, AWAY, OwnTrouble.DATABASE)
    house.start()
    await house.look(70, 200, AWAY, OwnTrouble.DATABASE)
    house.start()
    await house.look(200, 300, None)
    assert house.told() == [
        ("json://a", "failure"),
        ("json://b", "failure"),
        ("json://a", "success"),
        ("json://b", "success"),
    ]


async def test_neither_message_nor_file_holds_a_secret_or_what_the_database_said(house: House) -> None:
    await house.look(0, 70, AWAY, OwnTrouble.DATABASE)
    text = own_file(house.folder / "spool").read_text()
    assert "json://a" not in text
    assert "${OPS}" in text
    for said in (text, *(body for _, _, body in house.sent)):
        assert "db.internal" not in said


async def test_on_a_full_disk_it_is_told_once_from_memory(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("monitor.storage.whole_file.os.open", full)
        await house.look(0, 400, AWAY, OwnTrouble.DISK)
        assert len(house.sent) == 2
    await house.look(400, 402, None)
    house.start()
    await house.look(402, 500, None)
    assert house.told()[2:] == [("json://a", "success"), ("json://b", "success")]


async def test_what_is_not_delivered_is_tried_again_before_its_recovery_and_told_elsewhere(house: House) -> None:
    house.refusing = {"json://b"}
    await house.look(0, 600, AWAY, OwnTrouble.DATABASE)
    assert house.told().count(("json://c", "failure")) == 1
    assert ("json://b", "success") not in house.told()
    house.refusing = set()
    await house.look(600, 2000, None)
    assert [kind for url, kind in house.told() if url == "json://b"][-2:] == ["failure", "success"]
    assert [kind for url, kind in house.told() if url == "json://c"] == ["failure", "success"]


async def test_what_was_sent_is_put_on_record_once_the_database_takes_it(house: House) -> None:
    await house.look(0, 70, AWAY, OwnTrouble.DATABASE)
    await house.own._put_on_record(house.store.outbox, house.writer)
    assert house.store.outbox.all() == []
    await house.look(70, 130, None)
    for _ in range(2):
        await house.own._put_on_record(house.store.outbox, house.writer)
    found = sorted((item.message.title, item.target, item.sent_at, item.tries) for item in house.store.outbox.all())
    assert found == [
        ("Janji itself is well again", "${OPS}", T0 + 100, 1),
        ("Janji itself is well again", "json://b", T0 + 100, 1),
        ("Janji itself: its database does not answer", "${OPS}", T0 + 61, 1),
        ("Janji itself: its database does not answer", "json://b", T0 + 61, 1),
    ]
    await house.look(130, 140, None)
    assert json.loads(own_file(house.folder / "spool").read_text())["messages"] == []


async def test_whether_it_led_is_known_over_a_restart_without_the_database(house: House) -> None:
    await house.look(0, 10, None)
    house.start()
    house.led = None
    await house.look(10, 80, AWAY, OwnTrouble.DATABASE)
    assert len(house.sent) == 2


async def test_a_hub_that_follows_leaves_it_to_the_leader_for_ten_minutes(house: House) -> None:
    house.led = False
    await house.look(0, 660, AWAY, OwnTrouble.DATABASE)
    assert house.sent == []
    await house.look(660, 700, AWAY, OwnTrouble.DATABASE)
    assert len(house.sent) == 2


async def test_a_beat_that_does_not_end_hangs(house: House) -> None:
    house.own.beats(T0)
    await house.look(0, 365, None)
    assert ("json://a", "failure") in house.told()
    house.own.beats(None)
    await house.look(365, 400, None)
    assert house.told()[-1] == ("json://b", "success")


async def test_a_disk_that_hangs_keeps_nobody_from_hearing_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.look(0, 1, None)
    over = threading.Event()
    monkeypatch.setattr("monitor.hub.own_trouble._PATIENCE", 0.1)
    with monkeypatch.context() as patch:
        patch.setattr("monitor.storage.own_messages._write", lambda *_arguments: over.wait(60))
        await house.look(1, 70, AWAY, OwnTrouble.DISK)
        assert house.told() == [("json://a", "failure"), ("json://b", "failure")]
        over.set()
    await house.look(70, 110, None)
    assert house.told()[2:] == [("json://a", "success"), ("json://b", "success")]


async def test_a_file_that_cannot_be_read_is_set_aside(house: House, caplog: pytest.LogCaptureFixture) -> None:
    path = own_file(house.folder / "spool")
    path.write_text("{")
    house.start()
    await house.look(0, 70, AWAY, OwnTrouble.DATABASE)
    assert len(house.sent) == 2
    assert path.with_name(f"damaged-{path.name}").exists()
    assert "set aside" in caplog.text


def test_the_spool_and_a_full_disk_are_told_apart_from_a_database_that_is_away(tmp_path: Path) -> None:
    class Moody(Store):
        error: Exception | None = None

        def accept(self, batch: Sequence[Result]) -> list[Refused]:
            if self.error is not None:
                raise self.error
            return super().accept(batch)

    store, _ = Moody.open(f"sqlite:///{tmp_path}/janji.db")
    ingest = Ingest(store, Judge(Plan()), Spool(tmp_path / "spool"))

    def step() -> tuple[OwnTrouble | None, int, int]:
        ingest.deliver(Result("api", "tcp", "local", T0, T0 * 1000, State.UP, digest({}), Phases(total_ms=1)))
        progress = ingest.step(T0 + 5)
        return progress.trouble, progress.kept.spool.count, progress.kept.memory.count

    store.error = StorageAway("no answer")
    assert step() == (OwnTrouble.DATABASE, 1, 0)
    store.error = StorageFull("database or disk is full")
    assert step() == (OwnTrouble.DISK, 2, 0)
    store.error = None
    assert step() == (None, 0, 0)
    store.close()


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (f"{HUB}, {{on: location, notify: [leads]}}", [("ops",)]),
        ("{on: location, notify: [leads]}, {on: down, notify: [ops]}", [("leads",)]),
        ("{on: down, notify: [ops]}, {on: down, components: [api], notify: [leads]}", [("ops",)]),
        ("{on: down, components: [api], notify: [leads]}", []),
    ],
)
def test_without_a_rule_on_the_hub_those_of_locations_hear_of_it_or_those_of_all_that_is_down(
    tmp_path: Path, rules: str, told: list[tuple[str]]
) -> None:
    plan = alert_plan(loaded(tmp_path, SETTINGS.format(rules=rules)).settings)
    assert [rule.channels for rule in plan.own] == told
    assert all((rule.on, rule.over) == (On.HUB, 60) for rule in plan.own)
    assert On.HUB not in [rule.on for rule in plan.rules]


class FastClock:
    """Thirty seconds in each: a minute of trouble is two seconds."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    def wall(self) -> float:
        return T0 + self.monotonic()

    def monotonic(self) -> float:
        return (self._loop.time() - self._began) * 30

    def watch(self) -> AbstractContextManager[Callable[[], float]]:
        return nullcontext(lambda: 0.0)


class Page:
    def refresh(self, _now: int) -> bool:
        return False


async def test_a_whole_hub_whose_database_goes_away_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = loaded(tmp_path, SETTINGS.format(rules=HUB)).settings
    url, sent = f"sqlite:///{tmp_path}/janji.db", []
    store, _ = Store.open(url)
    reading = Store.open_read_only(url)
    whole = Transactions.transaction

    async def deliver(_url: str, message: Message) -> Delivery:
        sent.append(message.title)
        return Delivery(delivered=True)

    async def until(count: int) -> None:
        async with asyncio.timeout(60):
            while len(sent) < count:  # noqa: ASYNC110 - another task's doing
                await asyncio.sleep(0.05)

    hub = Hub(
        store=store,
        reading=reading,
        settings=settings,
        clock=FastClock(),
        secrets=lambda _name: "json://a",
        deliver=deliver,
        spool=Spool(tmp_path / "spool"),
        actor="test",
    )
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(hub.run(Page(), stop, ready.set))
    try:
        async with asyncio.timeout(30):
            await ready.wait()

        def away(_self: Transactions) -> object:
            raise StorageAway("no answer")

        monkeypatch.setattr(Transactions, "transaction", away)
        await until(2)
        monkeypatch.setattr(Transactions, "transaction", whole)
        await until(4)
    finally:
        stop.set()
        with suppress(asyncio.CancelledError):
            await running
        reading.close()
    titles = ["Janji itself: its database does not answer", "Janji itself is well again"]
    assert sent == [titles[0], titles[0], titles[1], titles[1]]
    store.close()

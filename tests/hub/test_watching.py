"""Rules on figures, months, certificates, locations and credentials, on a real store: what fires, ends, and is told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.contact import Contact, Waiting
from monitor.core.model import Failure, FailureKind
from monitor.hub.alert_plan import alert_plan
from monitor.hub.breaching import Breaching
from monitor.hub.wanted import wanted_components
from monitor.hub.watching import Watching
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from tests.settings.loading import loaded
from tests.storage.builders import DOWN, T0, UNKNOWN, UP, World, seen, slots
from tests.storage.telling import tell

SETTINGS = """\
page: {{title: Test, zone: UTC}}
locations: [{{name: here}}, {{name: away, agent: true, label: Singapore}}]
components:
  - id: api
    name: Production API
    objective: 99%
    checks: [{{id: http, kind: http, url: "https://api.example/health", locations: [here]}}]
alerts:
  wait: 0s
  channels: {{ops: ["json://127.0.0.1:9/"], acme: ["json://127.0.0.1:9/acme"]}}
  rules: [{{{rule}, notify: [ops]}}]
  breaches: [{{notify: [ops], customer: [acme], language: id, lead: Sari, updates: 4h}}]
agreements:
  - {{id: acme, customer: Acme, components: [api], target: 99%}}
"""
HOUR, DAY = 3600, 86_400


class Watched:
    """A hub's watching on a store of its own; times are seconds after T0."""

    def __init__(self, folder: Path, store: Store, threads: ThreadPoolExecutor, rule: str) -> None:
        self.settings: Settings = loaded(folder, SETTINGS.format(rule=rule)).settings
        self.store = store
        self.world = World(store)
        store.adopt("0" * 64, self.settings.document, wanted_components(self.settings), now=T0 - 1, actor="test")
        self.threads = threads
        self.watching = Watching(store, store, self.settings, writer=threads, readers=threads, since=T0)
        check = self.settings.components[0].checks[0]
        self.definition = check.definition()

    def live(self, *states: object, start: int = 0) -> None:
        """Everything accepted at once, and judged."""
        results = [replace(item, definition=_digest(self.definition)) for item in slots(*states, start=start)]  # type: ignore[arg-type]
        self.store.accept(results)
        self.world.step(start + len(states) * 60)

    async def at(self, moment: int) -> list[str]:
        """Looks once; the titles of what is told then."""
        await self.watching.step(T0 + moment)
        return tell(self.store, alert_plan(self.settings), T0 + moment)


def _digest(definition: object) -> str:
    from monitor.core.model import digest

    return digest(definition)


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path) -> Path:
    import shutil

    shutil.copy(sqlite_template, tmp_path / "janji.db")
    return tmp_path


@pytest.fixture
def make(folder: Path) -> Iterator[object]:
    store, _ = Store.open(f"sqlite:///{folder}/janji.db")
    with ThreadPoolExecutor(1) as threads:
        yield lambda rule: Watched(folder, store, threads, rule)
    store.close()


async def test_uptime_under_its_target_fires_once_and_recovers(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: uptime, over: 1h")
    house.live(*[UP] * 59, DOWN)
    assert await house.at(HOUR) == ["Production API is under its target"]
    assert await house.at(HOUR + 10) == []
    house.live(*[UP] * 60, start=HOUR)
    assert await house.at(2 * HOUR) == ["Production API has recovered"]


async def test_a_rule_on_uptime_tells_of_a_gap_in_the_measurement(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: uptime, over: 1h")
    house.live(*[UP] * 29, *[UNKNOWN] * 31)
    assert await house.at(HOUR) == ["Production API: monitoring gap"]


async def test_burn_fires_on_the_second_failed_minute(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: burn, urgency: page, after: 9")
    house.live(*[UP] * 60, *[DOWN] * 8)
    assert await house.at(HOUR + 480) == []
    house = make("on: burn, urgency: page")
    house.live(*[DOWN] * 2, start=HOUR + 480)
    assert await house.at(HOUR + 600) == ["Production API uses up its allowance fast"]


async def test_a_lost_month_is_told_of_component_and_agreement_and_ends_with_it(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: month")
    # January of 31 days at 99 % allows 26,784 s.
    house.live(*[DOWN] * 447)
    assert await house.at(447 * 60) == ["Production API: January 2026 is lost, and 1 more"]
    assert await house.at(447 * 60 + 10) == []
    assert await house.at(31 * DAY + 60) == ["Production API: January 2026 is over, and 1 more"]


async def test_a_month_that_is_lost_is_told_once_to_the_people_named_and_to_the_customer(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: down")
    breaching = Breaching(house.store, house.store, house.settings, writer=house.threads, readers=house.threads)
    house.live(*[DOWN] * 100)
    assert await breaching.step(T0 + 6_000) == 0, "a quarter of the budget is not used: it may still be a bad start"
    house.live(*[DOWN] * 347, start=6_000)
    assert await breaching.step(T0 + 447 * 60) == 2
    assert await breaching.step(T0 + 447 * 60 + 60) == 0
    customer, ops = house.store.outbox.all()
    assert [item.channel for item in (ops, customer)] == ["ops", "acme"]
    assert (ops.message.type, ops.message.title) == ("failure", "Acme: janji untuk Januari 2026 tidak terpenuhi")
    assert "Pelanggan diberi tahu pada saat yang sama, melalui acme." in ops.message.body
    assert customer.message.body.splitlines() == [
        "Yth. Acme,",
        "",
        "pada Januari 2026 kami tidak dapat memenuhi 99 % yang kami janjikan untuk Production API. "
        "Sampai 1 Jan 2026 07:27 angkanya 0,0000 %, dengan waktu henti 7 jam 27 menit. "
        "Sari memimpin penanganannya. Kami memberi kabar setiap 4 jam sampai selesai.",
        "",
        "Test",
    ]


async def test_a_certificate_that_expires_soon_is_told_until_it_is_renewed(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: certificate")
    for slot, expires in ((0, 10 * DAY), (60, 90 * DAY)):
        result = replace(seen(slot, certificate_expires=T0 + expires), definition=_digest(house.definition))
        house.store.accept([result])
        told = await house.at(slot + 30)
        assert (
            told
            == {
                0: ["Production API (http): its certificate expires soon"],
                60: ["Production API (http): its certificate is renewed"],
            }[slot]
        )


async def test_a_silent_location_is_told_and_its_return(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: location")
    assert await house.at(180) == []
    assert await house.at(181) == ["Location Singapore is silent"]
    house.store.contacts.note(Contact("away", T0 + 200, 1, "1", Waiting(0, 0, 0, None)))
    assert await house.at(201) == ["Singapore has recovered"]
    house.store.contacts.note(Contact("away", T0 + 300, 1, "1", Waiting(9_000, 0, 0, None)))
    assert await house.at(301) == ["The clock at Singapore is wrong"]
    house.store.contacts.note(Contact("here", T0 + 310, 0, "1", Waiting(0, 0, 0, None), blind_since=T0 + 305))
    assert await house.at(311) == ["Location here sees nothing"]


async def test_refused_credentials_are_told_after_the_second_slot(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: credentials")
    titles = []
    for number, refused in enumerate((True, True, True, False)):
        failure = Failure(FailureKind.AUTH_REFUSED) if refused else None
        result = replace(seen(number * 60, UNKNOWN if refused else UP), failure=failure)
        house.store.accept([replace(result, definition=_digest(house.definition))])
        titles += await house.at(number * 60 + 30)
    assert titles == ["Production API (http): our credentials are refused", "Production API (http) has recovered"]


async def test_without_such_rules_nothing_is_looked_at(make) -> None:  # type: ignore[no-untyped-def]
    house: Watched = make("on: down")
    house.live(DOWN)
    assert await house.at(60) == []

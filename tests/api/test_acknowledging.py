"""The door to acknowledge by: looking changes nothing, a press of the button acts once, within a day."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message

from monitor.api.acknowledging import AckDoor
from monitor.api.work import Work
from monitor.core.acknowledging import LASTS, signed
from monitor.core.alert import Channel, Plan, Rule, Subject
from monitor.core.alert import On as Trouble
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from tests.api.asking import Answer
from tests.storage.builders import DOWN, T0, UP, World, component, slots
from tests.storage.telling import tell

PLAN = Plan(
    (Rule(Trouble.DOWN, channels=("ops",)),),
    {"ops": Channel(("json://127.0.0.1:9",))},
    {"api": Subject("Production API")},
    url="https://s.example",
    wait=0,
)
SETTINGS = {
    "page": {"languages": ["en", "id"]},
    "components": [{"id": "api", "name": "Production API", "checks": [{"kind": "tcp", "host": "a", "port": 1}]}],
    "alerts": {"channels": {"ops": ["json://127.0.0.1:9"]}},
}


@dataclass
class House:
    store: Store
    settings: Settings
    now: int = T0 + 100
    app: ASGIApp = field(init=False)

    def link(self) -> str:
        owed = self.store.outbox.all()[-1]
        assert owed.link_no is not None
        return "/acknowledge/" + signed(self.store.acknowledgements.key(), owed.link_no, owed.created_at)

    async def ask(self, path: str, method: str = "GET", body: bytes = b"") -> Answer:
        sent: list[Message] = []
        scope = {"type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path}
        scope |= {"raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": []}
        scope |= {"client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8000)}

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], headers, b"".join(item.get("body", b"") for item in sent[1:]))

    @property
    def acknowledged(self) -> tuple[int | None, str]:
        (episode,) = self.store.alerts.of([1])
        return episode.acked_at, episode.acked_by


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    world = World(store, PLAN)
    world.adopt(component())
    world.live(slots(DOWN))
    tell(store, PLAN, T0 + 60)
    found = House(store, Settings.model_validate(SETTINGS))

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("the page")(scope, receive, send)

    with ThreadPoolExecutor(2) as readers, ThreadPoolExecutor(1) as writer:
        work = Work(store, store, lambda: found.settings, lambda: found.now, readers, writer, lambda: found.now * 1000)
        found.app = AckDoor(behind, work, lambda: 0)
        yield found
    store.close()


async def test_looking_at_a_link_shows_what_it_is_about_and_changes_nothing(house: House) -> None:
    for method in ("GET", "HEAD", "GET"):
        answer = await house.ask(house.link(), method)
        assert answer.status == 200
    assert "Production API is down" in answer.text
    assert '<form method="post">' in answer.text
    assert house.acknowledged == (None, "")


async def test_the_button_acknowledges_once_and_says_by_whom(house: House) -> None:
    answer = await house.ask(house.link(), "POST", b"by=Budi+%3Cb%3E+%00Santoso")
    assert (answer.status, "By Budi &lt;b&gt; Santoso (link to ops)" in answer.text) == (200, True)
    assert house.acknowledged == (T0 + 100, "Budi <b> Santoso (link to ops)")
    again = await house.ask(house.link(), "POST", b"by=Sari")
    assert (again.status, "used already" in again.text) == (410, True)
    assert house.acknowledged == (T0 + 100, "Budi <b> Santoso (link to ops)")


async def test_a_link_is_too_old_after_a_day(house: House) -> None:
    link = house.link()
    house.now = T0 + 60 + LASTS
    assert (await house.ask(link)).status == 200
    house.now += 1
    answer = await house.ask(link, "POST")
    assert (answer.status, "too old" in answer.text) == (410, True)
    assert house.acknowledged == (None, "")


async def test_nothing_of_the_page_leaks_or_is_kept(house: House) -> None:
    headers = (await house.ask(house.link())).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/acknowledge/", "/acknowledge/1.2.x", "/acknowledge/1.9999999999." + "A" * 22])
async def test_a_link_that_we_did_not_make_opens_nothing(house: House, path: str) -> None:
    answer = await house.ask(path, "POST")
    assert answer.status == 404
    assert house.acknowledged == (None, "")


async def test_everything_else_is_the_pages(house: House) -> None:
    assert (await house.ask("/")).text == "the page"
    assert (await house.ask(house.link(), "DELETE")).status == 405
    assert (await house.ask(house.link(), "POST", b"by=" + b"x" * 3_000)).status == 413


async def test_a_page_in_indonesian_where_the_channel_speaks_it(house: House) -> None:
    channel = {"to": ["json://127.0.0.1:9"], "language": "id"}
    house.settings = Settings.model_validate({**SETTINGS, "alerts": {"channels": {"ops": channel}}})
    answer = await house.ask(house.link())
    assert "Tangani peringatan ini?" in answer.text
    assert "Production API tidak tersedia" in answer.text


def test_the_link_is_kept_nowhere_and_the_message_has_a_place_for_it(house: House) -> None:
    owed = house.store.outbox.all()[-1]
    assert owed.message.body.endswith("Acknowledge: https://s.example/acknowledge/@@")


async def test_what_is_over_says_so(house: House) -> None:
    world = World(house.store, PLAN)
    world.live(slots(UP, start=60))
    answer = await house.ask(house.link(), "POST")
    assert (answer.status, "It is over by now." in answer.text) == (200, True)

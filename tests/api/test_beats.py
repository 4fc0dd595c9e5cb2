"""The door for jobs: a beat is stored before it is acknowledged, and only a job's own token opens it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message

from monitor.api.beats import MOST_READ, PER_TOKEN, BeatDoor
from monitor.api.work import Work
from monitor.core.heartbeat import Beat, Signal
from monitor.core.token import hash_token
from monitor.settings.hub import Settings
from monitor.storage.store import StorageAway, Store
from monitor.storage.terms import WantedCheck, WantedComponent
from tests.api.asking import Answer

NOW_MS = 1_800_000_000_250
AT = 1_800_000_001  # rounded up
TOKEN, OTHER, STRANGE, OLD = (f"janji_{name}_{'x' * 30}" for name in ("job", "people", "strange", "old"))
SETTINGS = {
    "components": [
        {
            "id": "data",
            "checks": [{"id": "refresh", "kind": "heartbeat", "period": "1h"}, {"kind": "tcp", "host": "a", "port": 1}],
        }
    ]
}


@dataclass
class World:
    store: Store
    behind: list[str] = field(default_factory=list)
    away: bool = False
    ticks: int = 0
    app: ASGIApp = field(init=False)

    async def send(self, path: str, method: str = "POST", content: bytes = b"") -> Answer:
        sent: list[Message] = []
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
        }
        pieces = [content[start : start + 1000] for start in range(0, len(content), 1000)] or [b""]

        async def receive() -> Message:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *bodies = sent
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(item.get("body", b"") for item in bodies))

    def beats(self) -> list[Beat]:
        return self.store.beats.recent("data", "refresh", 100)


class Moody(Store):
    away = False

    def transaction(self) -> Any:
        if self.away:
            raise StorageAway("no answer")
        return super().transaction()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store, _ = Moody.open(f"sqlite:///{tmp_path}/janji.db")
    check = WantedCheck("data", "refresh", 60, ("local",), "majority", True, {"kind": "heartbeat", "period": "1h"})
    store.adopt("v1", dict, [WantedComponent("data", 600, None, None, (check,))], now=AT - 600, actor="test")
    scopes = {
        TOKEN: "heartbeat:data/refresh",
        OTHER: "read",
        STRANGE: "heartbeat:data/gone",
        OLD: "heartbeat:data/refresh",
    }
    for token, scope in scopes.items():
        store.tokens.create(token.split("_")[1], (scope,), hash_token(token), now=AT - 600, actor="test")
    store.tokens.revoke("old", now=AT - 500, actor="test")
    found = World(store)
    settings = Settings.model_validate(SETTINGS)

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        found.behind.append(scope["path"])
        await PlainTextResponse("the page")(scope, receive, send)

    with ThreadPoolExecutor(2) as readers, ThreadPoolExecutor(1) as writer:
        work = Work(store, store, lambda: settings, lambda: AT - 1, readers, writer, lambda: NOW_MS)
        found.app = BeatDoor(behind, work, lambda: found.ticks)
        yield found
    store.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_beat_is_stored_when_it_is_answered(world: World, method: str) -> None:
    answer = await world.send(f"/beat/{TOKEN}", method)
    assert (answer.status, answer.text, answer.headers["cache-control"]) == (200, "ok\n", "no-store")
    assert world.beats() == [Beat(AT, Signal.SUCCESS)]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/start", b"", Beat(AT, Signal.START)),
        ("/fail", b"disk\nfull", Beat(AT, Signal.FAIL, None, "disk full")),
        ("/0", b"", Beat(AT, Signal.SUCCESS)),
        ("/3", b"", Beat(AT, Signal.FAIL, None, "exit code 3")),
        ("/255", b"no space", Beat(AT, Signal.FAIL, None, "exit code 255: no space")),
        ("?duration=90s", b"10,000 rows", Beat(AT, Signal.SUCCESS, 90_000, "10,000 rows")),
        ("", b"\xff" + b"x" * MOST_READ * 2, Beat(AT, Signal.SUCCESS, None, "\N{REPLACEMENT CHARACTER}" + "x" * 299)),
    ],
)
async def test_a_job_says_how_it_went_by_path_query_and_body(
    world: World, path: str, body: bytes, expected: Beat
) -> None:
    assert (await world.send(f"/beat/{TOKEN}{path}", content=body)).status == 200
    assert world.beats() == [expected]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        (f"/beat/{OTHER}", "POST", 404),  # a person's token
        (f"/beat/{OLD}", "POST", 404),  # a revoked one
        ("/beat/janji_" + "z" * 43, "POST", 404),
        ("/beat/short", "POST", 404),
        ("/beat/", "POST", 404),
        (f"/beat/{TOKEN}/stop", "POST", 404),
        (f"/beat/{TOKEN}/256", "POST", 404),
        (f"/beat/{TOKEN}/-1", "POST", 404),
        (f"/beat/{STRANGE}", "POST", 410),  # its check is gone
        (f"/beat/{TOKEN}?duration=long", "POST", 400),
        (f"/beat/{TOKEN}?duration=25d", "POST", 400),
        (f"/beat/{TOKEN}", "HEAD", 405),
        (f"/beat/{TOKEN}", "DELETE", 405),
    ],
)
async def test_what_is_no_beat_is_refused_and_the_token_is_not_repeated(
    world: World, path: str, method: str, status: int
) -> None:
    answer = await world.send(path, method)
    assert answer.status == status
    assert not re.search(r"janji_\w", answer.text)
    assert world.beats() == []


async def test_a_beat_that_could_not_be_stored_is_not_acknowledged(world: World) -> None:
    world.store.away = True  # type: ignore[attr-defined]
    answer = await world.send(f"/beat/{TOKEN}")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


async def test_a_job_that_sends_too_often_is_told_to_wait(world: World) -> None:
    answers = [await world.send(f"/beat/{TOKEN}") for _ in range(PER_TOKEN.burst + 1)]
    assert [answer.status for answer in answers] == [200] * PER_TOKEN.burst + [429]
    assert answers[-1].headers["retry-after"] == "1"
    world.ticks += 1000
    assert (await world.send(f"/beat/{TOKEN}")).status == 200


async def test_everything_else_is_answered_by_the_page(world: World) -> None:
    assert (await world.send("/beats", "GET")).text == "the page"
    assert world.behind == ["/beats"]

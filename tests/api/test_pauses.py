"""Pauses over the API: begun, listed, ended, each by whoever holds a token with their scope."""

from typing import Any

import pytest

from monitor.core.token import hash_token
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.reports.world import NOW

HOUR = 3600


@pytest.fixture
def keeper(house: House) -> Caller:
    house.caller.tokens["kim"] = token = "janji_kim_" + "x" * 20
    house.store.tokens.create("kim", ("pause",), hash_token(token), now=NOW, actor="test")
    return house.caller


def body(**other: Any) -> dict[str, Any]:
    return {"component": "api", "until": "2026-06-01T00:00:00Z", "reason": "Moved to another rack", **other}


async def test_a_component_is_paused_and_resumed(house: House, keeper: Caller) -> None:
    begun = await keeper.post("/pauses", "kim", body())
    assert (begun.status, begun.headers["location"]) == (201, "/api/v1/pauses/pause-1")
    assert (begun.json["by"], begun.json["state"]) == ("kim", "paused")
    assert begun.json["says"][0].startswith("api is paused from ")
    assert (await keeper.post("/pauses", "kim", body())).status == 409
    house.now += HOUR
    ended = await keeper.post("/pauses/pause-1/resume", "kim", b"")
    assert (ended.status, ended.json["state"], ended.json["resumed_by"]) == (200, "resumed", "kim")
    assert (await keeper.post("/pauses/pause-1/resume", "kim", b"")).status == 409
    assert [item["id"] for item in (await keeper.get("/pauses")).json] == ["pause-1"]
    assert house.actors("component") == [("component paused", "kim"), ("component resumed", "kim")]


@pytest.mark.parametrize(
    ("wrong", "pointer", "words"),
    [
        ({"component": "apo"}, "#/component", "did you mean api?"),
        ({"until": "2020-01-01T00:00:00Z"}, "#/until", "it would have ended already"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_place(
    keeper: Caller, wrong: dict[str, Any], pointer: str, words: str
) -> None:
    answer = await keeper.post("/pauses", "kim", body(**wrong))
    assert answer.status == 422
    assert words in answer.errors[pointer]


async def test_a_token_needs_the_scope_pause(keeper: Caller) -> None:
    assert (await keeper.post("/pauses", "reader", body())).status == 403
    assert (await keeper.get("/pauses/pause-9")).status == 404

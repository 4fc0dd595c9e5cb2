import logging

import pytest

from monitor.api.app import operations
from monitor.core.token import ANY_LOCATION, SCOPES
from monitor.storage.store import StorageAway
from monitor.storage.tokens import Tokens
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.reports.world import NOW


async def test_without_a_token_the_answer_says_which_scope_and_how_to_get_one(api: Caller) -> None:
    answer = await api.get("/months/2026-01", by=None)
    assert answer.json == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "send a token with the scope read: `Authorization: Bearer janji_…`; "
        "`janji token create NAME --scope read` makes one",
        "scope": "read",
    }
    assert answer.headers["www-authenticate"] == 'Bearer realm="janji"'


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic janji_x", "Bearer " + "x" * 300])
async def test_what_is_no_bearer_token_is_refused(api: Caller, header: str) -> None:
    assert (await api.get("/agreements", authorization=header)).status == 401


async def test_a_token_that_never_was_and_one_that_was_revoked_are_refused_alike(house: House, api: Caller) -> None:
    unknown = await api.get("/agreements", authorization="Bearer janji_nobody")
    assert (await api.get("/agreements")).status == 200
    house.store.tokens.revoke("reader", now=NOW, actor="test")
    revoked = await api.get("/agreements")
    assert (revoked.status, revoked.json) == (401, unknown.json)
    assert 'error="invalid_token"' in revoked.headers["www-authenticate"]


async def test_a_token_without_the_scope_is_told_which_one_it_needs(api: Caller) -> None:
    answer = await api.get("/agreements", by="cho")
    assert (answer.status, answer.json["scope"]) == (403, "read")
    assert answer.detail == "the token cho has no scope read; it has approve"
    assert 'error="insufficient_scope", scope="read"' in answer.headers["www-authenticate"]


async def test_every_operation_but_the_description_asks_for_a_token_with_its_scope(house: House) -> None:
    for operation in operations():
        house.ticks += 1_000_000
        path = operation.path.format(month="2026-01", id="acme", no="1", period="2026", revision="0")
        answer = await house.caller.ask(operation.method, path, None)
        if operation.scope is None:
            assert (operation.path, answer.status) == ("/openapi.json", 200)
            continue
        assert (answer.status, answer.json["scope"]) == (401, operation.scope)
        if operation.agents:
            assert operation.scope == ANY_LOCATION
            continue
        assert operation.scope in SCOPES
        assert (operation.scope == "read") == (operation.method == "GET")


async def test_nothing_is_read_of_a_body_before_its_sender_is_known(api: Caller) -> None:
    assert (await api.post("/maintenance", "ana", b"{" * 100_000)).status == 403


async def test_a_token_that_asks_too_often_waits_and_is_told_how_long(house: House, api: Caller) -> None:
    for number in range(60):
        api.host = f"10.0.0.{number}"
        assert (await api.get("/agreements")).status == 200
    answer = await api.get("/agreements")
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    assert answer.detail == "too many requests; ask again in 1 s"
    assert (await api.get("/agreements", by="ana")).status == 200
    house.ticks += 500
    assert (await api.get("/agreements")).status == 200


async def test_an_address_that_asks_too_often_waits_whatever_its_token(api: Caller) -> None:
    for _ in range(120):
        assert (await api.get("/agreements", by=None)).status == 401
    assert (await api.get("/agreements")).status == 429
    api.host = "10.0.0.2"
    assert (await api.get("/agreements")).status == 200


async def test_a_body_above_64_kib_is_refused_announced_or_not(api: Caller) -> None:
    body = {"title": "x" * 70_000}
    counted = await api.post("/maintenance", "dewi", body)
    announced = await api.post("/maintenance", "dewi", {}, content_length="70000")
    assert counted.status == announced.status == 413
    assert counted.detail == "a body has at most 65,536 bytes here"


async def test_a_body_that_is_not_json_is_refused(api: Caller) -> None:
    broken = await api.post("/maintenance", "dewi", b'{"title": ')
    assert broken.status == 400
    assert broken.detail.startswith("the body is not JSON: EOF while parsing")
    form = await api.post("/maintenance", "dewi", {}, content_type="application/x-www-form-urlencoded")
    assert (form.status, form.headers["accept"]) == (415, "application/json")


async def test_a_method_that_is_not_there_is_refused_with_those_that_are(api: Caller) -> None:
    answer = await api.ask("DELETE", "/exclusions", "reader")
    assert answer.status == 405
    assert sorted(answer.headers["allow"].split(", ")) == ["GET", "HEAD", "POST"]


async def test_head_is_a_get_without_a_body(api: Caller) -> None:
    answer = await api.ask("HEAD", "/agreements", "reader")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


async def test_a_database_that_is_away_is_said_and_no_token_is_logged(
    api: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(tokens: Tokens, hash_: str) -> None:
        raise StorageAway("disk I/O error")

    monkeypatch.setattr(Tokens, "holder", away)
    with caplog.at_level(logging.DEBUG):
        answer = await api.get("/agreements")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "disk" not in answer.text
    assert "disk I/O error" in caplog.text
    assert api.tokens["reader"] not in caplog.text


async def test_a_database_that_is_away_is_logged_once_a_minute_however_many_ask(
    house: House, api: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(tokens: Tokens, hash_: str) -> None:
        raise StorageAway("disk I/O error")

    monkeypatch.setattr(Tokens, "holder", away)
    assert [(await api.get("/agreements")).status for _ in range(3)] == [503, 503, 503]
    assert caplog.text.count("disk I/O error") == 1
    house.ticks += 60_000
    await api.get("/agreements")
    assert caplog.text.count("disk I/O error") == 2


async def test_a_mistake_of_ours_is_logged_and_answered_without_its_reason(
    house: House, api: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("monitor.api.agreements.decimal", lambda value: 1 / 0)
    answer = await api.get("/agreements")
    assert (answer.status, answer.detail) == (500, "Janji itself failed; its log says more")
    assert "ZeroDivisionError" in caplog.text
    assert api.tokens["reader"] not in caplog.text


def test_every_scope_opens_something() -> None:
    elsewhere = {"settings", "token", "subscribers"}  # commands only: settings, tokens, and who subscribed
    assert {operation.scope for operation in operations()} - {None} | elsewhere == {*SCOPES, ANY_LOCATION}

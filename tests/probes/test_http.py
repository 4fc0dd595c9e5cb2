"""`http` against real servers, one for each fault."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
import trustme
from pydantic import ValidationError

from monitor.core.model import Failure, FailureKind, State
from tests.probes import servers
from tests.probes.conftest import Probe, certificate, made
from tests.probes.servers import Behaviour, answers, serving

OK = b"HTTP/1.1 200 OK\r\n"


async def outcome(probe: Probe, behaviour: Behaviour, path: str = "/", **fields: object) -> tuple[State, FailureKind]:
    async with serving(behaviour) as port:
        result = await probe("http", url=f"http://127.0.0.1:{port}{path}", **fields)
    assert result.failure is not None
    return result.outcome, result.failure.kind


async def test_an_answer_of_2xx_is_up_by_default(probe: Probe) -> None:
    async with serving(answers(status="204 No Content", body=b"")) as port:
        result = await probe("http", url=f"http://127.0.0.1:{port}/")
    assert (result.outcome, result.failure, result.attempts) == (State.UP, None, 1)


async def test_each_phase_of_a_request_is_measured(probe: Probe) -> None:
    async with serving(answers(wait=0.05)) as port:
        phases = (await probe("http", url=f"http://localhost:{port}/")).phases
    assert phases.dns_ms is not None
    assert phases.connect_ms is not None
    assert phases.tls_ms is None
    assert phases.first_byte_ms is not None
    assert phases.total_ms is not None
    assert 50 <= phases.first_byte_ms <= phases.total_ms


async def test_a_refused_connection_is_down(probe: Probe) -> None:
    result = await probe("http", url=f"http://127.0.0.1:{servers.closed_port()}/")
    assert result.outcome is State.DOWN
    assert result.failure is not None
    assert result.failure.kind is FailureKind.CONNECTION_REFUSED


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (servers.silent, FailureKind.TIMEOUT),
        (servers.drip, FailureKind.PROTOCOL),
        (servers.reset, FailureKind.CONNECTION_RESET),
        (servers.hang_up, FailureKind.CONNECTION_RESET),
        (servers.garbage, FailureKind.PROTOCOL),
        (servers.says(b"HTTP/1.1 2000 What\r\n\r\n"), FailureKind.PROTOCOL),
        (servers.endless(OK, b"X-More: and more\r\n"), FailureKind.PROTOCOL),
        (servers.endless(OK + b"X-Long: ", b"x" * 10_000), FailureKind.PROTOCOL),
        (servers.says(OK + b"Content-Length: 100\r\n\r\nshort"), FailureKind.PROTOCOL),
    ],
    ids=["silent", "drip", "reset", "hang-up", "garbage", "status", "headers", "header", "short-body"],
)
async def test_a_sick_server_is_down_with_its_kind(probe: Probe, behaviour: Behaviour, kind: FailureKind) -> None:
    assert await outcome(probe, behaviour) == (State.DOWN, kind)


async def test_a_body_that_drips_past_the_timeout_is_down(probe: Probe) -> None:
    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"Content-Length: 1000\r\n\r\n")
        await servers.drip(reader, writer)

    assert await outcome(probe, dripping) == (State.DOWN, FailureKind.TIMEOUT)


async def test_a_body_beyond_the_limit_fails_only_where_the_body_matters(probe: Probe) -> None:
    behaviour = servers.endless(OK + b"\r\n", b"x" * 65_536)
    assert await outcome(probe, behaviour, expect={"contains": "y"}) == (State.DOWN, FailureKind.BODY_TOO_LARGE)
    async with serving(behaviour) as port:
        assert (await probe("http", url=f"http://127.0.0.1:{port}/")).outcome is State.UP


async def test_a_redirect_loop_is_down(probe: Probe) -> None:
    behaviour = answers(status="302 Found", headers=("Location: /again",))
    assert await outcome(probe, behaviour) == (State.DOWN, FailureKind.TOO_MANY_REDIRECTS)


async def test_redirects_are_followed_and_the_last_answer_counts(probe: Probe) -> None:
    async with (
        serving(answers(body=b"here")) as last,
        serving(answers(status="301 Moved", headers=(f"Location: http://localhost:{last}/x",))) as first,
    ):
        result = await probe("http", url=f"http://127.0.0.1:{first}/", expect={"contains": "here"})
    assert result.outcome is State.UP


async def test_without_redirects_the_redirect_is_the_answer(probe: Probe) -> None:
    behaviour = answers(status="302 Found", headers=("Location: /again",))
    assert await outcome(probe, behaviour, redirects=0) == (State.DOWN, FailureKind.STATUS)
    async with serving(behaviour) as port:
        result = await probe("http", url=f"http://127.0.0.1:{port}/", redirects=0, expect={"status": 302})
    assert result.outcome is State.UP


async def test_a_redirect_to_another_host_does_not_carry_secrets(probe: Probe) -> None:
    heard: list[bytes] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK + b"Content-Length: 0\r\n\r\n")
        await writer.drain()

    async with (
        serving(listening) as other,
        serving(answers(status="307 Moved", headers=(f"Location: http://localhost:{other}/",))) as first,
    ):
        await probe(
            "http",
            url=f"http://127.0.0.1:{first}/",
            auth={"bearer": "${TOKEN}"},
            headers={"X-Key": "${TOKEN}", "Accept-Language": "id"},
        )
        await probe("http", url=f"http://127.0.0.1:{other}/", auth={"bearer": "${TOKEN}"})
    assert b"s3cr3t" not in heard[0]
    assert b"Accept-Language: id" in heard[0]
    assert b"Authorization: Bearer s3cr3t-t0ken" in heard[1]


async def test_no_cookie_is_kept_between_requests(probe: Probe) -> None:
    heard: list[bytes] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK + b"Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with serving(listening) as port:
        for _ in range(2):
            await probe("http", url=f"http://localhost:{port}/")
    assert len(heard) == 2
    assert b"Cookie" not in heard[1]


@pytest.mark.parametrize(
    ("expect", "kind"),
    [
        ({"status": [200, 204]}, FailureKind.STATUS),
        ({"status": "2xx"}, FailureKind.STATUS),
        ({"status": 503, "contains": "absent"}, FailureKind.CONTENT),
        ({"status": 503, "not_contains": "state"}, FailureKind.CONTENT),
        ({"status": 503, "regex": "^ok"}, FailureKind.CONTENT),
        ({"status": "5xx", "headers": {"X-State": "well"}}, FailureKind.HEADER),
        ({"status": "5xx", "headers": {"X-Absent": "well"}}, FailureKind.HEADER),
        ({"status": "5xx", "json": {"$.parts[0].ok": 1}}, FailureKind.JSON),
        ({"status": "5xx", "json": {"$.parts[1].ok": True}}, FailureKind.JSON),
        ({"status": "5xx", "json": {"$.count": "1"}}, FailureKind.JSON),
    ],
)
async def test_an_answer_that_is_not_as_expected_is_down(
    probe: Probe, expect: dict[str, object], kind: FailureKind
) -> None:
    body = json.dumps({"state": "ill", "count": 1, "parts": [{"ok": True}]}).encode()
    behaviour = answers(body, status="503 Busy", headers=("X-State: ill",))
    assert await outcome(probe, behaviour, expect=expect) == (State.DOWN, kind)


async def test_an_answer_that_is_all_it_should_be_is_up(probe: Probe) -> None:
    body = json.dumps({"state": "ill", "count": 1, "parts": [{"ok": True}]}).encode()
    expect = {
        "status": [503],
        "contains": "state",
        "not_contains": "absent",
        "regex": r'"count": \d',
        "headers": {"x-state": "ill"},
        "json": {"$.parts[0].ok": True, "$['count']": 1, "$.parts": [{"ok": True}]},
    }
    async with serving(answers(body, status="503 Busy", headers=("X-State: ill",))) as port:
        result = await probe("http", url=f"http://127.0.0.1:{port}/", expect=expect)
    assert (result.outcome, result.failure) == (State.UP, None)


async def test_a_body_that_is_not_json_fails_where_json_is_expected(probe: Probe) -> None:
    behaviour = answers(b"<html>")
    assert await outcome(probe, behaviour, expect={"json": {"$.a": 1}}) == (State.DOWN, FailureKind.JSON)


async def test_an_answer_slower_than_it_should_be_is_degraded(probe: Probe) -> None:
    behaviour = answers(wait=0.1)
    assert await outcome(probe, behaviour, expect={"slower_than": "50ms"}) == (State.DEGRADED, FailureKind.SLOW)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_refused_credentials_are_our_fault_unless_told_otherwise(probe: Probe, status: str) -> None:
    auth = {"basic": {"username": "janji", "password": "${PASSWORD}"}}
    refused = FailureKind.AUTH_REFUSED
    assert await outcome(probe, answers(status=status), auth=auth) == (State.UNKNOWN, refused)
    assert await outcome(probe, answers(status=status), auth=auth, auth_is_down=True) == (State.DOWN, refused)
    assert await outcome(probe, answers(status=status)) == (State.DOWN, FailureKind.STATUS)


async def test_an_url_that_cannot_be_asked_for_is_our_fault(probe: Probe) -> None:
    result = await probe("http", url="http:///nowhere")
    assert result.failure is not None
    assert (result.outcome, result.failure.kind) == (State.UNKNOWN, FailureKind.PROBE_ERROR)


async def test_a_refused_token_in_the_query_is_our_fault(probe: Probe) -> None:
    behaviour = answers(status="403 Forbidden")
    assert await outcome(probe, behaviour, "/?key=${TOKEN}") == (State.UNKNOWN, FailureKind.AUTH_REFUSED)


async def test_a_secret_that_is_not_set_is_unknown(probe: Probe) -> None:
    result = await probe("http", url="http://127.0.0.1/", auth={"bearer": "${ABSENT}"})
    assert result.outcome is State.UNKNOWN
    assert result.failure == Failure(FailureKind.SECRET_MISSING, "ABSENT")


async def test_a_header_that_echoes_a_secret_is_shown_without_it(probe: Probe) -> None:
    async with serving(answers(headers=("X-Echo: s3cr3t-t0ken",))) as port:
        result = await probe(
            "http",
            url=f"http://127.0.0.1:{port}/",
            auth={"bearer": "${TOKEN}"},
            expect={"headers": {"X-Echo": "hello"}},
        )
    assert result.failure == Failure(FailureKind.HEADER, "header X-Echo is '***', not 'hello'")


async def test_a_valid_certificate_is_up_and_its_end_is_noted(probe: Probe, authority: trustme.CA) -> None:
    until = datetime(2099, 5, 6, 7, 8, 9, tzinfo=UTC)
    async with serving(answers(), certificate(authority, "localhost", until=until)) as port:
        result = await probe("http", url=f"https://localhost:{port}/")
    assert (result.outcome, result.certificate_expires) == (State.UP, int(until.timestamp()))
    assert result.phases.tls_ms is not None


@pytest.mark.parametrize(
    ("name", "until", "kind"),
    [
        ("localhost", datetime(2021, 1, 1, tzinfo=UTC), FailureKind.CERTIFICATE_EXPIRED),
        ("elsewhere.test", None, FailureKind.CERTIFICATE_INVALID),
    ],
)
async def test_a_bad_certificate_is_down_unless_nobody_asks(
    probe: Probe, authority: trustme.CA, name: str, until: datetime | None, kind: FailureKind
) -> None:
    async with serving(answers(), certificate(authority, name, until=until)) as port:
        strict = await probe("http", url=f"https://localhost:{port}/")
        lax = await probe("http", url=f"https://localhost:{port}/", verify=False)
    assert strict.failure is not None
    assert (strict.outcome, strict.failure.kind) == (State.DOWN, kind)
    assert (lax.outcome, lax.certificate_expires) == (State.UP, None)


async def test_tls_asked_of_a_server_without_it_is_down(probe: Probe) -> None:
    async with serving(servers.garbage) as port:
        result = await probe("http", url=f"https://localhost:{port}/")
    assert result.failure is not None
    assert (result.outcome, result.failure.kind) == (State.DOWN, FailureKind.TLS_FAILED)


async def test_a_handshake_that_is_never_answered_ends_with_the_budget(probe: Probe) -> None:
    async with serving(servers.silent) as port:
        result = await probe("http", url=f"https://localhost:{port}/")
    assert result.failure == Failure(FailureKind.TIMEOUT, "during the TLS handshake")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"url": "ftp://a"}, "http:// or https://"),
        ({"url": "http://a", "expect": {"status": "2x"}}, "is not a status; write 200, [200, 204] or 2xx"),
        ({"url": "http://a", "expect": {"status": True}}, "is not a status"),
        ({"url": "http://a", "expect": {"json": {"a.b": 1}}}, "is not a path; write $.a.b[0]"),
        ({"url": "http://a", "expect": {"regex": "("}}, "not a regular expression"),
        ({"url": "http://a", "auth": {}}, "write either basic"),
        ({"url": "http://a", "expectt": {}}, "Extra inputs are not permitted"),
    ],
)
def test_wrong_settings_say_what_to_write(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        made("http", **fields)
    assert message in str(caught.value)

"""`tcp` and `tls` against real servers, one for each fault."""

import socket
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme

from monitor.core.model import Failure, FailureKind, Result, State
from monitor.probes import ProbeContext
from monitor.probes.resolver import is_address
from tests.probes import servers
from tests.probes.conftest import Probe, certificate, made, observed
from tests.probes.servers import Behaviour, says, serving


def kind(result: Result) -> tuple[State, FailureKind | None]:
    return result.outcome, result.failure.kind if result.failure else None


class Resolver(Executor):
    """A names executor that answers every look-up the same way, without asking the network."""

    def __init__(self, answer: Exception | None) -> None:
        self._answer = answer  # None: never answers

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self._answer is not None:
            future.set_exception(self._answer)
        return future


async def test_a_port_that_accepts_is_up(probe: Probe) -> None:
    async with serving(servers.silent) as port:
        result = await probe("tcp", host="localhost", port=port)
    assert kind(result) == (State.UP, None)
    assert result.phases.dns_ms is not None
    assert result.phases.connect_ms is not None


async def test_a_port_that_refuses_is_down(probe: Probe) -> None:
    result = await probe("tcp", host="127.0.0.1", port=servers.closed_port())
    assert kind(result) == (State.DOWN, FailureKind.CONNECTION_REFUSED)


async def test_what_was_sent_is_answered_as_expected(probe: Probe) -> None:
    async with serving(says(b"220 hello")) as port:
        result = await probe("tcp", host="127.0.0.1", port=port, send="EHLO\r\n", expect={"contains": "hello"})
    assert kind(result) == (State.UP, None)


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (servers.silent, FailureKind.TIMEOUT),
        (servers.drip, FailureKind.TIMEOUT),
        (servers.reset, FailureKind.CONNECTION_RESET),
        (servers.hang_up, FailureKind.CONNECTION_RESET),
        (says(b"go away"), FailureKind.CONTENT),
        (servers.endless(b"", b"x" * 65_536), FailureKind.CONTENT),
    ],
    ids=["silent", "drip", "reset", "hang-up", "other-words", "endless"],
)
async def test_an_answer_without_the_expected_words_is_down(
    probe: Probe, behaviour: Behaviour, expected: FailureKind
) -> None:
    async with serving(behaviour) as port:
        result = await probe("tcp", host="127.0.0.1", port=port, send="hi\r\n\r\n", expect={"contains": "hello"})
    assert kind(result) == (State.DOWN, expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), (State.DOWN, FailureKind.NAME_NOT_FOUND)),
        (socket.gaierror(socket.EAI_NODATA, "no address"), (State.DOWN, FailureKind.NAME_NOT_FOUND)),
        (socket.gaierror(socket.EAI_MEMORY, "memory"), (State.UNKNOWN, FailureKind.PROBE_ERROR)),
    ],
)
@pytest.mark.parametrize("check", ["tcp", "postgres", "mysql", "redis"])
async def test_a_name_that_does_not_resolve_is_down(
    context: ProbeContext, answer: Exception, expected: tuple[State, FailureKind], check: str
) -> None:
    fields: dict[str, dict[str, Any]] = {
        "tcp": {"host": "nowhere.invalid", "port": 80},
        "postgres": {"dsn": "postgresql://nowhere.invalid/x"},
        "mysql": {"dsn": "mysql://nowhere.invalid/x"},
        "redis": {"url": "redis://nowhere.invalid"},
    }
    lent = replace(context, names=Resolver(answer))
    assert kind(await observed(made(check, **fields[check]), lent)) == expected


async def test_a_name_is_looked_up_within_the_budget(probe: Probe) -> None:
    result = await probe("http", url="http://nowhere.invalid/")
    assert result.failure is not None
    assert result.failure.kind in {
        FailureKind.NAME_NOT_FOUND,
        FailureKind.NAME_TIMEOUT,
        FailureKind.NO_NETWORK,  # a machine without any route, as some test machines are
    }


async def test_a_look_up_that_hangs_is_a_name_that_took_too_long(context: ProbeContext) -> None:
    started = ThreadPoolExecutor(1)
    gate: Future[None] = Future()

    class Hanging(Executor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            def late() -> None:
                marked.set_result(None)
                gate.result()

            marked: Future[None] = Future()
            # The look-up itself begins (it marks that), but what it finds never comes back.
            fn()
            return started.submit(late)

    check = made("tcp", host="localhost", port=1, timeout="200ms")
    result = await observed(check, replace(context, names=Hanging()))
    gate.set_result(None)
    started.shutdown()
    assert kind(result) == (State.DOWN, FailureKind.NAME_TIMEOUT)


async def test_no_free_thread_to_look_a_name_up_is_our_own_fault(context: ProbeContext) -> None:
    check = made("tcp", host="nowhere.invalid", port=80, timeout="200ms")
    result = await observed(check, replace(context, names=Resolver(None)))
    assert kind(result) == (State.UNKNOWN, FailureKind.PROBER_LATE)


async def test_a_host_that_is_no_name_at_all_is_not_found(probe: Probe) -> None:
    result = await probe("tcp", host="a" * 70 + ".test", port=80)
    assert kind(result) == (State.DOWN, FailureKind.NAME_NOT_FOUND)


@pytest.mark.parametrize("check", ["tls", "tcp"])
async def test_a_valid_certificate_is_up_and_its_end_is_noted(probe: Probe, authority: trustme.CA, check: str) -> None:
    until = datetime(2099, 5, 6, 7, 8, 9, tzinfo=UTC)
    fields = {"tls": True} if check == "tcp" else {}
    async with serving(servers.silent, certificate(authority, "shop.test", until=until)) as port:
        result = await probe(check, host="127.0.0.1", port=port, server_name="shop.test", **fields)
    assert (*kind(result), result.certificate_expires) == (State.UP, None, int(until.timestamp()))
    assert result.phases.tls_ms is not None


@pytest.mark.parametrize(
    ("name", "until", "expected"),
    [
        ("localhost", datetime(2021, 1, 1, tzinfo=UTC), FailureKind.CERTIFICATE_EXPIRED),
        ("elsewhere.test", None, FailureKind.CERTIFICATE_INVALID),
    ],
)
async def test_a_certificate_that_is_not_valid_is_down(
    probe: Probe, authority: trustme.CA, name: str, until: datetime | None, expected: FailureKind
) -> None:
    async with serving(servers.silent, certificate(authority, name, until=until)) as port:
        result = await probe("tls", host="localhost", port=port)
        lax = await probe("tcp", host="localhost", port=port, tls=True, verify=False)
    assert kind(result) == (State.DOWN, expected)
    assert kind(lax) == (State.UP, None)


async def test_a_certificate_of_an_unknown_authority_is_not_valid(probe: Probe) -> None:
    async with serving(servers.silent, certificate(trustme.CA(), "localhost")) as port:
        result = await probe("tls", host="localhost", port=port)
    assert kind(result) == (State.DOWN, FailureKind.CERTIFICATE_INVALID)


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (servers.silent, Failure(FailureKind.TIMEOUT, "during the TLS handshake")),
        (servers.garbage, FailureKind.TLS_FAILED),
        (servers.reset, FailureKind.CONNECTION_RESET),
        (servers.hang_up, FailureKind.CONNECTION_RESET),
    ],
    ids=["silent", "garbage", "reset", "hang-up"],
)
async def test_a_server_that_does_not_speak_tls_is_down(
    probe: Probe, behaviour: Behaviour, expected: Failure | FailureKind
) -> None:
    async with serving(behaviour) as port:
        result = await probe("tls", host="localhost", port=port)
    assert result.outcome is State.DOWN
    assert expected in {result.failure, kind(result)[1]}


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("shop.test", False),
        ("1.2.3", False),
        ("256.1.1.1", False),
        ("", False),
        ("tokó.test", False),
        ("a\0b", False),
    ],
)
def test_only_a_name_needs_a_look_up(host: str, address: bool) -> None:
    assert is_address(host) is address

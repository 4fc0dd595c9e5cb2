"""A location's way: from an address of this machine, through an HTTP proxy. What is wrong with it is our own fault."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.core.model import FailureKind, Result, State
from monitor.probes.base import Way
from monitor.probes.session import Ways, open_context
from tests.probes import servers
from tests.probes.conftest import SECRETS, certificate, made, observed, secret
from tests.probes.servers import answers, closed_port, serving


@dataclass
class Forward:
    """An HTTP proxy: forwards requests, tunnels CONNECT, or refuses with a status."""

    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    refuses: str = ""
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        self.asked.append(f"{method} {target}")
        self.heads.append(head)
        if self.refuses:
            writer.write(f"HTTP/1.1 {self.refuses}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            return
        if method == "CONNECT":
            host, port = target.rsplit(":", 1)
            try:
                ahead, behind = await asyncio.open_connection(host.strip("[]"), int(port))
            except OSError:
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
                await writer.drain()
                return
            # At once with the head: what comes behind it is the target's.
            writer.write(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            await asyncio.gather(_pumped(reader, behind), _pumped(ahead, writer))
            return
        await answers(b"forwarded")(_Read(), writer)  # type: ignore[arg-type]


class _Read:
    async def readuntil(self, separator: bytes) -> bytes:
        return b""


async def _pumped(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while piece := await source.read(65_536):
        sink.write(piece)
        await sink.drain()
    sink.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Forward]:
    found = Forward()
    async with serving(found.serve) as port:
        found.port = port
        yield found


@asynccontextmanager
async def leaving(way: Way) -> AsyncIterator[Callable[..., Any]]:
    """Probes that leave so."""
    async with open_context(secret) as base:
        ways = Ways(base)
        context = ways.context(way)
        assert ways.context(way) is context

        async def probe(kind: str, **fields: Any) -> Result:
            return await observed(made(kind, **{"timeout": "5s", **fields}), context)

        try:
            yield probe
        finally:
            await ways.close()


def through(port: int, credentials: str = "") -> Way:
    return Way(proxy=f"http://{credentials}127.0.0.1:{port}")


def told(result: Result) -> tuple[State, FailureKind | None]:
    return result.outcome, None if result.failure is None else result.failure.kind


async def peers(way: Way, kind: str, **fields: Any) -> tuple[Result, list[str]]:
    """What was seen, and the addresses that a server saw it come from."""
    seen: list[str] = []

    async def noting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("peername")[0])
        await answers()(reader, writer)

    async with serving(noting) as port, leaving(way) as probe:
        where = {"url": f"http://127.0.0.1:{port}/"} if kind == "http" else {"host": "127.0.0.1", "port": port}
        return await probe(kind, **where, **fields), seen


@pytest.mark.parametrize("kind", ["http", "tcp"])
async def test_probes_leave_from_the_address_of_their_location(kind: str) -> None:
    result, seen = await peers(Way(source="127.0.0.9"), kind)
    assert told(result) == (State.UP, None)
    assert seen == ["127.0.0.9"]
    result, seen = await peers(Way(), kind)
    assert seen == ["127.0.0.1"]


@pytest.mark.parametrize("source", ["192.0.2.1", "2001:db8::1"], ids=["not ours", "another family"])
@pytest.mark.parametrize("kind", ["http", "tcp"])
async def test_an_address_that_is_not_this_machines_is_our_own_fault(kind: str, source: str) -> None:
    result, seen = await peers(Way(source=source), kind)
    assert result.outcome is State.UNKNOWN, result
    assert seen == []


async def test_a_name_is_asked_for_from_the_address_of_the_location() -> None:
    seen: list[str] = []

    class Deaf(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            seen.append(addr[0])

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Deaf, local_addr=("127.0.0.1", 0))
    try:
        server = f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"
        async with leaving(Way(source="127.0.0.9")) as probe:
            await probe("dns", name="shop.test", resolver=server, timeout="200ms")
    finally:
        transport.close()
    assert seen == ["127.0.0.9"]


async def test_http_goes_through_the_proxy(proxy: Forward) -> None:
    async with leaving(through(proxy.port)) as probe:
        result = await probe("http", url="http://shop.test/x?a=1", expect={"contains": "forwarded"})
    assert told(result) == (State.UP, None)
    assert proxy.asked == ["GET http://shop.test/x?a=1"]


async def test_https_and_connections_are_tunnelled(
    proxy: Forward, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with serving(answers(), certificate(authority, "localhost")) as port, leaving(through(proxy.port)) as probe:
        for kind, fields in (
            ("http", {"url": f"https://localhost:{port}/"}),
            ("tls", {"host": "localhost", "port": port}),
            ("tcp", {"host": "localhost", "port": port, "tls": True, "send": "GET / HTTP/1.0\r\n\r\n"}),
        ):
            result = await probe(kind, **fields)
            assert told(result) == (State.UP, None), (kind, result)
            assert result.certificate_expires is not None
    assert proxy.asked == [f"CONNECT localhost:{port}"] * 3


async def test_a_server_that_speaks_first_is_heard_through_the_proxy(proxy: Forward) -> None:
    async def greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ready\r\n")
        await writer.drain()
        await reader.read(1)

    async with serving(greeting) as port, leaving(through(proxy.port)) as probe:
        result = await probe("tcp", host="127.0.0.1", port=port, expect={"contains": "220 mail"})
    assert told(result) == (State.UP, None)


TARGETS = [
    ("http", {"url": "https://shop.test/"}),
    ("tcp", {"host": "shop.test", "port": 25}),
    ("redis", {"url": "redis://shop.test"}),
]


@pytest.mark.parametrize(("kind", "fields"), TARGETS, ids=["http", "tcp", "redis"])
@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required", "500 Broken"])
async def test_a_proxy_that_refuses_is_our_own_fault(
    proxy: Forward, kind: str, fields: dict[str, Any], status: str
) -> None:
    proxy.refuses = status
    async with leaving(through(proxy.port)) as probe:
        assert told(await probe(kind, **fields)) == (State.UNKNOWN, FailureKind.PROXY)


@pytest.mark.parametrize(("kind", "fields"), TARGETS, ids=["http", "tcp", "redis"])
async def test_a_target_that_the_proxy_cannot_reach_is_down(proxy: Forward, kind: str, fields: dict[str, Any]) -> None:
    async with leaving(through(proxy.port)) as probe:
        proxy.refuses = "502 Bad Gateway"
        assert told(await probe(kind, **fields)) == (State.DOWN, FailureKind.UNREACHABLE)
        proxy.refuses = "504 Gateway Timeout"
        assert told(await probe(kind, **fields)) == (State.DOWN, FailureKind.CONNECT_TIMEOUT)


async def test_a_plain_request_that_the_proxy_wants_credentials_for_is_our_own_fault(proxy: Forward) -> None:
    proxy.refuses = "407 Proxy Authentication Required"
    async with leaving(through(proxy.port)) as probe:
        assert told(await probe("http", url="http://shop.test/")) == (State.UNKNOWN, FailureKind.PROXY)


@pytest.mark.parametrize(("kind", "fields"), [*TARGETS, ("http", {"url": "http://shop.test/"})])
async def test_a_proxy_that_is_not_there_or_is_silent_is_our_own_fault(kind: str, fields: dict[str, Any]) -> None:
    async with leaving(through(closed_port())) as probe:
        assert told(await probe(kind, **fields)) == (State.UNKNOWN, FailureKind.PROXY)
    # It accepts, and then says nothing: that may be its target, too.
    async with serving(servers.silent) as port, leaving(through(port)) as probe:
        assert (await probe(kind, **fields, timeout="200ms")).outcome is State.DOWN


async def test_a_proxy_that_does_not_accept_in_time_is_our_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*args: object, **kwargs: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("aiohappyeyeballs.start_connection", never)
    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", never)
    async with leaving(through(3128)) as probe:
        for kind, fields in TARGETS:
            result = await probe(kind, **fields, timeout="100ms")
            assert told(result) == (State.UNKNOWN, FailureKind.PROXY), (kind, result)


async def test_the_proxys_password_is_sent_to_it_and_said_to_nobody(proxy: Forward) -> None:
    async with leaving(through(proxy.port, "probe:${TOKEN}@")) as probe:
        assert told(await probe("http", url="http://shop.test/")) == (State.UP, None)
        proxy.refuses = "407 Proxy Authentication Required"
        for kind, fields in TARGETS:
            assert SECRETS["TOKEN"] not in repr(await probe(kind, **fields))
    assert all("Proxy-Authorization: Basic " in head for head in proxy.heads)
    async with leaving(through(proxy.port, "probe:${UNSET}@")) as probe:
        assert told(await probe("http", url="http://shop.test/")) == (State.UNKNOWN, FailureKind.SECRET_MISSING)

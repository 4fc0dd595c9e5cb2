"""Who asks, behind proxies; how often; and how long a connection may take."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from monitor.cli.connections import HEAD_SECONDS, LONGEST_HEAD, REQUEST_SECONDS, Bounded, end_overdue
from monitor.cli.front import Front, Limited, Ready
from monitor.cli.up import bound
from monitor.core.rate import Rate
from monitor.settings.values import Address
from statuspage.app import create_app
from tests.statuspage import views
from tests.statuspage.asking import ask
from tests.statuspage.views import NOW, FakeReader

PROXY = "127.0.0.1"  # where `ask` comes from


class Seen:
    """Remembers what got through."""

    def __init__(self) -> None:
        self.scope: Scope = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize(
    ("trusted", "forwarded", "client"),
    [
        ([PROXY], "203.0.113.9", "203.0.113.9"),
        ([PROXY, "10.0.0.0/8"], "198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ([PROXY], "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        ([PROXY], "203.0.113.9:4711", "203.0.113.9"),
        ([PROXY], "[2001:db8::1]:443", "2001:db8::1"),
        ([PROXY], "nonsense, 203.0.113.9", "203.0.113.9"),
        ([PROXY], "203.0.113.9, nonsense", PROXY),
        ([PROXY], "", PROXY),
        (["10.0.0.0/8"], "203.0.113.9", PROXY),
    ],
)
async def test_a_forwarded_address_is_believed_of_trusted_proxies_alone(
    trusted: list[str], forwarded: str, client: str
) -> None:
    seen = Seen()
    await ask(Front(seen, trusted), x_forwarded_for=forwarded)
    assert seen.scope["client"][0] == client


async def test_behind_tls_the_browser_is_told_to_stay_there() -> None:
    tls = await ask(Front(Seen(), [PROXY]), x_forwarded_proto="https")
    assert tls.headers["strict-transport-security"] == "max-age=31536000"
    for front in (Front(Seen(), [PROXY]), Front(Seen(), ["10.0.0.1"])):
        plain = await ask(front, x_forwarded_proto="http" if front._is_trusted(PROXY) else "https")
        assert "strict-transport-security" not in plain.headers


async def test_what_is_ready_made_is_never_refused_and_the_rest_after_a_burst() -> None:
    page = create_app(FakeReader(views.all_up()))
    page.pages.refresh(NOW)
    clock = [0]
    door = Limited(page, lambda: clock[0], Rate(burst=3, interval_ms=1000))
    assert [(await ask(door, "/nothing")).status for _ in range(4)] == [404, 404, 404, 429]
    refused = await ask(door, "/nothing")
    assert (refused.headers["retry-after"], refused.headers["content-type"]) == ("1", "application/problem+json")
    assert "content-security-policy" in refused.headers
    assert (await ask(door, "/")).status == 200
    clock[0] = 1000
    assert (await ask(door, "/nothing")).status == 404


async def test_what_is_ready_made_is_sent_before_any_door_looks() -> None:
    page, behind = create_app(FakeReader(views.all_up())), Seen()
    page.pages.refresh(NOW)
    door = Ready(page.pages, behind)
    assert (await ask(door, "/")).text.startswith("<!doctype html>")
    assert behind.scope == {}
    for path, method in (("/nothing", "GET"), ("/", "POST")):
        assert (await ask(door, path, method)).text == "ok"


async def test_one_household_of_ipv6_is_one_address() -> None:
    page = create_app(FakeReader(views.all_up()))
    page.pages.refresh(NOW)
    door = Front(Limited(page, lambda: 0, Rate(burst=1, interval_ms=1000)), [PROXY])
    statuses = [
        (await ask(door, "/nothing", x_forwarded_for=address)).status
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    ]
    assert statuses == [404, 429, 404]


@pytest.fixture
async def server() -> AsyncIterator[uvicorn.Server]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        made = uvicorn.Server(uvicorn.Config(Seen(), http=Bounded, lifespan="off", log_level="critical", ws="none"))
        task = asyncio.create_task(made.serve(sockets=[listening]))
        for _ in range(500):
            if made.started:
                break
            await asyncio.sleep(0.01)
        yield made
        made.should_exit = True
        await task


@asynccontextmanager
async def connected(server: uvicorn.Server) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, port = server.servers[0].sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def test_a_head_that_takes_too_long_is_ended_and_one_between_requests_is_not(server: uvicorn.Server) -> None:
    async with connected(server) as (reader, writer):
        loop = asyncio.get_running_loop()
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
        assert end_overdue(server.server_state.connections, loop.time() + REQUEST_SECONDS + 1) == 0
        writer.write(b"GET / HTTP/1.1\r\nHost:")
        await writer.drain()
        for _ in range(100):
            if end_overdue(list(server.server_state.connections), loop.time() + HEAD_SECONDS + 1):
                break
            await asyncio.sleep(0.01)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)


@pytest.mark.parametrize("ending", [b"", b"\r\n\r\n"])
async def test_a_head_that_is_too_long_is_refused(server: uvicorn.Server, ending: bytes) -> None:
    async with connected(server) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * LONGEST_HEAD + ending)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400")


async def test_a_body_that_nobody_reads_ends_the_connection(server: uvicorn.Server) -> None:
    async with connected(server) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbegin")
        assert (await asyncio.wait_for(reader.read(), 5)).endswith(b"ok")


async def test_requests_in_a_row_are_all_answered(server: uvicorn.Server) -> None:
    async with connected(server) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + b"GET / HTTP/1.1\r\nHost:")
        for _ in range(3):
            await reader.readuntil(b"ok")
        writer.write(b" x\r\n\r\n")
        assert await asyncio.wait_for(reader.readuntil(b"ok"), 5)


async def test_answers_leave_at_once_on_a_connection_that_is_kept() -> None:
    nodelay = asyncio.get_running_loop().create_future()

    class Look(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            found = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            nodelay.set_result(found)

    with bound(Address("127.0.0.1", 0), "server.listen") as listening:
        serving = await asyncio.get_running_loop().create_server(Look, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await asyncio.wait_for(nodelay, 5)
        writer.close()
        serving.close()
        await serving.wait_closed()

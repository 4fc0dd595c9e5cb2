"""`sqlite`, `postgres`, `mysql` and `redis` against real databases, and against peers that are none."""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pymysql  # type: ignore[import-untyped]
import pytest
import redis as redis_client
import trustme

from monitor.core.model import FailureKind, Result, State
from tests.probes import servers
from tests.probes.conftest import Probe, certificate
from tests.probes.servers import Behaviour, says, serving


def kind(result: Result) -> tuple[State, FailureKind | None]:
    return result.outcome, result.failure.kind if result.failure else None


UP = (State.UP, None)


# SQLite


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop & co.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table item (name text)")
        connection.executemany("insert into item values (?)", [("pen",), ("ink",)])
    return path


async def test_a_sqlite_file_is_asked_and_its_value_compared(probe: Probe, database: Path) -> None:
    asked = {"path": str(database), "query": "select name from item"}
    assert kind(await probe("sqlite", path=str(database))) == UP
    assert kind(await probe("sqlite", **asked, expect={"value": "pen", "rows": 2})) == UP
    assert kind(await probe("sqlite", **asked, expect={"rows": 3})) == (State.DOWN, FailureKind.VALUE)
    assert kind(await probe("sqlite", path=str(database), expect={"value": "1"})) == (State.DOWN, FailureKind.VALUE)
    assert kind(await probe("sqlite", path=str(database), expect={"value": True})) == (State.DOWN, FailureKind.VALUE)


async def test_a_missing_sqlite_file_is_down_and_not_created(probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "absent.db"
    assert kind(await probe("sqlite", path=str(path))) == (State.DOWN, FailureKind.QUERY_FAILED)
    assert not path.exists()


@pytest.mark.parametrize("query", ["delete from item", "select nothing from item", "drop table item"])
async def test_a_sqlite_query_that_fails_or_writes_is_down(probe: Probe, database: Path, query: str) -> None:
    result = await probe("sqlite", path=str(database), query=query)
    assert kind(result) == (State.DOWN, FailureKind.QUERY_FAILED)


async def test_an_endless_sqlite_query_stops_at_its_deadline(probe: Probe, database: Path) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    result = await probe("sqlite", path=str(database), query=endless, timeout="200ms")
    assert result.outcome is State.DOWN
    # Every thread is free again: as many more probes as there are threads go through.
    for _ in range(5):
        assert kind(await probe("sqlite", path=str(database))) == UP


async def test_a_locked_sqlite_file_is_down(probe: Probe, database: Path) -> None:
    with closing(sqlite3.connect(database)) as holder:
        holder.execute("begin exclusive")
        result = await probe("sqlite", path=str(database), query="select name from item", timeout="200ms")
    assert result.outcome is State.DOWN


# PostgreSQL


async def test_a_postgres_answers_as_expected(probe: Probe, postgres_url: str) -> None:
    assert kind(await probe("postgres", dsn=postgres_url, expect={"value": 1, "rows": 1})) == UP
    assert kind(await probe("postgres", dsn=postgres_url.replace("127.0.0.1", "localhost"))) == UP
    assert kind(await probe("postgres", dsn=postgres_url, query="select 1.5", expect={"value": 1.5})) == UP
    result = await probe("postgres", dsn=postgres_url, expect={"value": 2})
    assert kind(result) == (State.DOWN, FailureKind.VALUE)
    assert result.failure is not None
    assert result.failure.detail == "value 1, expected 2"


async def test_a_postgres_probe_cannot_write(probe: Probe, postgres_url: str) -> None:
    result = await probe("postgres", dsn=postgres_url, query="create table harm (i int)")
    assert kind(result) == (State.DOWN, FailureKind.QUERY_FAILED)


async def test_a_postgres_query_that_hangs_is_down_and_ends_on_the_server(probe: Probe, postgres_url: str) -> None:
    began = time.monotonic()
    result = await probe("postgres", dsn=postgres_url, query="select pg_sleep(30)", timeout="300ms")
    assert kind(result) == (State.DOWN, FailureKind.TIMEOUT)
    assert time.monotonic() - began < 2
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        sleeping = "select count(*) from pg_stat_activity where query like 'select pg_sleep(30)' and state = 'active'"
        for _ in range(50):
            row = connection.execute(sleeping).fetchone()
            if row == (0,):
                break
            connection.execute("select pg_sleep(0.05)")
        assert row == (0,)


async def test_refused_postgres_credentials_are_our_fault(probe: Probe, postgres_url: str) -> None:
    dsn = "postgresql://nobody-we-know:${TOKEN}@" + postgres_url.split("@")[1]
    result = await probe("postgres", dsn=dsn)
    assert kind(result) == (State.UNKNOWN, FailureKind.AUTH_REFUSED)
    told = await probe("postgres", dsn=dsn, auth_is_down=True)
    assert kind(told) == (State.DOWN, FailureKind.AUTH_REFUSED)


# MySQL and MariaDB


async def test_a_mariadb_answers_as_expected(probe: Probe, mariadb_url: str) -> None:
    assert kind(await probe("mysql", dsn=mariadb_url, expect={"value": 1, "rows": 1})) == UP
    result = await probe("mysql", dsn=mariadb_url, query="select 'a'", expect={"value": "b"})
    assert kind(result) == (State.DOWN, FailureKind.VALUE)


async def test_a_mariadb_probe_cannot_write(probe: Probe, mariadb_url: str) -> None:
    with pymysql.connect(
        host=urlsplit(mariadb_url).hostname,
        port=urlsplit(mariadb_url).port,
        user=urlsplit(mariadb_url).username,
        password=urlsplit(mariadb_url).password or "",
        database=urlsplit(mariadb_url).path[1:],
        autocommit=True,
    ) as connection:
        connection.cursor().execute("create table item (i int)")
    result = await probe("mysql", dsn=mariadb_url, query="insert into item values (1)")
    assert kind(result) == (State.DOWN, FailureKind.QUERY_FAILED)


async def test_a_mariadb_query_that_hangs_is_down(probe: Probe, mariadb_url: str) -> None:
    result = await probe("mysql", dsn=mariadb_url, query="select sleep(30)", timeout="300ms")
    assert result.outcome is State.DOWN


async def test_refused_mariadb_credentials_are_our_fault(probe: Probe, mariadb_url: str) -> None:
    dsn = mariadb_url.replace("//root@", "//nobody-we-know:${TOKEN}@")
    assert kind(await probe("mysql", dsn=dsn)) == (State.UNKNOWN, FailureKind.AUTH_REFUSED)


# Redis


async def test_a_redis_answers_ping(probe: Probe, redis_url: str) -> None:
    result = await probe("redis", url=redis_url)
    assert kind(result) == UP
    assert result.phases.connect_ms is not None


async def test_a_redis_key_is_compared(probe: Probe, redis_url: str) -> None:
    with redis_client.Redis.from_url(redis_url) as client:
        client.set("janji-test-key", "7", ex=60)
    assert kind(await probe("redis", url=redis_url, get="janji-test-key", expect={"value": 7})) == UP
    assert kind(await probe("redis", url=redis_url, get="janji-test-key")) == UP
    down = (State.DOWN, FailureKind.VALUE)
    assert kind(await probe("redis", url=redis_url, get="janji-test-key", expect={"value": "8"})) == down
    assert kind(await probe("redis", url=redis_url, get="janji-test-absent")) == down


@pytest.mark.parametrize("words", [b"-NOAUTH Authentication required.\r\n", b"-WRONGPASS invalid\r\n"])
async def test_refused_redis_credentials_are_our_fault(probe: Probe, words: bytes) -> None:
    async with serving(says(words)) as port:
        result = await probe("redis", url=f"redis://:${{TOKEN}}@127.0.0.1:{port}")
    assert kind(result) == (State.UNKNOWN, FailureKind.AUTH_REFUSED)


async def test_a_redis_behind_tls_is_verified(probe: Probe, authority: trustme.CA) -> None:
    async with serving(says(b"+PONG\r\n"), certificate(authority, "localhost")) as port:
        assert kind(await probe("redis", url=f"rediss://localhost:{port}")) == UP
    async with serving(says(b"+PONG\r\n"), certificate(authority, "elsewhere.test")) as port:
        result = await probe("redis", url=f"rediss://localhost:{port}")
        lax = await probe("redis", url=f"rediss://localhost:{port}", verify=False)
    assert kind(result) == (State.DOWN, FailureKind.CERTIFICATE_INVALID)
    assert kind(lax) == UP


@pytest.mark.parametrize("words", [b":seven\r\n", b"$x\r\n", b"*-7\r\n"])
async def test_a_redis_that_answers_nonsense_is_down(probe: Probe, words: bytes) -> None:
    async with serving(says(words)) as port:
        result = await probe("redis", url=f"redis://127.0.0.1:{port}")
    assert result.outcome is State.DOWN


async def test_a_redis_that_is_loading_is_down(probe: Probe) -> None:
    async with serving(says(b"-LOADING Redis is loading the dataset in memory\r\n")) as port:
        result = await probe("redis", url=f"redis://127.0.0.1:{port}")
    assert kind(result) == (State.DOWN, FailureKind.QUERY_FAILED)


# Peers that are no database

ADDRESSES = {
    "postgres": {"dsn": "postgresql://janji:x@127.0.0.1:{port}/shop?sslmode=disable"},
    "mysql": {"dsn": "mysql://janji:x@127.0.0.1:{port}/shop"},
    "redis": {"url": "redis://:x@127.0.0.1:{port}/0"},
}


def at(check: str, port: int) -> Mapping[str, str]:
    return {name: text.format(port=port) for name, text in ADDRESSES[check].items()}


@pytest.mark.parametrize("check", ADDRESSES)
async def test_a_database_that_refuses_the_connection_is_down(probe: Probe, check: str) -> None:
    result = await probe(check, **at(check, servers.closed_port()))
    assert kind(result) == (State.DOWN, FailureKind.CONNECTION_REFUSED)


@pytest.mark.parametrize("check", ADDRESSES)
@pytest.mark.parametrize("behaviour", [servers.silent, servers.drip], ids=["silent", "drip"])
async def test_a_database_that_stays_silent_is_down_within_its_budget(
    probe: Probe, check: str, behaviour: Behaviour
) -> None:
    async with serving(behaviour) as port:
        began = time.monotonic()
        result = await probe(check, **at(check, port))
        taken = time.monotonic() - began
    assert result.outcome is State.DOWN
    assert taken < 2


@pytest.mark.parametrize("check", ADDRESSES)
@pytest.mark.parametrize("behaviour", [servers.reset_at_once, servers.hang_up], ids=["reset", "hang-up"])
async def test_a_database_that_hangs_up_is_down(probe: Probe, check: str, behaviour: Behaviour) -> None:
    async with serving(behaviour) as port:
        result = await probe(check, **at(check, port))
    assert result.outcome is State.DOWN
    assert kind(result)[1] in {FailureKind.CONNECTION_RESET, FailureKind.TIMEOUT}


@pytest.mark.parametrize("check", ADDRESSES)
async def test_a_peer_that_speaks_another_protocol_is_down(probe: Probe, check: str) -> None:
    async with serving(servers.garbage) as port:
        result = await probe(check, **at(check, port))
    assert result.outcome is State.DOWN
    assert kind(result)[1] in {FailureKind.PROTOCOL, FailureKind.TIMEOUT, FailureKind.QUERY_FAILED}

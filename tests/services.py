"""Real servers for tests.

Each server comes from the environment, from the standard loopback port, or from binaries on this machine
started in a temporary directory and ended with the session. None of these: the test is skipped with its
reason, and in CI it fails.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import psycopg
import pymysql  # type: ignore[import-untyped]
import pytest
import redis

from tests.running import PATIENCE, Janji, free_port, run_janji

__all__ = ["PATIENCE", "Janji", "free_port", "run_janji"]


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _find(*names: str, folders: str = "") -> str | None:
    """The first of these programs on the path, beside the usual places for servers."""
    extra = [str(path) for path in sorted(Path("/usr/lib").glob(folders), reverse=True)] if folders else []
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *extra])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def _finish(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """Ends a process that we started: asks, then insists."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


@contextmanager
def _server(command: Sequence[str], log: Path, ready: Callable[[], bool], user: str | None) -> Iterator[None]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, user=user, group=user)
    try:
        give_up = time.monotonic() + PATIENCE
        while not ready():
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        _finish(process)


@contextmanager
def _directory(user: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="janji-", ignore_cleanup_errors=True) as name:
        if user:
            shutil.chown(name, user, user)
        yield Path(name)


# PostgreSQL


def _postgres_lets_in(url: str) -> bool:
    may_create = "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(may_create).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and bool(row[0])


class OwnPostgres:
    """A PostgreSQL on a free port that nobody else uses: it may be stopped and started."""

    def __init__(self, home: Path, user: str | None) -> None:
        initdb = _find("initdb", folders="postgresql/*/bin")
        server = _find("postgres", folders="postgresql/*/bin")
        if not initdb or not server:
            _missing("No PostgreSQL: set JANJI_TEST_POSTGRES, run one on 127.0.0.1:5432, or install postgresql")
        self._home, self._user, port = home, user, free_port()
        setup = [initdb, "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(setup, check=True, capture_output=True, user=user, group=user, cwd=home)
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        listen = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", str(home), "-F"]
        self._command = [server, "-D", str(home / "data"), *listen]
        self._running = ExitStack()

    def start(self) -> None:
        ready = lambda: _postgres_lets_in(self.url)  # noqa: E731 - what is waited for
        self._running.enter_context(_server(self._command, self._home / "log", ready, self._user))

    def stop(self) -> None:
        """Cuts every connection, as a restart does. Ends a paused one, too, and may be called twice."""
        with suppress(FileNotFoundError, ProcessLookupError):
            self.resume()
            os.kill(self._postmaster, signal.SIGINT)
        self._running.close()

    def kill(self) -> None:
        """Ends all its processes in the middle of what they do; `start` recovers what was committed.

        That needs no `fsync`: what a process wrote outlives it, if not the machine.
        """
        self.pause()  # so that no process is begun meanwhile
        doomed = self._processes()
        for pid in doomed:
            os.kill(pid, signal.SIGKILL)
        self._running.close()
        give_up = time.monotonic() + PATIENCE
        while any(_is_alive(pid) for pid in doomed):
            assert time.monotonic() < give_up, "it outlived SIGKILL"
            time.sleep(0.01)

    def pause(self) -> None:
        """Freezes all its processes: connections stay, and nothing is answered on them."""
        os.kill(self._postmaster, signal.SIGSTOP)
        for pid in self._processes():
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        for pid in self._processes():
            os.kill(pid, signal.SIGCONT)

    @property
    def _postmaster(self) -> int:
        return int((self._home / "data" / "postmaster.pid").read_text().split()[0])

    def _processes(self) -> list[int]:
        """The postmaster and all that it began: each is in a session of its own, so no group holds them."""
        return [self._postmaster, *(pid for pid in _pids() if _stat(pid)[1] == str(self._postmaster))]


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """The state of a process, its parent, and more; nothing of one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["", ""]


def _is_alive(pid: int) -> bool:
    return _stat(pid)[0] not in {"", "Z"}


@contextmanager
def _own_postgres() -> Iterator[OwnPostgres]:
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    with _directory(user) as home:
        server = OwnPostgres(home, user)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """A started PostgreSQL of this test alone."""
    with _own_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL in which databases may be created: the URL of its maintenance database."""
    if given := os.environ.get("JANJI_TEST_POSTGRES"):
        yield given
        return
    for user in ("postgres", "root"):
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        if _postgres_lets_in(url):
            yield url
            return
    with _own_postgres() as server:
        yield server.url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """`postgresql://…` of a new, empty database that is dropped after the test."""
    name = f"janji_test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        yield urlsplit(postgres_server)._replace(path=f"/{name}").geturl()
        connection.execute(f"drop database {name} with (force)")


# MariaDB


def _mariadb(url: str) -> pymysql.Connection:
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
        connect_timeout=3,
        autocommit=True,
    )


def _mariadb_lets_in(url: str) -> bool:
    try:
        _mariadb(url).close()
    except pymysql.MySQLError:
        return False
    return True


@contextmanager
def _own_mariadb() -> Iterator[str]:
    install, server = _find("mariadb-install-db"), _find("mariadbd")
    if not install or not server:
        _missing("No MariaDB: set JANJI_TEST_MARIADB, run one on 127.0.0.1:3306, or install mariadb-server")
    with _directory() as home:
        data, port = home / "data", free_port()
        base = ["--no-defaults", f"--datadir={data}", *(["--user=root"] if os.geteuid() == 0 else [])]
        setup = [install, *base, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(setup, check=True, capture_output=True)
        url = f"mysql://root@127.0.0.1:{port}/"
        listen = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={home / 'socket'}"]
        command = [server, *base, *listen, f"--pid-file={home / 'pid'}"]
        with _server(command, home / "log", lambda: _mariadb_lets_in(url), None):
            yield url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """A MariaDB in which databases may be created."""
    local = "mysql://root@127.0.0.1:3306/"
    if given := os.environ.get("JANJI_TEST_MARIADB"):
        yield given
    elif _mariadb_lets_in(local):
        yield local
    else:
        with _own_mariadb() as url:
            yield url


@pytest.fixture
def mariadb_url(mariadb_server: str) -> Iterator[str]:
    """`mysql://…` of a new, empty database that is dropped after the test."""
    name = f"janji_test_{uuid4().hex[:12]}"
    with _mariadb(mariadb_server) as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name}")
        yield urlsplit(mariadb_server)._replace(path=f"/{name}").geturl()
        cursor.execute(f"drop database {name}")


# Redis


def _redis_lets_in(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@contextmanager
def _own_redis() -> Iterator[str]:
    server = _find("redis-server")
    if not server:
        _missing("No Redis: set JANJI_TEST_REDIS, run one on 127.0.0.1:6379, or install redis-server")
    with _directory() as home:
        port = free_port()
        url = f"redis://127.0.0.1:{port}/0"
        listen = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
        command = [server, *listen, "--save", "", "--appendonly", "no"]
        with _server(command, home / "log", lambda: _redis_lets_in(url), None):
            yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """`redis://…` of a server that may hold other people's keys: use names of your own."""
    local = "redis://127.0.0.1:6379/0"
    if given := os.environ.get("JANJI_TEST_REDIS"):
        yield given
    elif _redis_lets_in(local):
        yield local
    else:
        with _own_redis() as url:
            yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium on this machine."""
    found = os.environ.get("JANJI_TEST_CHROMIUM") or _find("chromium", "chromium-browser", "google-chrome")
    return found or _missing("No Chromium: set JANJI_TEST_CHROMIUM or install chromium")


@pytest.fixture
def janji(tmp_path: Path) -> Iterator[Janji]:
    """A Janji that is not started yet, in a temporary directory; gone after the test."""
    process = Janji(tmp_path)
    yield process
    process.close()

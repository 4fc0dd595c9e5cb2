"""Opening a database: SQLite with one writing hub, or PostgreSQL. Owns pragmas, the hub's lock and migrations."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs"})


BUSY_S = 10
"""How long SQLite waits for another writer."""

_ESCAPED = re.compile(r"\\([0-7]{3})")
"""How a blank is written in the list of mounts."""


PRESENT = 7230178
"""The advisory lock on PostgreSQL that hubs share, and that a command takes which needs the database for itself."""

_PATIENCE = {"connect_timeout": "5", "keepalives_idle": "5", "keepalives_interval": "3", "tcp_user_timeout": "10000"}
"""For a server that is gone without a word: seconds, and milliseconds."""

_SHORT = "-c idle_in_transaction_session_timeout=10s -c lock_timeout=5s"
"""For processes whose transactions are short: one that freezes in the middle holds up nobody for long."""


class StorageError(Exception):
    """The database cannot be used as asked; the text says why and what to do."""


def open_engine(url: str, *, read_only: bool = False, short: bool = False, name: str = "") -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://…`. Raises StorageError on anything else.

    `short`: every transaction is. `name` is the hub's, for PostgreSQL to know its sessions by.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError("server.database is not an URL; write sqlite:///var/janji.db or postgresql://…") from None
    if parsed.get_backend_name() == "postgresql":
        options = {"options": "-c default_transaction_read_only=on"} if read_only else {}
        options |= {"options": _SHORT} if short else {}
        wanted = {**_PATIENCE, **options, "application_name": application(name)}
        arguments: dict[str, str | None] = {key: value for key, value in wanted.items() if key not in parsed.query}
        url_ = parsed.set(drivername="postgresql+psycopg")
        # Nothing is prepared: after a savepoint was taken back, psycopg believes in statements that the server does not
        # have. Each of them was a result refused for good; planning anew costs nothing that could be measured.
        arguments["prepare_threshold"] = None
        return create_engine(url_, pool_pre_ping=True, pool_size=5, connect_args=arguments)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StorageError(f"{parsed.get_backend_name()} databases are not supported; use sqlite:/// or postgresql://")
    return _open_sqlite(Path(parsed.database), read_only=read_only)


@contextmanager
def opening(engine: Engine) -> Iterator[None]:
    """What is first asked of a database: whatever goes wrong is StorageError, and the engine is let go of."""
    try:
        yield
    except DBAPIError as error:
        engine.dispose()
        raise StorageError(f"the database cannot be opened: {error.orig}") from error
    except StorageError:
        engine.dispose()
        raise


def application(name: str) -> str:
    """What the sessions of a hub, or of a command, are called in PostgreSQL."""
    return f"janji {name}".strip()


def _open_sqlite(path: Path, *, read_only: bool) -> Engine:
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    kind = _file_system(path.parent.resolve())
    if kind in NETWORK_FILE_SYSTEMS:
        raise StorageError(
            f"{path} is on a network file system ({kind}), where SQLite's locks do not hold; "
            "use a local disk or PostgreSQL"
        )
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": BUSY_S, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("pragma journal_mode=wal")
        cursor.execute("pragma synchronous=full")
        cursor.execute("pragma foreign_keys=on")
        cursor.execute(f"pragma query_only={'on' if read_only else 'off'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE: a transaction that reads and then writes would fail at once when another process wrote between.
        connection.exec_driver_sql("begin" if read_only else "begin immediate")

    return engine


def _mounts() -> str:
    """What is mounted where, as Linux lists it; "" where the system does not say."""
    mounts = Path("/proc/mounts")
    return mounts.read_text(errors="replace") if mounts.exists() else ""


def _file_system(folder: Path) -> str:
    """The kind of file system a folder lies on, or "" where the system does not say."""
    best = ("", "")
    for line in _mounts().splitlines():
        _, escaped, kind, *_ = line.split(" ")
        point = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), escaped)
        inside = str(folder) == point or str(folder).startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


@contextmanager
def hub_lock(engine: Engine) -> Iterator[None]:
    """Holds the database for one process; raises StorageError when a hub has it. The kernel frees it on any death."""
    if engine.dialect.name == "sqlite":
        with _file_lock(Path(f"{engine.url.database}.lock"), "another hub works on this database already"):
            yield
        return
    with engine.connect() as connection:
        # Detached, so that closing it ends the session and with it the lock; a pool would keep both.
        connection.detach()
        if not connection.exec_driver_sql(f"select pg_try_advisory_lock({PRESENT})").scalar():
            raise StorageError("another hub works on this database already; stop it first")
        connection.commit()
        yield


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Holds the folder that a hub keeps its spool in; raises StorageError when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = f"another hub keeps what waits in {folder.resolve()} already"
    with _file_lock(folder / "hub.lock", taken, "stop it first, or start this one in another directory"):
        yield


def holder(engine: Engine) -> str | None:
    """The process that holds a SQLite file for its hub, as it wrote itself down; None where no hub runs."""
    path = Path(f"{engine.url.database}.lock")
    if not path.exists():
        return None
    with path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return handle.read().strip()
    return None


@contextmanager
def _file_lock(path: Path, taken: str, remedy: str = "stop it first") -> Iterator[None]:
    handle: IO[str]
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise StorageError(f"{taken} (process {holder}); {remedy}") from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield

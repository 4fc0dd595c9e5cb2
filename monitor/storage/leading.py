"""Which of the hubs on one PostgreSQL leads: the one whose session holds a lock, in an epoch of its own.

The lock lives in a session that does nothing else. It ends with the hub's process, and the server ends it when the
hub says nothing for ten seconds (frozen, or cut off): then another hub takes the lock, ends the sessions that the one
before may still have, and raises the epoch. `storage.transactions` holds deciding to it.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import Protocol

from sqlalchemy import Connection, Engine, delete, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import col

from monitor.core.model import Seconds
from monitor.storage.engine import PRESENT, StorageError, application, hub_lock, opening
from monitor.storage.hub_table import HubRow
from monitor.storage.tables import Counter
from monitor.storage.transactions import EPOCH, UNFENCED, StorageAway
from monitor.storage.upsert import insert

_LEADER = PRESENT + 1
"""The advisory lock of the one that leads."""

SILENCE: Seconds = 10
"""After so long without a word from a hub the server ends its session, and with it its lead."""

_OLDEST = (14,)

_NOTED_EVERY: Seconds = 5
_FORGOTTEN_AFTER: Seconds = 86_400
"""Hubs that were not seen for so long are listed no more."""

_CUT = text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and usename = current_user and application_name = any(:names)"
)


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub as the others see it. `leads` as of the moment it was read."""

    name: str
    version: str
    settings: str
    started_at: Seconds
    seen_at: Seconds
    leads: bool

    def is_silent(self, now: Seconds) -> bool:
        """Whether it ended, or froze: nobody who leads is silent for longer than his session lives."""
        return now - self.seen_at > SILENCE + _NOTED_EVERY


class Leadership(Protocol):
    """What a hub asks whether it leads."""

    def step(self, now: Seconds, settings: str) -> int | None:
        """Takes the lead where nobody has it, and keeps it. The epoch to decide in; None while another hub leads.

        To be called every second or so, by one thread. Raises StorageAway when nothing can be said: whoever led goes
        on probing, and decides nothing. `settings` is the digest of what this hub was told.
        """
        ...


class Alone:
    """On SQLite: whoever holds the file leads."""

    def step(self, now: Seconds, settings: str) -> int | None:
        return UNFENCED


class Elected:
    """One hub's part in the election on a PostgreSQL."""

    def __init__(self, engine: Engine, name: str, version: str) -> None:
        self._engine = engine
        self._name = name
        self._version = version
        self._session: Connection | None = None
        self._epoch: int | None = None
        self._started_at: Seconds | None = None
        self._noted: tuple[Seconds, int | None, str] = (0, None, "")

    def enter(self) -> None:
        """Says that a hub is here: until it leaves, no command fills or empties the database.

        Raises StorageError where such a command runs, or a hub of a version that knows of no others.
        """
        if self._session is not None:
            return
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Detached, so that closing it ends the session and with it the locks; a pool would keep both.
        session.detach()
        with ExitStack() as stack:
            stack.callback(session.close)
            if (session.dialect.server_version_info or (0,)) < _OLDEST:
                raise StorageError("hubs need PostgreSQL 14 or newer, which ends the session of one that froze")
            session.exec_driver_sql(f"set idle_session_timeout = '{SILENCE}s'")
            if session.exec_driver_sql(f"select pg_try_advisory_lock_shared({PRESENT})").scalar():
                self._session = session
                stack.pop_all()
                return
        raise StorageError(
            "a command that needs the database for itself, or a hub of an older version, works on it; "
            "wait for the one, stop the other"
        )

    def leave(self) -> None:
        """Gives the lead back, if this hub has it."""
        session, self._session, self._epoch = self._session, None, None
        if session is not None:
            with suppress(SQLAlchemyError):
                # Said before it is closed: the server may take a moment to see a session end.
                session.exec_driver_sql("select pg_advisory_unlock_all()")
            with suppress(SQLAlchemyError):
                session.close()

    def step(self, now: Seconds, settings: str) -> int | None:
        try:
            self.enter()
            session = self._session
            if session is None:
                raise AssertionError("it has entered")
            if self._epoch is None and session.exec_driver_sql(f"select pg_try_advisory_lock({_LEADER})").scalar():
                self._epoch = _next_epoch(session, self._name)
            self._note(session, now, settings)
        except (DBAPIError, StorageError) as error:
            self.leave()
            raise StorageAway(str(error.orig if isinstance(error, DBAPIError) else error)) from error
        return self._epoch

    def _note(self, session: Connection, now: Seconds, settings: str) -> None:
        """Tells the others, and so keeps the session from being ended."""
        at, epoch, told = self._noted
        if (epoch, told) == (self._epoch, settings) and at <= now < at + _NOTED_EVERY:
            session.exec_driver_sql("select 1")
            return
        self._started_at = now if self._started_at is None else self._started_at
        news = {"seen_at": now, "epoch": self._epoch, "settings": settings, "version": self._version}
        row = insert(session, HubRow).values(name=self._name, started_at=self._started_at, **news)
        session.execute(row.on_conflict_do_update(index_elements=["name"], set_=news))
        session.execute(delete(HubRow).where(col(HubRow.seen_at) < now - _FORGOTTEN_AFTER))
        self._noted = (now, self._epoch, settings)


def _next_epoch(session: Connection, name: str) -> int:
    """Ends what the leader before still has open, then raises the epoch: nothing it began is written after that."""
    before = select(col(HubRow.name)).where(col(HubRow.epoch).is_not(None), col(HubRow.name) != name)
    session.execute(_CUT, {"names": [application(each) for each in session.execute(before).scalars()]})
    raised = "insert into counter (name, value) values (:name, 1) on conflict (name) do update"
    query = text(f"{raised} set value = counter.value + 1 returning value")
    return int(session.execute(query, {"name": EPOCH}).scalar_one())


@contextmanager
def hub_on(engine: Engine, name: str, version: str) -> Iterator[Leadership]:
    """A hub on a database, from its start to its end. Raises StorageError where it may not work on it.

    On SQLite it has to be the only one; on PostgreSQL there may be several, of which one leads.
    """
    if engine.dialect.name == "sqlite":
        with hub_lock(engine):
            yield Alone()
        return
    elected = Elected(engine, name, version)
    with opening(engine):
        elected.enter()
    try:
        yield elected
    finally:
        elected.leave()


def new_name() -> str:
    """A name for this process, unlike those of all other hubs."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{token_hex(2)}"


def hubs(engine: Engine) -> list[Hub]:
    """Every hub on a PostgreSQL that was seen within a day, the one that leads first."""
    epoch = select(col(Counter.value)).where(col(Counter.name) == EPOCH).scalar_subquery()
    query = select(HubRow, epoch.label("standing")).order_by(col(HubRow.seen_at).desc())
    with engine.connect() as connection:
        found = [
            Hub(row.name, row.version, row.settings, row.started_at, row.seen_at, row.epoch == row.standing)
            for row in connection.execute(query)
        ]
    return sorted(found, key=lambda hub: not hub.leads)

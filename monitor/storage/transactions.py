"""Transactions on one database, and the fence around what only the hub that leads may write.

A hub that was frozen and wakes up does not know that another one leads by now. So whatever decides (judging, sealing,
claiming messages, taking settings over) reads the epoch in its own transaction, locked against a change, and stops
when it is not the one it was told to decide in.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlmodel import col

from monitor.storage.tables import Counter

EPOCH = "epoch"
"""The counter that grows with every leader."""

UNFENCED = 0
"""The epoch of whoever is alone on its database: a hub on SQLite, whose lock holds until it is gone; a test."""

_BUGS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""What a database says to a wrong statement: asking again would never help."""


_UNWRITABLE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_DISK_FULL = "53100"
"""PostgreSQL's state for it."""


class StorageAway(Exception):
    """The database did not answer or could not be written; what was asked can be asked again."""


class StorageFull(StorageAway):
    """The database answers and cannot be written: its disk is full, read-only or broken."""


class NotLeading(Exception):
    """Another hub leads, or nobody does yet: deciding is not for this one. Nothing was written."""


class Transactions:
    """Opens transactions on one engine. `rolled_back` is told of each one that failed."""

    def __init__(self, engine: Engine, rolled_back: Callable[[], None]) -> None:
        self._engine = engine
        self._rolled_back = rolled_back
        self.epoch: int | None = UNFENCED
        """The epoch that this process decides in; None: it does not lead."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing; a lost or full database is StorageAway."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except BaseException as error:
            self._rolled_back()
            if isinstance(error, DBAPIError) and not isinstance(error, _BUGS):
                first = _first(error).orig
                raise (StorageFull if _is_full(first) else StorageAway)(str(first)) from error
            raise

    @contextmanager
    def deciding(self, epoch: int | None = None) -> Iterator[Connection]:
        """As `transaction`, for the leader alone. Raises NotLeading where this process is not, or not any more.

        `epoch`: as it was a moment ago, for whoever goes by what was remembered of it.
        """
        epoch = self.epoch if epoch is None else epoch
        if epoch is None:
            raise NotLeading("another hub leads")
        with self.transaction() as connection:
            if epoch != UNFENCED:
                # For share: a takeover waits for this transaction, or ends it; it never overtakes it.
                query = select(col(Counter.value)).where(col(Counter.name) == EPOCH).with_for_update(read=True)
                standing = connection.execute(query).scalar()
                if standing != epoch:
                    raise NotLeading(f"another hub leads since, in epoch {standing} after {epoch}")
            yield connection


def _is_full(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        # Its lowest byte is the kind, the others say more.
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNWRITABLE
    return getattr(error, "sqlstate", None) == _DISK_FULL


def _first(error: DBAPIError) -> DBAPIError:
    """What went wrong at first: a full SQLite takes the whole transaction back, and then there is no savepoint either,
    which says nothing to whoever has to make room. A row that is there already is none: it was being settled."""
    found, at = error, error.__context__
    while at is not None:
        found = at if isinstance(at, DBAPIError) and not isinstance(at, _BUGS) else found
        at = at.__context__
    return found

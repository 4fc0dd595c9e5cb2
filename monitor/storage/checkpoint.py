"""Shortening what SQLite keeps beside its file. It brings it into the file by itself, but never makes it shorter: while
readers follow one another it grows."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from monitor.storage.transactions import StorageAway

LONG = 16 * 2**20
"""Bytes beside the file that are too many."""

_MOMENT = 0.02
"""Seconds that it waits for readers."""


def checkpoint(engine: Engine) -> bool:
    """Whether what lay beside a SQLite file was too long, and is gone. It waits for no reader that is in the way.

    Raises StorageAway.
    """
    file = engine.url.database or ""
    beside = Path(f"{file}-wal")
    if engine.dialect.name != "sqlite" or not beside.exists() or beside.stat().st_size < LONG:
        return False
    try:
        with closing(sqlite3.connect(file, timeout=_MOMENT)) as connection:
            busy, _, _ = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    except sqlite3.Error as error:
        raise StorageAway(str(error)) from error
    return not busy

"""Results on PostgreSQL lie in one partition for each day: made when its first row comes, dropped once it is sealed."""

from collections.abc import Iterable

from sqlalchemy import Connection

from monitor.core.archive import DAY
from monitor.core.model import Seconds

_MAKING = 7230180
"""The advisory lock of whoever makes a partition: PostgreSQL lets one of two that do it at once fail."""


def ensure_partitions(connection: Connection, slots: Iterable[Seconds]) -> None:
    """Makes the days of these slots where they are missing."""
    if connection.dialect.name != "postgresql":
        return
    for start in {slot - slot % DAY for slot in slots}:
        if connection.exec_driver_sql(f"select to_regclass('result_{start}')").scalar() is None:
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_MAKING})")
            partition = f"partition of result for values from ({start}) to ({start + DAY})"
            connection.exec_driver_sql(f"create table if not exists result_{start} {partition}")


def drop_partition(connection: Connection, day: Seconds) -> None:
    """The rows of the day that begins at `day`. Waits a second at most for who reads results, a backup among them: in
    that time nobody else gets at them either. Raises what the driver does when it waited in vain."""
    connection.exec_driver_sql("set local lock_timeout = '1s'")
    connection.exec_driver_sql(f"drop table if exists result_{day}")

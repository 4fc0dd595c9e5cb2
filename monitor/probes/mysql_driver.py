"""How a probe talks to MySQL and MariaDB through aiomysql. Imported only by a probe that runs."""

import struct
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import aiomysql

from monitor.core.model import FailureKind
from monitor.probes.base import Sick
from monitor.probes.phases import Stage, enter
from monitor.probes.resolver import resolve

# Access denied: for the user, to the database, without a password, to the table, to the column.
_REFUSED = {1044, 1045, 1698, 1142, 1143, 1227, 1251}
_TIMED_OUT = {1969, 3024}  # max_statement_time, max_execution_time
_LOST = {2006, 2013}

# What the driver trips over when the peer speaks something else.
_GARBAGE = (struct.error, ValueError, LookupError, AssertionError, TypeError, OverflowError)


async def ask(dsn: str, query: str, budget: timedelta, names: Executor) -> tuple[object, int]:
    """The first value and the number of rows. Raises Sick or OSError."""
    url = urlsplit(dsn)
    if url.scheme != "mysql" or not url.hostname:
        raise ValueError("the DSN does not read mysql://user:password@host:port/database")
    # The driver would look the name up in the loop's own pool; an address it takes as it is.
    found = await resolve(url.hostname, url.port or 3306, names)
    enter(Stage.ANSWER)
    connection = await _connect(list(dict.fromkeys(str(item[4][0]) for item in found)), dsn)
    try:
        return await _read_only(connection, query, budget)
    except aiomysql.MySQLError as error:
        raise _sick(error) from error
    finally:
        connection.close()


async def _connect(addresses: list[str], dsn: str) -> Any:
    url = urlsplit(dsn)
    for address in addresses:
        try:
            return await aiomysql.connect(
                host=address,
                port=url.port or 3306,
                user=unquote(url.username or ""),
                password=unquote(url.password or ""),
                db=unquote(url.path.removeprefix("/")) or None,
                autocommit=None,
                program_name="janji",
            )
        except aiomysql.Error as error:
            if not isinstance(error.__cause__, OSError):
                raise _sick(error) from error
            if address == addresses[-1]:
                raise error.__cause__ from None
        except _GARBAGE as error:
            raise Sick(FailureKind.PROTOCOL, "the greeting is not that of a MySQL server") from error
    raise OSError("no address")


async def _read_only(connection: Any, query: str, budget: timedelta) -> tuple[object, int]:
    milliseconds = budget // timedelta(milliseconds=1)
    limit = (
        f"set session max_statement_time = {milliseconds / 1000}"
        if "MariaDB" in connection.get_server_info()
        else f"set session max_execution_time = {milliseconds}"
    )
    async with connection.cursor() as cursor:
        await cursor.execute(limit)
        await cursor.execute("start transaction read only")
        await cursor.execute(query)
        enter(Stage.BODY)
        rows = await cursor.fetchall()
    return (rows[0][0] if rows else None), len(rows)


def _sick(error: Any) -> Sick:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    words = str(error.args[1]) if len(error.args) > 1 else str(error)
    if code in _REFUSED:
        return Sick(FailureKind.AUTH_REFUSED, words)
    if code in _TIMED_OUT:
        return Sick(FailureKind.TIMEOUT, words)
    if code in _LOST:
        return Sick(FailureKind.CONNECTION_RESET, words)
    return Sick(FailureKind.QUERY_FAILED if code else FailureKind.PROTOCOL, words)

"""How a probe talks to PostgreSQL through psycopg: impatiently. Imported only by a probe that runs."""

import json
import os
import re
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any, TypeVar

import psycopg
from psycopg import waiting
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

from monitor.core.model import FailureKind
from monitor.probes import guard
from monitor.probes.base import Sick
from monitor.probes.phases import Stage, enter
from monitor.probes.resolver import resolve

T = TypeVar("T")

_CREDENTIALS = frozenset({"user", "password"})
_TAKEN = _CREDENTIALS | {
    *("host", "port", "dbname", "sslmode", "sslnegotiation", "channel_binding", "connect_timeout"),
    *("target_session_attrs", "application_name", "fallback_application_name", "client_encoding", "gssencmode"),
}
"""What a DSN may say on an agent."""

_WORDS = (
    (
        r"authentication failed|no pg_hba\.conf entry|pg_hba\.conf rejects|no password supplied"
        r'|role ".*" (does not exist|is not permitted)',
        FailureKind.AUTH_REFUSED,
    ),
    (r"alert (bad |unsupported )?certificate|alert (unknown ca|access denied)", FailureKind.AUTH_REFUSED),
    (r"(?<!root )certificate file|private key file", FailureKind.CLIENT_CERTIFICATE),
    (r"certificate has expired", FailureKind.CERTIFICATE_EXPIRED),
    (r"certificate verify failed|does not match host name", FailureKind.CERTIFICATE_INVALID),
    (r"Connection refused", FailureKind.CONNECTION_REFUSED),
    (r"Network is unreachable", FailureKind.NO_NETWORK),
    (r"No route to host|No such file or directory", FailureKind.UNREACHABLE),
    (r"closed the connection|Connection reset|connection lost|Broken pipe", FailureKind.CONNECTION_RESET),
    (r"timed out|timeout expired", FailureKind.CONNECT_TIMEOUT),
    (r"invalid response to SSL|expected authentication|lost synchronization|message type", FailureKind.PROTOCOL),
    (r"SSL", FailureKind.TLS_FAILED),
)
"""libpq tells of a failed connection in words alone."""


class _Impatient(psycopg.AsyncConnection[tuple[Any, ...]]):
    """A connection that leaves at once when cancelled. Its parent asks the server to cancel, for up to 10 s."""

    async def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:  # noqa: ASYNC109
        return await waiting.wait_async(gen, self.pgconn.socket, interval=interval, timeout=timeout)


async def ask(
    dsn: str,
    query: str,
    budget: timedelta,
    names: Executor,
    *,
    own: bool = True,
    certificate: tuple[str, str] | None = None,
) -> tuple[object, int]:
    """The first value and the number of rows. Raises Sick or OSError.

    `own`: the DSN was written by this location's people; under a guard any other is held to little. `certificate`:
    the files of a client certificate and its key.
    """
    parameters = await _parameters(dsn, names, own=own)
    if certificate is not None:
        parameters["sslcert"], parameters["sslkey"] = certificate
    enter(Stage.ANSWER)
    try:
        connection = await _Impatient.connect(**parameters, autocommit=True)
    except psycopg.Error as error:
        raise _sick(error, str(error)) from error
    try:
        return await _read_only(connection, query, budget)
    except psycopg.Error as error:
        raise _sick(error, error.diag.message_primary or str(error)) from error
    finally:
        connection.pgconn.finish()


async def _parameters(dsn: str, names: Executor, *, own: bool) -> dict[str, Any]:
    """The connection's parameters, its name looked up: psycopg would use the loop's own pool for that."""
    parameters = {"gssencmode": "disable", "application_name": "janji"} | dict(conninfo_to_dict(dsn))
    host = str(parameters.get("host") or "")
    held = guard.current() is not None
    if not host or host.startswith(("/", "@")) or "," in host or parameters.get("hostaddr"):
        if held:
            raise Sick(FailureKind.REFUSED_ADDRESS, "on an agent a DSN names one host: no list, hostaddr or socket")
        return parameters
    if held and not own:
        parameters = _held(parameters)
    found = await resolve(host, int(parameters.get("port") or 5432), names)
    addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
    parameters["hostaddr"] = ",".join(addresses)
    parameters["host"] = ",".join([host] * len(addresses))
    return parameters


def _held(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a DSN that a hub wrote: none that reads files or asks elsewhere, and no password of ours.

    Without these two libpq would send what stands in $PGPASSWORD or ~/.pgpass.
    """
    if strange := sorted(parameters.keys() - _TAKEN):
        raise Sick(FailureKind.REFUSED_ADDRESS, f"on an agent a DSN has no {strange[0]}")
    return {"password": "", "passfile": f"{os.devnull}/none"} | parameters


def beside_credentials(dsn: str) -> str:
    """All of a DSN but who signs in. Raises ValueError for what libpq does not read."""
    try:
        parameters = conninfo_to_dict(dsn)
    except psycopg.Error:
        raise ValueError("the DSN cannot be read") from None
    return json.dumps({key: str(value) for key, value in parameters.items() if key not in _CREDENTIALS})


async def _read_only(connection: _Impatient, query: str, budget: timedelta) -> tuple[object, int]:
    milliseconds = budget // timedelta(milliseconds=1)
    await connection.execute(f"begin read only; set local statement_timeout = {milliseconds}")
    cursor = await connection.execute(query)
    enter(Stage.BODY)
    if cursor.description is None:
        return None, 0
    rows = await cursor.fetchall()
    return (rows[0][0] if rows else None), len(rows)


def _sick(error: psycopg.Error, words: str) -> Sick:
    state = error.sqlstate or ""
    if state.startswith("28") or state == "42501":
        return Sick(FailureKind.AUTH_REFUSED, words)
    if state == "57014":
        return Sick(FailureKind.TIMEOUT, words)
    if state:
        return Sick(FailureKind.QUERY_FAILED, words)
    for pattern, kind in _WORDS:
        if re.search(pattern, words):
            return Sick(kind, words)
    return Sick(FailureKind.QUERY_FAILED, words)

"""How a probe talks to Redis through redis-py: one connection, no pool, no retry.

Imported only by a probe that runs.
"""

import ssl
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio.connection import Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    InvalidResponse,
    NoPermissionError,
    RedisError,
    ResponseError,
)

from monitor.core.model import FailureKind
from monitor.probes.base import ProbeContext, Sick
from monitor.probes.resolver import connect

# What the driver trips over when the peer speaks something else.
_GARBAGE = (ValueError, LookupError, TypeError)


class _Dialled(Connection):
    """A connection made by our own resolver and TLS contexts, so that its phases are seen."""

    def __init__(self, context: ProbeContext, tls: ssl.SSLContext | None, **settings: Any) -> None:
        super().__init__(**settings)
        self._context, self._tls = context, tls

    async def _connect(self) -> None:
        self._reader, self._writer = await connect(self.host, self.port, self._context, self._tls)


async def ask(url: str, command: tuple[str, ...], context: ProbeContext, tls: ssl.SSLContext) -> str | None:
    """The answer to a command; `tls` is for `rediss://`. Raises Sick, OSError or ssl.SSLError."""
    connection = _dialled(url, context, tls)
    try:
        await connection.connect()  # type: ignore[no-untyped-call]
        await connection.send_command(*command)
        answer = await connection.read_response()
    except RedisError as error:
        raise _translated(error) from error
    except _GARBAGE as error:
        raise Sick(FailureKind.PROTOCOL, "the answer is not that of a Redis") from error
    finally:
        await connection.disconnect(nowait=True)
    if isinstance(answer, bytes):
        return answer.decode("utf-8", "replace")
    return None if answer is None else str(answer)


def _dialled(url: str, context: ProbeContext, tls: ssl.SSLContext) -> _Dialled:
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("the URL does not read redis://:password@host:port/number")
    return _Dialled(
        context,
        tls if parts.scheme == "rediss" else None,
        host=parts.hostname,
        port=parts.port or 6379,
        db=int(parts.path.strip("/") or 0),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=None,
        socket_connect_timeout=None,
        protocol=2,
        driver_info=None,
    )


def _translated(error: RedisError) -> Exception:
    """The network's own error, or the guard's, where one lies beneath, else what Redis said."""
    beneath = error.__cause__ or error.__context__
    if isinstance(beneath, OSError | Sick):
        return beneath
    match error:
        case AuthenticationError() | AuthorizationError() | NoPermissionError():
            return Sick(FailureKind.AUTH_REFUSED, str(error))
        case InvalidResponse():
            return Sick(FailureKind.PROTOCOL, str(error)[:200])
        case ResponseError() | BusyLoadingError():
            return Sick(FailureKind.QUERY_FAILED, str(error))
        case _:
            return Sick(FailureKind.CONNECTION_RESET, str(error))

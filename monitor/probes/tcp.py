"""`tcp`: does a port accept a connection and, where asked, answer as it should?"""

import asyncio
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from monitor.core.model import Failure, FailureKind, Observation
from monitor.core.secret import resolve
from monitor.probes.base import ANY_WAY, Check, Expect, Port, ProbeContext, seen
from monitor.probes.client_certificate import ClientCertificate, tls_of
from monitor.probes.phases import Stage, enter
from monitor.probes.resolver import connected

_MOST_READ = 65_536


class TcpExpect(Expect):
    """What the answer should hold, within its first 64 KiB."""

    contains: Annotated[str, Field(min_length=1)] | None = None


class TcpCheck(Check):
    """A connection, with or without TLS, on which something may be sent and something expected."""

    secret_fields: ClassVar[tuple[str, ...]] = ("send", "client_certificate")

    guarded: ClassVar[bool] = True

    leaves_by: ClassVar[frozenset[str]] = ANY_WAY

    kind: Literal["tcp"] = "tcp"
    host: str
    port: Port
    tls: bool = False
    verify: bool = True
    server_name: str | None = None
    client_certificate: ClientCertificate | None = None
    send: str | None = None
    expect: TcpExpect = TcpExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        send = resolve(self.send, context.secrets) if self.send is not None else ""
        tls = await tls_of(self.client_certificate, context, verify=self.verify) if self.tls else None
        async with connected(self.host, self.port, context, tls, self.server_name) as (reader, writer):
            if send:
                writer.write(send.encode())
                await writer.drain()
            if self.expect.contains is None:
                return seen(None)
            return seen(await _missing(reader, self.expect.contains))


async def _missing(reader: asyncio.StreamReader, text: str) -> Failure | None:
    """None as soon as the text came; a failure when the peer closes or has said too much without it."""
    wanted, got = text.encode(), b""
    while wanted not in got:
        if len(got) > _MOST_READ:
            return Failure(FailureKind.CONTENT, f"{text!r} is not in the first 64 KiB of the answer")
        chunk = await reader.read(_MOST_READ)
        enter(Stage.BODY)
        if not chunk and not got:
            return Failure(FailureKind.CONNECTION_RESET, "closed without an answer")
        if not chunk:
            return Failure(FailureKind.CONTENT, f"{text!r} is not in the answer")
        got += chunk
    return None

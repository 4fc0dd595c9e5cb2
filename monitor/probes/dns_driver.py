"""How a probe asks a resolver: dnspython reads and writes the messages, the sockets are ours.

dnspython's own sockets are not connected, so a port that refuses would look like silence. Imported only by a
probe that runs.
"""

import asyncio
import struct
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver

from monitor.core.model import FailureKind
from monitor.probes import guard
from monitor.probes.base import ProbeContext, Sick
from monitor.probes.faults import has_route
from monitor.probes.phases import Stage, enter
from monitor.probes.resolver import connected, in_thread

Server: TypeAlias = tuple[str, int]

_PAYLOAD = 1232  # bytes that pass every network unbroken (DNS flag day 2020)
_MOST_ASKED = 3  # of the machine's resolvers, as the C library does


@dataclass(frozen=True, slots=True)
class Reply:
    """A resolver's answer: its response code, and the records of the asked type at the end of any aliases."""

    rcode: str
    records: tuple[str, ...]


async def ask(
    name: str, record: str, servers: tuple[Server, ...] | None, budget: timedelta, context: ProbeContext
) -> Reply:
    """The answer of the first server that says something. Raises Sick or OSError.

    Without servers this machine's are asked; what they cannot find out without a network is no fault of the name's.
    """
    query = dns.message.make_query(name, record, use_edns=0, payload=_PAYLOAD)
    if servers is not None:
        return _reply(await _answered(query, servers, budget, context))
    own = await in_thread(context.blocking, system_servers)
    with guard.lifted():  # whatever this machine asks its resolvers for goes there
        reply = _reply(await _answered(query, own, budget, context))
    if reply.rcode not in ("NOERROR", "NXDOMAIN") and not has_route():
        raise Sick(FailureKind.NO_NETWORK, f"{reply.rcode} from this machine's resolver")
    return reply


def system_servers(file: str = "/etc/resolv.conf") -> tuple[Server, ...]:
    """The resolvers that this machine uses, in order. Raises ValueError where none is set."""
    try:
        found = dns.resolver.Resolver(filename=file)
    except dns.resolver.NoResolverConfiguration:
        raise ValueError("this machine has no resolver; write one at the check, such as resolver: 9.9.9.9") from None
    return tuple((str(server), 53) for server in found.nameservers[:_MOST_ASKED])


async def _answered(
    query: dns.message.Message, servers: tuple[Server, ...], budget: timedelta, context: ProbeContext
) -> dns.message.Message:
    """Asks one server after the other, each for its share of the time."""
    for server in servers[:-1]:
        try:
            async with asyncio.timeout(budget.total_seconds() / len(servers)):
                return await _exchanged(query, server, context)
        except OSError:  # silence is a TimeoutError, which is one
            continue
    return await _exchanged(query, servers[-1], context)


async def _exchanged(query: dns.message.Message, server: Server, context: ProbeContext) -> dns.message.Message:
    answer = await _over_udp(query, server, context.way.source)
    return await _over_tcp(query, server, context) if answer.flags & dns.flags.TC else answer


async def _over_udp(query: dns.message.Message, server: Server, source: str | None) -> dns.message.Message:
    if (held := guard.current()) is not None:
        held.admit(server[0], server[0])
    loop = asyncio.get_running_loop()
    enter(Stage.ANSWER)
    local = None if source is None else (source, 0)
    transport, waiting = await loop.create_datagram_endpoint(
        lambda: _Waiting(query, loop), local_addr=local, remote_addr=server
    )
    try:
        transport.sendto(query.to_wire())
        answer = await waiting.answer
    finally:
        transport.abort()
    enter(Stage.BODY)
    return answer


class _Waiting(asyncio.DatagramProtocol):
    """Waits for the answer to a query.

    What does not answer it, with another id or another question, is passed over: anyone can send that, and
    nobody shall be able to make a name look ill.
    """

    def __init__(self, query: dns.message.Message, loop: asyncio.AbstractEventLoop) -> None:
        self._query = query
        self.answer: asyncio.Future[dns.message.Message] = loop.create_future()

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        if self.answer.done() or data[:2] != struct.pack("!H", self._query.id):
            return
        try:
            answer = _parsed(data)
        except Sick as error:
            self.answer.set_exception(error)
            return
        if self._query.is_response(answer):
            self.answer.set_result(answer)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


async def _over_tcp(query: dns.message.Message, server: Server, context: ProbeContext) -> dns.message.Message:
    wire = query.to_wire()
    async with connected(*server, context) as (reader, writer):
        writer.write(struct.pack("!H", len(wire)) + wire)
        await writer.drain()
        try:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            enter(Stage.BODY)
            answer = _parsed(await reader.readexactly(length))
        except asyncio.IncompleteReadError:
            raise Sick(FailureKind.CONNECTION_RESET, "closed before the end of its answer") from None
    if not query.is_response(answer):
        raise Sick(FailureKind.PROTOCOL, "the answer is to another question")
    return answer


def _parsed(wire: bytes) -> dns.message.Message:
    try:
        return dns.message.from_wire(wire, ignore_trailing=True)
    except dns.exception.DNSException as error:
        raise Sick(FailureKind.PROTOCOL, f"the answer is not one of DNS: {error}") from error


def _reply(answer: dns.message.Message) -> Reply:
    code = dns.rcode.to_text(answer.rcode())
    if code not in ("NOERROR", "NXDOMAIN") or not isinstance(answer, dns.message.QueryMessage):
        return Reply(code, ())
    try:
        found = answer.resolve_chaining().answer
    except dns.exception.DNSException as error:
        raise Sick(FailureKind.PROTOCOL, f"the answer does not hold together: {error}") from error
    return Reply(code, () if found is None else tuple(map(_text, found)))


def _text(record: object) -> str:
    """A record as people write it; the parts of a TXT record are one text."""
    strings = getattr(record, "strings", None)
    return b"".join(strings).decode("utf-8", "replace") if strings is not None else str(record)

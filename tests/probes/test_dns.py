"""`dns` against a real resolver in this process, one behaviour for each fault."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from pydantic import ValidationError

from monitor.core.model import FailureKind, Result, State
from monitor.probes import ProbeContext, dns_driver
from monitor.probes.dns_driver import system_servers
from tests.probes.conftest import Probe, made, observed

Answering: TypeAlias = Callable[[dns.message.Message], list[bytes]]
"""From a query to the datagrams that are sent back."""

ZONE = {
    "A": ["shop.test. 60 IN A 192.0.2.1", "shop.test. 60 IN A 192.0.2.2"],
    "AAAA": ["shop.test. 60 IN AAAA 2001:db8::1"],
    "CNAME": ["shop.test. 60 IN CNAME Edge.Test."],
    "MX": ["shop.test. 60 IN MX 10 mail.shop.test.", "shop.test. 60 IN MX 20 spare.shop.test."],
    "TXT": ['shop.test. 60 IN TXT "v=spf1 " "-all"'],
    "NS": ["shop.test. 60 IN NS ns1.shop.test."],
    "SRV": ["shop.test. 60 IN SRV 0 5 5060 sip.shop.test."],
    "CAA": ['shop.test. 60 IN CAA 0 issue "letsencrypt.org"'],
    "PTR": ["1.2.0.192.in-addr.arpa. 60 IN PTR shop.test."],
}


def kind(result: Result) -> tuple[State, FailureKind | None]:
    return result.outcome, result.failure.kind if result.failure else None


def reply(query: dns.message.Message, *records: str, rcode: dns.rcode.Rcode = dns.rcode.NOERROR) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.set_rcode(rcode)
    for record in records:
        name, ttl, kin, rdtype, rest = record.split(" ", 4)
        rrset = dns.rrset.from_text(name, int(ttl), kin, rdtype, rest)
        known = [item for item in answer.answer if (item.name, item.rdtype) == (rrset.name, rrset.rdtype)]
        if known:
            known[0].update(rrset)  # type: ignore[no-untyped-call]
        else:
            answer.answer.append(rrset)
    return answer


def zone(query: dns.message.Message) -> list[bytes]:
    return [reply(query, *ZONE[dns.rdatatype.to_text(query.question[0].rdtype)]).to_wire()]


def saying(*records: str, rcode: dns.rcode.Rcode = dns.rcode.NOERROR) -> Answering:
    return lambda query: [reply(query, *records, rcode=rcode).to_wire()]


def silent(_query: dns.message.Message) -> list[bytes]:
    return []


def truncated(query: dns.message.Message) -> list[bytes]:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.TC
    return [answer.to_wire()]


def forged(query: dns.message.Message) -> list[bytes]:
    """An answer of another id, and one to another question."""
    other = dns.message.make_query("elsewhere.test", "A", id=query.id)
    answer = bytearray(reply(query, *ZONE["A"]).to_wire())
    answer[0] ^= 0xFF
    return [bytes(answer), reply(other, "elsewhere.test. 60 IN A 192.0.2.66").to_wire()]


def cut_in_half(query: dns.message.Message) -> list[bytes]:
    wire = zone(query)[0]
    return [wire[: len(wire) // 2]]


class Udp(asyncio.DatagramProtocol):
    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        for wire in self._answering(dns.message.from_wire(data)):
            self._transport.sendto(wire, addr)


@asynccontextmanager
async def resolving(answering: Answering, over_tcp: Answering | None = None) -> AsyncIterator[str]:
    """The address of a resolver; on TCP nobody listens unless `over_tcp` says what is answered there."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        query = dns.message.from_wire(await reader.readexactly(length))
        for wire in over_tcp(query) if over_tcp is not None else []:
            writer.write(struct.pack("!H", len(wire)) + wire)
        await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    # The rarer kind of port is asked for last: on a busy machine a free one for UDP is often taken for TCP.
    server = await asyncio.start_server(handle, "127.0.0.1", 0) if over_tcp is not None else None
    port = server.sockets[0].getsockname()[1] if server is not None else 0
    transport, _ = await loop.create_datagram_endpoint(lambda: Udp(answering), local_addr=("127.0.0.1", port))
    port = transport.get_extra_info("sockname")[1]
    try:
        yield f"127.0.0.1:{port}"
    finally:
        transport.close()
        if server is not None:
            server.close()


async def outcome(probe: Probe, answering: Answering, **fields: Any) -> tuple[State, FailureKind | None]:
    async with resolving(answering) as resolver:
        return kind(await probe("dns", resolver=resolver, **{"name": "shop.test", **fields}))


UP = (State.UP, None)
WRONG = (State.DOWN, FailureKind.VALUE)


@pytest.mark.parametrize(
    ("record", "answer"),
    [
        ("A", ["192.0.2.2", "192.0.2.1"]),
        ("AAAA", ["2001:DB8:0::1"]),
        ("CNAME", ["edge.test"]),
        ("MX", ["20 spare.shop.test", "10 Mail.shop.test."]),
        ("TXT", ["v=spf1 -all"]),
        ("NS", ["NS1.shop.test."]),
        ("SRV", ["0 5 5060 sip.shop.test"]),
        ("CAA", ['0  issue "letsencrypt.org"']),
    ],
)
async def test_the_expected_records_are_up_in_whatever_order_and_spelling(
    probe: Probe, record: str, answer: list[str]
) -> None:
    assert await outcome(probe, zone, record=record, expect={"answer": answer}) == UP


async def test_an_address_is_asked_for_by_its_reverse_name(probe: Probe) -> None:
    fields = {"name": "192.0.2.1", "record": "PTR", "expect": {"answer": "shop.test"}}
    assert await outcome(probe, zone, **fields) == UP


async def test_any_record_will_do_by_default_but_there_must_be_one(probe: Probe) -> None:
    assert await outcome(probe, zone) == UP
    assert await outcome(probe, saying()) == WRONG
    assert await outcome(probe, saying(), expect={"answer": []}) == UP


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        ({"answer": ["192.0.2.1"]}, WRONG),
        ({"answer": ["192.0.2.1", "192.0.2.2", "192.0.2.3"]}, WRONG),
        ({"contains": "192.0.2.1"}, UP),
        ({"contains": ["192.0.2.1", "192.0.2.9"]}, WRONG),
        ({"rcode": "NXDOMAIN"}, WRONG),
    ],
)
async def test_other_records_than_expected_are_down(
    probe: Probe, expect: dict[str, Any], expected: tuple[State, FailureKind | None]
) -> None:
    assert await outcome(probe, zone, expect=expect) == expected


async def test_a_wrong_answer_is_told_with_what_was_expected(probe: Probe) -> None:
    async with resolving(zone) as resolver:
        result = await probe("dns", name="shop.test", resolver=resolver, expect={"answer": "192.0.2.1"})
    assert result.failure is not None
    assert result.failure.detail == "the answer is 192.0.2.1, 192.0.2.2, expected 192.0.2.1"


async def test_aliases_are_followed_to_the_record(probe: Probe) -> None:
    chain = saying("shop.test. 60 IN CNAME edge.test.", "edge.test. 60 IN A 192.0.2.7")
    assert await outcome(probe, chain, expect={"answer": "192.0.2.7"}) == UP


@pytest.mark.parametrize(
    ("rcode", "expected"),
    [
        (dns.rcode.NXDOMAIN, FailureKind.NAME_NOT_FOUND),
        (dns.rcode.SERVFAIL, FailureKind.QUERY_FAILED),
        (dns.rcode.REFUSED, FailureKind.QUERY_FAILED),
    ],
)
async def test_a_resolver_that_says_no_is_down(probe: Probe, rcode: dns.rcode.Rcode, expected: FailureKind) -> None:
    assert await outcome(probe, saying(rcode=rcode)) == (State.DOWN, expected)


async def test_a_name_that_must_not_exist_is_up_when_it_does_not(probe: Probe) -> None:
    assert await outcome(probe, saying(rcode=dns.rcode.NXDOMAIN), expect={"rcode": "NXDOMAIN"}) == UP
    failed = await outcome(probe, saying(rcode=dns.rcode.SERVFAIL), expect={"rcode": "NXDOMAIN"})
    assert failed == (State.DOWN, FailureKind.QUERY_FAILED)


@pytest.mark.parametrize(
    ("answering", "expected"),
    [(silent, FailureKind.TIMEOUT), (forged, FailureKind.TIMEOUT), (cut_in_half, FailureKind.PROTOCOL)],
    ids=["silent", "forged", "cut-in-half"],
)
async def test_a_resolver_that_does_not_answer_the_question_is_down(
    probe: Probe, answering: Answering, expected: FailureKind
) -> None:
    assert await outcome(probe, answering) == (State.DOWN, expected)


async def test_forged_answers_before_the_true_one_are_passed_over(probe: Probe) -> None:
    expect = {"answer": ["192.0.2.1", "192.0.2.2"]}
    assert await outcome(probe, lambda query: [b"", *forged(query), *zone(query)], expect=expect) == UP


async def test_a_port_that_refuses_is_down(probe: Probe) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = await probe("dns", name="shop.test", resolver=f"127.0.0.1:{port}")
    assert kind(result) == (State.DOWN, FailureKind.CONNECTION_REFUSED)


async def test_an_answer_cut_short_is_asked_for_again_over_tcp(probe: Probe) -> None:
    async with resolving(truncated, over_tcp=zone) as resolver:
        expect = {"answer": ["192.0.2.1", "192.0.2.2"]}
        result = await probe("dns", name="shop.test", resolver=resolver, expect=expect)
    assert kind(result) == UP
    assert result.phases.connect_ms is not None
    assert result.phases.first_byte_ms is not None


@pytest.mark.parametrize(
    ("over_tcp", "expected"),
    [
        (None, FailureKind.CONNECTION_REFUSED),
        (silent, FailureKind.CONNECTION_RESET),
        (forged, FailureKind.PROTOCOL),
        (cut_in_half, FailureKind.PROTOCOL),
    ],
    ids=["refused", "hang-up", "forged", "cut-in-half"],
)
async def test_an_answer_cut_short_that_does_not_come_over_tcp_is_down(
    probe: Probe, over_tcp: Answering | None, expected: FailureKind
) -> None:
    async with resolving(truncated, over_tcp) as resolver:
        result = await probe("dns", name="shop.test", resolver=resolver)
    assert kind(result) == (State.DOWN, expected)


async def test_one_answer_needs_no_connection_and_its_time_is_measured(probe: Probe) -> None:
    async with resolving(zone) as resolver:
        phases = (await probe("dns", name="shop.test", resolver=resolver)).phases
    assert (phases.dns_ms, phases.connect_ms) == (None, None)
    assert phases.first_byte_ms is not None
    assert phases.total_ms is not None


async def test_the_next_resolver_of_the_machine_is_asked_when_one_is_silent(
    context: ProbeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with resolving(silent) as first, resolving(zone) as second:
        servers = tuple((host, int(port)) for host, port in (item.split(":") for item in (first, second)))
        monkeypatch.setattr(dns_driver, "system_servers", lambda: servers)
        # Not by a check, whose short time would be over on a busy machine before the second has answered.
        answer = await dns_driver.ask("shop.test", "A", None, timedelta(milliseconds=100), context)
    assert (answer.rcode, set(answer.records)) == ("NOERROR", {"192.0.2.1", "192.0.2.2"})


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (False, (State.UNKNOWN, FailureKind.NO_NETWORK)),
        (True, (State.DOWN, FailureKind.QUERY_FAILED)),
    ],
)
async def test_a_machine_without_a_network_says_nothing_of_the_name(
    context: ProbeContext, monkeypatch: pytest.MonkeyPatch, route: bool, expected: tuple[State, FailureKind]
) -> None:
    async with resolving(saying(rcode=dns.rcode.SERVFAIL)) as resolver:
        host, port = resolver.split(":")
        monkeypatch.setattr(dns_driver, "system_servers", lambda: ((host, int(port)),))
        monkeypatch.setattr(dns_driver, "has_route", lambda: route)
        result = await observed(made("dns", name="shop.test"), context)
    assert kind(result) == expected


def test_the_machines_resolvers_are_read_in_order(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("search shop.test\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n", encoding="utf-8")
    assert system_servers(str(file)) == (("192.0.2.53", 53), ("2001:db8::53", 53))
    with pytest.raises(ValueError, match=r"write one at the check, such as resolver: 9\.9\.9\.9"):
        system_servers(str(tmp_path / "absent"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "a..b"}, "write a name such as www.example.com"),
        ({"name": "a b"}, "write a name such as www.example.com"),
        ({"name": "a" * 64 + ".test"}, "write a name such as www.example.com"),
        ({"resolver": "ns1.shop.test"}, "write a resolver's address"),
        ({"resolver": "192.0.2.1:0"}, "write a resolver's address"),
        ({"record": "ANY"}, "Input should be 'A', 'AAAA'"),
        ({"expect": {"answer": ["shop.test"]}}, "'shop.test' is not an address of a record of type A"),
        ({"expect": {"answer": ["192.0.2.1"], "contains": "192.0.2.1"}}, "write one of answer, contains or rcode"),
        ({"expect": {"answer": [], "rcode": "NXDOMAIN"}}, "write one of answer, contains or rcode"),
    ],
)
def test_wrong_settings_say_what_to_write(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        made("dns", **{"name": "shop.test", **fields})
    assert message in str(caught.value)

"""`dns`: does a resolver give the records that a name should have?"""

import ipaddress
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from monitor.core.model import Failure, FailureKind, Observation
from monitor.probes.base import Check, Expect, ProbeContext, seen
from monitor.probes.resolver import is_address

Record: TypeAlias = Literal["A", "AAAA", "CNAME", "MX", "TXT", "NS", "SRV", "CAA", "PTR"]

_LONGEST_NAME = 253
_LONGEST_LABEL = 63
_ADDRESSES = frozenset({"A", "AAAA"})
_NAMED = frozenset({"CNAME", "MX", "NS", "SRV", "PTR"})  # a name is the last word of these


def _name(text: str) -> str:
    labels = text.removesuffix(".").split(".")
    fits = len(text) <= _LONGEST_NAME and all(0 < len(label) <= _LONGEST_LABEL for label in labels)
    if not is_address(text) and (not fits or any(letter.isspace() for letter in text)):
        raise ValueError("write a name such as www.example.com")
    return text


def _resolver(text: str) -> str:
    try:
        address_of(text)
    except ValueError:
        raise ValueError("write a resolver's address, such as 9.9.9.9, 10.0.0.2:5353 or [2620:fe::fe]:53") from None
    return text


def address_of(text: str) -> tuple[str, int]:
    """Address and port of a resolver; port 53 where none is written. Raises ValueError."""
    if is_address(text):
        return text, 53
    host, colon, port = text.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not colon or not is_address(host) or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(text)
    return host, int(port)


def _listed(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Records: TypeAlias = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])
]


class DnsExpect(Expect):
    """What the answer should hold, in any order; by default at least one record of the type."""

    answer: Records | None = None  # these records and no others; an empty list: none at all
    contains: Records | None = None  # these, and others may stand beside them
    rcode: Literal["NOERROR", "NXDOMAIN"] = "NOERROR"

    @model_validator(mode="after")
    def _one(self) -> Self:
        written = [key for key in ("answer", "contains") if getattr(self, key) is not None]
        if len(written) > 1 or (written and self.rcode == "NXDOMAIN"):
            raise ValueError("write one of answer, contains or rcode: NXDOMAIN")
        return self


class DnsCheck(Check):
    """A question to one resolver, over UDP and, where the answer is cut short, over TCP."""

    secret_fields: ClassVar[tuple[str, ...]] = ()

    guarded: ClassVar[bool] = True

    leaves_by: ClassVar[frozenset[str]] = frozenset({"source_address"})

    kind: Literal["dns"] = "dns"
    name: Annotated[str, AfterValidator(_name)]
    record: Record = "A"
    resolver: Annotated[str, AfterValidator(_resolver)] | None = None  # default: this machine's
    expect: DnsExpect = DnsExpect()

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        """Records of type A and AAAA are addresses."""
        for text in (*(self.expect.answer or ()), *(self.expect.contains or ())):
            if not _may_be(self.record, text):
                raise ValueError(f"{text!r} is not an address of a record of type {self.record}")
        return self

    async def probe(self, context: ProbeContext) -> Observation:
        from monitor.probes import dns_driver

        servers = (address_of(self.resolver),) if self.resolver is not None else None
        reply = await dns_driver.ask(self.question, self.record, servers, self.budget_of_attempt(), context)
        return seen(self._failure(reply.rcode, reply.records))

    @property
    def question(self) -> str:
        """The name that is asked for: an address, where a PTR record is wanted, turned into its name."""
        if self.record == "PTR" and is_address(self.name):
            return ipaddress.ip_address(self.name).reverse_pointer
        return self.name

    def _failure(self, rcode: str, found: tuple[str, ...]) -> Failure | None:
        if rcode != self.expect.rcode:
            return _unlike(rcode, self.expect.rcode)
        if rcode == "NXDOMAIN":
            return None
        records = {plain(self.record, text) for text in found}
        if self.expect.answer is not None:
            wanted = {plain(self.record, text) for text in self.expect.answer}
            return None if records == wanted else _wrong(found, f"expected {_shown(self.expect.answer)}")
        missing = [text for text in self.expect.contains or () if plain(self.record, text) not in records]
        if missing:
            return _wrong(found, f"without {_shown(tuple(missing))}")
        return None if records or self.expect.contains else Failure(FailureKind.VALUE, f"no {self.record} record")


def _may_be(record: Record, text: str) -> bool:
    if record not in _ADDRESSES:
        return True
    return is_address(text) and (":" in text) is (record == "AAAA")


def plain(record: Record, text: str) -> str:
    """A record as it is compared: addresses in their shortest form, names in small letters without the last dot."""
    if record in _ADDRESSES:
        return str(ipaddress.ip_address(text))
    if record == "TXT":
        return text
    words = text.split()
    return " ".join(words).lower().removesuffix(".") if record in _NAMED else " ".join(words)


def _unlike(rcode: str, wanted: str) -> Failure:
    """Another response code than the expected one: no such name, a name that should not be, or a sick resolver."""
    match rcode:
        case "NXDOMAIN":
            return Failure(FailureKind.NAME_NOT_FOUND, rcode)
        case "NOERROR":
            return Failure(FailureKind.VALUE, f"the name exists, expected {wanted}")
        case _:
            return Failure(FailureKind.QUERY_FAILED, rcode)


def _wrong(found: tuple[str, ...], rest: str) -> Failure:
    return Failure(FailureKind.VALUE, f"the answer is {_shown(found)}, {rest}")


def _shown(records: tuple[str, ...]) -> str:
    text = ", ".join(sorted(records)) or "empty"
    return text if len(text) <= 120 else text[:117] + "..."

"""Values that settings are written in: percentages, money, addresses, each with the words for a wrong one."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator

from monitor.core.secret import references
from monitor.core.text import exact, parse_percentage, target_percent
from monitor.probes.base import Duration
from monitor.probes.controls import Control

T = TypeVar("T")
_MONEY = re.compile(r"(\d{1,15}(?:\.\d{1,3})?) ([A-Z]{3})")
_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.%]+)\]|([^\s:\[\]]+)):(\d{1,5})")
MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Address:
    """Where a listener listens; port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def percentage(value: object) -> Fraction:
    """`99.9%`, `99.9` or the text of either, exactly. Raises ValueError saying how to write one."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("write a percentage such as 99.9%")  # noqa: TRY004 - pydantic catches it
    return parse_percentage(str(value))


def target(value: object) -> Fraction:
    """A percentage with at most 4 decimals."""
    found = percentage(value)
    if (found * 100 * 10**MOST_DECIMALS).denominator != 1:
        raise ValueError(f"a target has at most {MOST_DECIMALS} decimals; write one such as 99.95%")
    if not found:
        raise ValueError("a target of 0% is always met; leave it out, or write one such as 99.9%")
    return found


def weight(value: object) -> Fraction:
    """A share from 0 to 1 as `3/10`, `0.3` or the text of either, exactly; at most 4 decimals.

    So a spreadsheet, too, computes exactly with it. Raises ValueError saying how to write one.
    """
    try:
        found = value if isinstance(value, Fraction) else exact(value)
    except ValueError:
        raise ValueError("write a share from 0 to 1, such as 3/10 or 0.3") from None
    if not 0 <= found <= 1:
        raise ValueError("write a share from 0 (degraded is up) to 1 (degraded is down), such as 3/10 or 0.3")
    if (found * 10**MOST_DECIMALS).denominator != 1:
        raise ValueError(f"a weight has at most {MOST_DECIMALS} decimals; write one such as 3/10 or 0.3333")
    return found


def money(value: object) -> Money:
    """`1000.00 USD`. Raises ValueError saying how to write one."""
    if isinstance(value, Money):
        return value
    match = _MONEY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write an amount and a currency: 1000.00 USD")
    return Money(Decimal(match[1]), match[2])


def address(value: object) -> Address:
    """`127.0.0.1:8000`, `[::1]:8000`. Raises ValueError saying how to write one."""
    if isinstance(value, Address):
        return value
    match = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[3]) > 65535:
        raise ValueError("write host:port, such as 127.0.0.1:8000 or [::1]:8000")
    return Address(match[1] or match[2], int(match[3]))


def control(value: object) -> Control:
    """As `Control.parse`."""
    return value if isinstance(value, Control) else Control.parse(value if isinstance(value, str) else "")


def _whole_seconds(length: timedelta) -> timedelta:
    if length % timedelta(seconds=1):
        raise ValueError("write whole seconds, such as 30s or 5m")
    return length


def _some(length: timedelta) -> timedelta:
    if not length:
        raise ValueError("0s is no time at all; leave it out, or write one such as 30m")
    return length


def _page_url(text: str) -> str:
    if re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text) is None:
        raise ValueError("write the page's public address, such as https://status.example.com")
    return text.rstrip("/")


def _link(text: str) -> str:
    if references(text) and text.startswith(("${", "file:/")):
        return text
    if re.fullmatch(r"https?://[^\s/?#]+([/?#]\S*)?", text) is None:
        raise ValueError("write an address such as https://wiki.example.com/runbooks/api")
    return text


def _database(text: str) -> str:
    if references(text) == (text,) or text.startswith("${"):
        return text
    if re.fullmatch(r"sqlite:///[^?]+|postgresql://\S+", text) is None:
        raise ValueError("write sqlite:///var/janji.db, or postgresql://… with its password as ${NAME}")
    return text


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("write an address or a network, such as 10.0.0.5 or 10.0.0.0/8") from None
    return text


def _ip_address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("write an address of this machine, such as 10.0.0.5 or 2001:db8::5") from None


def _proxy(text: str) -> str:
    if references(text) != (text,) and re.fullmatch(r"\$\{\w+\}|http://([^\s/@]*@)?[^\s/@]+:\d{1,5}/?", text) is None:
        raise ValueError("write http://host:port, with its password as ${NAME}: http://probe:${NAME}@proxy:3128")
    return text.rstrip("/")


def _filled(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise ValueError("this list is empty; write at least one")
    return items


def _percent_text(value: Fraction) -> str:
    return f"{target_percent(value)}%"


# Not `min_length`: pydantic counts members that are right only, and calls a list of wrong ones empty.
Filled: TypeAlias = Annotated[tuple[T, ...], AfterValidator(_filled), Field(json_schema_extra={"minItems": 1})]
_IN_SCHEMA: Any = str | float
Percentage: TypeAlias = Annotated[
    Fraction,
    PlainValidator(percentage, json_schema_input_type=_IN_SCHEMA),
    PlainSerializer(_percent_text, return_type=str),
]
Target: TypeAlias = Annotated[
    Fraction,
    PlainValidator(target, json_schema_input_type=_IN_SCHEMA),
    PlainSerializer(_percent_text, return_type=str),
]
Weight: TypeAlias = Annotated[
    Fraction, PlainValidator(weight, json_schema_input_type=_IN_SCHEMA), PlainSerializer(str, return_type=str)
]
Fee: TypeAlias = Annotated[
    Money, PlainValidator(money, json_schema_input_type=str), PlainSerializer(str, return_type=str)
]
ControlTarget: TypeAlias = Annotated[
    Control, PlainValidator(control, json_schema_input_type=str), PlainSerializer(str, return_type=str)
]
Listen: TypeAlias = Annotated[
    Address, PlainValidator(address, json_schema_input_type=str), PlainSerializer(str, return_type=str)
]
WholeSeconds: TypeAlias = Annotated[Duration, AfterValidator(_whole_seconds)]
Interval: TypeAlias = Annotated[WholeSeconds, AfterValidator(_some)]
Url: TypeAlias = Annotated[str, AfterValidator(_page_url)]
Link: TypeAlias = Annotated[str, AfterValidator(_link)]
Database: TypeAlias = Annotated[str, AfterValidator(_database)]
IpAddress: TypeAlias = Annotated[str, AfterValidator(_ip_address)]
ProxyUrl: TypeAlias = Annotated[str, AfterValidator(_proxy)]
Network: TypeAlias = Annotated[str, AfterValidator(_network)]
Month: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Text: TypeAlias = Annotated[str, Field(min_length=1)]

"""Probes: one file for each kind of check. The union below is the one registry of kinds."""

from typing import Annotated, Any, TypeAlias, get_args

from pydantic import Discriminator, Tag

from monitor.probes.base import Check, CredentialedCheck, Duration, Expect, ProbeContext, Sick
from monitor.probes.dns import DnsCheck
from monitor.probes.heartbeat import HeartbeatCheck
from monitor.probes.http import HttpCheck
from monitor.probes.mysql import MysqlCheck
from monitor.probes.postgres import PostgresCheck
from monitor.probes.redis import RedisCheck
from monitor.probes.sqlite import SqliteCheck
from monitor.probes.tcp import TcpCheck
from monitor.probes.tls import TlsCheck

__all__ = [
    "KINDS",
    "AnyCheck",
    "Check",
    "CredentialedCheck",
    "Duration",
    "Expect",
    "ProbeContext",
    "Sick",
    "kind_of",
]


def kind_of(value: Any) -> str | None:
    """What a mapping (or a check) says its kind is; None where it says nothing that could be one."""
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return kind if isinstance(kind, str) else None


AnyCheck: TypeAlias = Annotated[
    Annotated[HttpCheck, Tag("http")]
    | Annotated[TcpCheck, Tag("tcp")]
    | Annotated[TlsCheck, Tag("tls")]
    | Annotated[DnsCheck, Tag("dns")]
    | Annotated[PostgresCheck, Tag("postgres")]
    | Annotated[MysqlCheck, Tag("mysql")]
    | Annotated[RedisCheck, Tag("redis")]
    | Annotated[SqliteCheck, Tag("sqlite")]
    | Annotated[HeartbeatCheck, Tag("heartbeat")],
    Discriminator(
        kind_of,
        custom_error_type="kind",
        custom_error_message="kind must be one of http, tcp, tls, dns, postgres, mysql, redis, sqlite, heartbeat",
    ),
]

KINDS: dict[str, type[Check]] = {
    get_args(member)[1].tag: get_args(member)[0] for member in get_args(get_args(AnyCheck)[0])
}
"""Every kind by its name, read off the union."""

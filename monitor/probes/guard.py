"""Holds a probe to what its location permits. The hub's own probes have no guard: their settings are its own.

One guard lives for one attempt. It sees each secret that is looked up and each host that a connection is for,
before its name is asked for: an attempt that holds a secret talks to that secret's hosts and to no other. Every
connection passes `resolver.resolve` or, in aiohttp, `new_socket`; a kind says with `guarded` that its own do. As with
the timeline, the attempt's guard is found in a context variable.
"""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from urllib.parse import urlsplit

from monitor.core.model import FailureKind
from monitor.core.permit import Permit, plain_host
from monitor.core.secret import Lookup, SecretMissing, references, resolve
from monitor.probes.base import Check, ProbeContext, Sick

T = TypeVar("T")

_HOST = re.compile(r"\[([^\]]+)\](?::\d*)?|([^:\[\]]+)(?::\d*)?")
_UNHELD = frozenset({"CONNECT", "TRACE", "TRACK"})

_CURRENT: ContextVar["Guard | None"] = ContextVar("guard", default=None)


class Guard:
    """What one attempt may do, and which secrets it holds by now."""

    __slots__ = ("_cleared", "_lookup", "_permit", "_used")

    def __init__(self, permit: Permit, lookup: Lookup) -> None:
        self._permit = permit
        self._lookup = lookup
        self._used: set[str] = set()
        self._cleared: set[str] = set()

    def secret(self, reference: str) -> str:
        """The value of a reference that is listed. Raises SecretMissing for any other."""
        if reference not in self._permit.secrets:
            raise SecretMissing(f"{reference} is not listed under secrets in the agent's file")
        self._used.add(reference)
        self._cleared.clear()  # what was cleared before it was held is looked at again
        return self._lookup(reference)

    def approach(self, host: str) -> None:
        """Raises Sick unless every secret that the attempt holds may go to this host."""
        for reference in sorted(self._used):
            if not self._permit.may_go(reference, host):
                raise _refused(f"the secret {reference} is not for {host}, says the agent's file")

    def admit(self, host: str, address: str) -> None:
        """Raises Sick unless a connection for the host may go to this address."""
        if (reason := self._permit.refusal(host, address)) is not None:
            raise _refused(reason)
        self._cleared.add(address)

    def admitted(self, host: str, addresses: list[T], text_of: Callable[[T], str]) -> list[T]:
        """Those that may be connected to. Raises Sick with the first one's reason where none may."""
        reasons = [self._permit.refusal(host, text_of(address)) for address in addresses]
        allowed = [address for address, reason in zip(addresses, reasons, strict=True) if reason is None]
        if not allowed and reasons and reasons[0] is not None:
            raise _refused(reasons[0])
        self._cleared.update(map(text_of, allowed))
        return allowed

    def clear(self, address: str) -> None:
        """The last look before a socket is made. Raises Sick for an address that nobody cleared and nobody may."""
        if address not in self._cleared:
            self.approach(address)
            self.admit(address, address)


@contextmanager
def guarded(context: ProbeContext) -> Iterator[Lookup]:
    """Sets the guard of one attempt, where its location has a permit; gives the way to its secrets."""
    if context.permit is None:
        yield context.secrets
        return
    guard = Guard(context.permit(), context.secrets)
    token = _CURRENT.set(guard)
    try:
        yield guard.secret
    finally:
        _CURRENT.reset(token)


@contextmanager
def lifted() -> Iterator[None]:
    """For connections that no definition asks for."""
    token = _CURRENT.set(None)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Guard | None:
    """The guard of the attempt that runs, if it has one."""
    return _CURRENT.get()


def hold_request(method: str, host: str, headers: Mapping[str, str]) -> None:
    """Raises Sick for an HTTP request that would be answered by another than its host, or that shows what it holds.

    Behind one address a name in `Host` reaches whoever rents it; TRACE sends a secret back to be looked at.
    """
    if current() is None:
        return
    if method in _UNHELD:
        raise _refused(f"an agent sends no {method}")
    for name, value in headers.items():
        if name.lower() == "host" and _named(value) != plain_host(host):
            raise _refused("on an agent the header Host names the host of the URL")


def _named(header: str) -> str:
    """The host that a Host header names."""
    found = _HOST.fullmatch(header.strip())
    return "" if found is None else plain_host(found[1] or found[2])


def refuse_unguarded(check: Check) -> None:
    """Raises Sick where there is a guard, and the check is of a kind that would go past it."""
    if current() is not None and not check.guarded:
        raise _refused(f"an agent does not probe checks of kind {check.kind}: it could not hold them to its file")


def new_socket(info: tuple[Any, ...]) -> socket.socket:
    """Makes aiohttp's sockets: it asks no resolver about what it takes for an address."""
    family, kind, protocol, _, address = info
    if (guard := current()) is not None:
        guard.clear(str(address[0]))
    return socket.socket(family, kind, protocol)


def resolve_target(text: str, secrets: Lookup, beside: Callable[[str], str] | None = None) -> str:
    """An URL or DSN with its references resolved.

    Under a guard a reference is the whole text, or stands in the credentials: never in host, port, path or query.
    `beside` gives all of a target that is not credentials. Raises Sick, SecretMissing.
    """
    if current() is None or not references(text) or is_whole(text):
        return resolve(text, secrets)
    apart = beside or beside_credentials
    value = resolve(text, secrets)
    if apart(value) != apart(text):  # a reference outside the credentials, or a value that reaches out of them
        raise _misplaced()
    return value


def beside_credentials(url: str) -> str:
    """An URL without what stands before the @."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _misplaced() from None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def is_whole(text: str) -> bool:
    """Whether a text is one reference and nothing else: its value is as the location's own people wrote it."""
    return text.startswith("file:/") or text == "".join(f"${{{name}}}" for name in references(text)[:1])


def _refused(reason: str) -> Sick:
    return Sick(FailureKind.REFUSED_ADDRESS, reason)


def _misplaced() -> Sick:
    return Sick(
        FailureKind.SECRET_MISSING,
        "on an agent a secret stands in headers, body or credentials, or is the whole address; not in host or path",
    )

"""Exceptions as failures of the closed list, and texts without secrets."""

import errno
import re
import socket
import ssl
from urllib.parse import quote

from monitor.core.model import Failure, FailureKind
from monitor.core.secret import Lookup, SecretMissing
from monitor.probes.base import Sick

_MOST_SHOWN = 300
_HARMLESS = 2
_USERINFO = re.compile(r"([a-z][a-z0-9+.-]*://)[^/\s@'\"]*@", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
_ERRNO = re.compile(r"\[Errno (\d+)\]")
_ABOUT_US = re.compile(r"ALERT_(\w*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)")
"""What a server says of the certificate that it was shown, or was not shown: it takes no other from a client."""
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED

_BY_ERRNO = {
    errno.ECONNREFUSED: FailureKind.CONNECTION_REFUSED,
    errno.ECONNRESET: FailureKind.CONNECTION_RESET,
    errno.ECONNABORTED: FailureKind.CONNECTION_RESET,
    errno.EPIPE: FailureKind.CONNECTION_RESET,
    errno.ETIMEDOUT: FailureKind.CONNECT_TIMEOUT,
    errno.EHOSTUNREACH: FailureKind.UNREACHABLE,
    errno.EHOSTDOWN: FailureKind.UNREACHABLE,
    errno.ENETUNREACH: FailureKind.NO_NETWORK,
    errno.ENETDOWN: FailureKind.NO_NETWORK,
    errno.EADDRNOTAVAIL: FailureKind.NO_NETWORK,
    errno.EMFILE: FailureKind.PROBE_ERROR,
    errno.ENFILE: FailureKind.PROBE_ERROR,
    errno.ENOBUFS: FailureKind.PROBE_ERROR,
    errno.ENOMEM: FailureKind.PROBE_ERROR,
    errno.EPERM: FailureKind.PROBE_ERROR,  # a firewall on this machine
    errno.EACCES: FailureKind.PROBE_ERROR,
}


def failure_of(error: Exception) -> Failure | None:
    """What an exception says of the target, or of us; None for one that nobody foresaw."""
    match error:
        case Sick():
            return error.failure
        case SecretMissing():
            return Failure(FailureKind.SECRET_MISSING, str(error))
        case socket.gaierror():
            return _name_failure(error)
        case ssl.SSLCertVerificationError():
            expired = error.verify_code == _EXPIRED
            kind = FailureKind.CERTIFICATE_EXPIRED if expired else FailureKind.CERTIFICATE_INVALID
            return Failure(kind, error.verify_message)
        case ssl.SSLError():
            refused = _ABOUT_US.search(str(error)) is not None
            return Failure(FailureKind.AUTH_REFUSED if refused else FailureKind.TLS_FAILED, str(error))
        case OSError():
            return _network_failure(error)
        case _:
            return None


def _name_failure(error: socket.gaierror) -> Failure:
    """A resolver that cannot be asked says "try again": our own fault where this machine has no route at all."""
    if error.errno in {socket.EAI_NONAME, socket.EAI_NODATA}:
        return Failure(FailureKind.NAME_NOT_FOUND)
    if error.errno == socket.EAI_AGAIN:
        return Failure(FailureKind.NAME_TIMEOUT if has_route() else FailureKind.NO_NETWORK, str(error))
    if error.errno in {socket.EAI_MEMORY, socket.EAI_SYSTEM}:
        return Failure(FailureKind.PROBE_ERROR, str(error))
    return Failure(FailureKind.NAME_NOT_FOUND, str(error))


def has_route() -> bool:
    """Whether this machine could send to the outside. Asks the routing table; no packet leaves."""
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False


def _network_failure(error: OSError) -> Failure:
    numbers = [error.errno] if error.errno else [int(found) for found in _ERRNO.findall(str(error))]
    kinds = [_BY_ERRNO.get(number, FailureKind.UNREACHABLE) for number in numbers]
    # Of several addresses tried, one that this machine cannot reach at all tells nothing of the target.
    kinds.sort(key=lambda kind: kind is FailureKind.NO_NETWORK)
    if kinds:
        return Failure(kinds[0], str(error))
    if isinstance(error, TimeoutError):
        return Failure(FailureKind.TIMEOUT, str(error))
    if isinstance(error, ConnectionError):
        return Failure(FailureKind.CONNECTION_RESET, str(error))
    return Failure(FailureKind.UNREACHABLE, str(error))


class Scrubber:
    """Remembers each secret that was looked up, and takes them out of texts."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._values: set[str] = set()

    def lookup(self, reference: str) -> str:
        value = self._lookup(reference)
        self._remember(value)
        return value

    def conceal(self, value: str) -> None:
        """Takes a value out of texts that is as good as a secret; one or two letters tell nobody anything."""
        if len(value) > _HARMLESS:
            self._remember(value)

    def _remember(self, value: str) -> None:
        self._values |= {value, quote(value), quote(value, safe=""), repr(value)[1:-1], *value.splitlines()}

    def clean(self, text: str) -> str:
        """The text without secrets and without what stands before the @ of an URL."""
        for value in sorted(filter(None, self._values), key=len, reverse=True):
            text = text.replace(value, "***")
        return _USERINFO.sub(r"\1***@", text)

    def cleaned(self, failure: Failure) -> Failure:
        """The failure with a detail of one short line, without secrets."""
        line = _UNPRINTABLE.sub(" ", self.clean(failure.detail)).strip()
        return Failure(failure.kind, line if len(line) <= _MOST_SHOWN else line[: _MOST_SHOWN - 1] + "…")

"""The words of the house as types: states, spans, results, failures.

Owns no rule. Instants are whole UTC seconds since the epoch (`Seconds`), all intervals are half-open
`[start, end)`. Zones appear only at the edges.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Seconds: TypeAlias = int
"""An instant (UTC, since the epoch) or a length, in whole seconds."""

Milliseconds: TypeAlias = int


class State(StrEnum):
    """What a check, a component or a result can be. Stored by `code`, never by position."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"

    @property
    def code(self) -> int:
        """The stored number of this state. Never renumber."""
        return STATE_CODES[self]


STATE_CODES = {State.UP: 0, State.DEGRADED: 1, State.DOWN: 2, State.UNKNOWN: 3}
STATES = {code: state for state, code in STATE_CODES.items()}


class FailureKind(StrEnum):
    """Why a probe did not see what it should: a closed list. `core.failure` words each one."""

    NAME_NOT_FOUND = "name_not_found"
    NAME_TIMEOUT = "name_timeout"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_RESET = "connection_reset"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS_FAILED = "tls_failed"
    CERTIFICATE_INVALID = "certificate_invalid"
    CERTIFICATE_EXPIRED = "certificate_expired"
    TIMEOUT = "timeout"
    SLOW = "slow"
    PROTOCOL = "protocol"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BODY_TOO_LARGE = "body_too_large"
    STATUS = "status"
    CONTENT = "content"
    HEADER = "header"
    JSON = "json"
    VALUE = "value"
    QUERY_FAILED = "query_failed"
    # Ours: booked as unknown, never as downtime.
    AUTH_REFUSED = "auth_refused"
    NO_NETWORK = "no_network"
    SECRET_MISSING = "secret_missing"  # noqa: S105 - the name of a failure, not a secret
    PROBE_ERROR = "probe_error"
    CLOCK_JUMP = "clock_jump"
    PROBER_LATE = "prober_late"
    REFUSED_ADDRESS = "refused_address"
    CLIENT_CERTIFICATE = "client_certificate"
    SILENT = "silent"  # the target's, as is the next
    SAID_FAILED = "said_failed"
    NO_BEAT_YET = "no_beat_yet"
    NOT_LISTENING = "not_listening"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong. `detail` is for the operator (never shown to the public) and holds no secret."""

    kind: FailureKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Phases:
    """Where an attempt's time went, in milliseconds; None where the phase did not happen."""

    dns_ms: Milliseconds | None = None
    connect_ms: Milliseconds | None = None
    tls_ms: Milliseconds | None = None
    first_byte_ms: Milliseconds | None = None
    total_ms: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What one attempt of one probe saw: what every `probes/` kind returns."""

    outcome: State
    phases: Phases = Phases()
    failure: Failure | None = None
    certificate_expires: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one location saw in one slot of one check; outcome and phases are those of the last attempt."""

    component: str
    check: str
    location: str
    slot: Seconds
    started_ms: Milliseconds  # since the epoch
    outcome: State
    definition: str  # digest of the check's definition
    phases: Phases = Phases()
    attempts: int = 1
    failure: Failure | None = None
    first_failure: FailureKind | None = None
    first_failure_ms: Milliseconds | None = None
    certificate_expires: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """`[start, end)`, never empty where it is kept in a list."""

    start: Seconds
    end: Seconds

    @property
    def length(self) -> Seconds:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Span:
    """A run of equal state. `inferred` marks a gap between two downs that was bridged."""

    state: State
    start: Seconds
    end: Seconds
    inferred: bool = False

    @property
    def length(self) -> Seconds:
        return self.end - self.start


def canonical(value: object) -> str:
    """A JSON value in canonical form: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: object) -> str:
    """SHA-256 (hex) of a JSON value in canonical form, in UTF-8."""
    return digest_of([canonical(value)])


def digest_of(pieces: Iterable[str]) -> str:
    """The same of a canonical form that is made piece by piece."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece.encode())
    return found.hexdigest()

"""One plain sentence for each kind of failure, and which of them are ours.

The sentences are what customers and engineers read; they name no address and hold no raw error. They are also
the message ids of the page's catalogues.
"""

from monitor.core.model import FailureKind

SENTENCES: dict[FailureKind, str] = {
    FailureKind.NAME_NOT_FOUND: "Its name could not be found.",
    FailureKind.NAME_TIMEOUT: "Looking up its name took too long.",
    FailureKind.CONNECTION_REFUSED: "It refused the connection.",
    FailureKind.CONNECTION_RESET: "It closed the connection without answering.",
    FailureKind.UNREACHABLE: "It could not be reached over the network.",
    FailureKind.CONNECT_TIMEOUT: "It did not accept a connection in time.",
    FailureKind.TLS_FAILED: "A secure connection could not be made.",
    FailureKind.CERTIFICATE_INVALID: "Its certificate is not valid.",
    FailureKind.CERTIFICATE_EXPIRED: "Its certificate has expired.",
    FailureKind.TIMEOUT: "It did not answer in time.",
    FailureKind.SLOW: "It answered more slowly than it should.",
    FailureKind.PROTOCOL: "Its answer could not be understood.",
    FailureKind.TOO_MANY_REDIRECTS: "It redirected too many times.",
    FailureKind.BODY_TOO_LARGE: "Its answer was larger than allowed.",
    FailureKind.STATUS: "It answered with an error.",
    FailureKind.CONTENT: "Its answer did not hold what it should.",
    FailureKind.HEADER: "Its answer's headers were not as expected.",
    FailureKind.JSON: "Its answer's data was not as expected.",
    FailureKind.VALUE: "Its query gave an unexpected value.",
    FailureKind.QUERY_FAILED: "Its query failed.",
    FailureKind.AUTH_REFUSED: "Our credentials were refused.",
    FailureKind.NO_NETWORK: "Our own network was not available.",
    FailureKind.SECRET_MISSING: "A secret that the probe needs is not set.",
    FailureKind.PROBE_ERROR: "The probe itself failed.",
    FailureKind.CLOCK_JUMP: "Our own clock jumped during the probe.",
    FailureKind.PROBER_LATE: "Our own probe ran late.",
    FailureKind.REFUSED_ADDRESS: "The probe may not connect to that address.",
    FailureKind.CLIENT_CERTIFICATE: "Our own client certificate could not be used.",
    FailureKind.SILENT: "It gave no sign of life in time.",
    FailureKind.SAID_FAILED: "It reported that it failed.",
    FailureKind.NO_BEAT_YET: "It has given no sign of life yet.",
    FailureKind.PROXY: "Our own proxy did not let the probe through.",
    FailureKind.NOT_LISTENING: "We were not listening when its sign of life was due.",
}

OURS = frozenset(
    {
        FailureKind.AUTH_REFUSED,
        FailureKind.NO_NETWORK,
        FailureKind.SECRET_MISSING,
        FailureKind.PROBE_ERROR,
        FailureKind.CLOCK_JUMP,
        FailureKind.PROBER_LATE,
        FailureKind.REFUSED_ADDRESS,
        FailureKind.CLIENT_CERTIFICATE,
        FailureKind.NO_BEAT_YET,
        FailureKind.NOT_LISTENING,
        FailureKind.PROXY,
    }
)
"""Kinds that say something about us: the outcome is unknown, never down (`auth_refused` by default)."""

FAILURE_CODES: dict[FailureKind, int] = {kind: number for number, kind in enumerate(FailureKind, start=1)}
"""Stored numbers. Kinds are only ever appended to the enumeration."""

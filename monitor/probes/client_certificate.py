"""Client certificates: what a probe shows of itself in a TLS handshake. One TLS context for each, made when it is first
used and made anew when what its references lead to has changed.

A certificate or key that is missing or does not fit is our own fault, never the target's.
"""

import hashlib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from monitor.core.model import FailureKind
from monitor.core.secret import Lookup, resolve
from monitor.probes.base import Part, ProbeContext, Sick
from monitor.probes.guard import is_whole
from monitor.probes.phases import waiting_for_us
from monitor.probes.resolver import in_thread
from monitor.probes.session import unverifying, verifying


def _reference(text: str) -> str:
    if not is_whole(text):
        raise ValueError("write where it stands: file:/path, or ${NAME}")
    return text


Pem: TypeAlias = Annotated[str, AfterValidator(_reference)]


class ClientCertificate(Part):
    """References to the certificate with its chain, and to its key, each in PEM form; the key without a passphrase."""

    cert: Pem
    key: Pem

    def read(self, secrets: Lookup) -> tuple[str, str]:
        """The certificate and the key. Raises SecretMissing."""
        return resolve(self.cert, secrets), resolve(self.key, secrets)


async def tls_of(
    certificate: ClientCertificate | None, context: ProbeContext, *, verify: bool = True
) -> ssl.SSLContext:
    """The TLS context of a check: the location's own, or the one that shows its certificate.

    Raises SecretMissing, and Sick where certificate and key cannot be used.
    """
    if certificate is None:
        return context.tls if verify else context.tls_unverified
    cert, key = certificate.read(context.secrets)
    stamp = hashlib.sha256(f"{cert}\0{key}".encode()).digest()
    with waiting_for_us():
        async with context.certifying:  # of many checks that begin at once, one makes it
            known, made = context.certified.get((certificate, verify), (b"", None))
            if made is None or known != stamp:
                made = await in_thread(context.blocking, lambda: _made(cert, key, verify))
                context.certified[certificate, verify] = (stamp, made)
    return made


@contextmanager
def as_files(certificate: ClientCertificate, secrets: Lookup) -> Iterator[tuple[str, str]]:
    """Paths of certificate and key, for a driver that reads files itself. They are gone after the block."""
    cert, key = certificate.read(secrets)
    with _file(cert) as cert_path, _file(key) as key_path:
        yield cert_path, key_path


def _made(cert: str, key: str, verify: bool) -> ssl.SSLContext:
    made = verifying() if verify else unverifying()
    try:
        with _file(f"{cert}\n{key}\n") as path:
            # Without a word of its own OpenSSL would ask the terminal for the passphrase.
            made.load_cert_chain(path, password="")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = getattr(error, "reason", None) or error
        raise Sick(FailureKind.CLIENT_CERTIFICATE, f"certificate and key cannot be used: {reason}") from None
    return made


@contextmanager
def _file(text: str) -> Iterator[str]:
    """The path of a file that only this user may read."""
    with tempfile.NamedTemporaryFile("w", prefix="janji-", suffix=".pem") as file:
        file.write(text)
        file.flush()
        yield file.name

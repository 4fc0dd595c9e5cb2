"""`tls`: is the certificate that a server shows valid, and until when?"""

from typing import ClassVar, Literal

from monitor.core.model import Observation
from monitor.probes.base import ANY_WAY, Check, Port, ProbeContext, seen
from monitor.probes.client_certificate import ClientCertificate, tls_of
from monitor.probes.resolver import connected


class TlsCheck(Check):
    """A TLS handshake with full verification; when the certificate ends is noted."""

    secret_fields: ClassVar[tuple[str, ...]] = ("client_certificate",)

    guarded: ClassVar[bool] = True

    leaves_by: ClassVar[frozenset[str]] = ANY_WAY

    kind: Literal["tls"] = "tls"
    host: str
    port: Port = 443
    server_name: str | None = None  # the name that the certificate must hold; default: host
    client_certificate: ClientCertificate | None = None

    async def probe(self, context: ProbeContext) -> Observation:
        tls = await tls_of(self.client_certificate, context)
        async with connected(self.host, self.port, context, tls, self.server_name):
            return seen(None)

"""`redis`: does a Redis answer PING, or hold what it should under a key?"""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, StrictInt, StrictStr

from monitor.core.model import Failure, FailureKind, Observation
from monitor.core.secret import references
from monitor.probes.base import ANY_WAY, CredentialedCheck, Expect, ProbeContext, seen
from monitor.probes.client_certificate import ClientCertificate, tls_of
from monitor.probes.guard import resolve_target


def _url(text: str) -> str:
    if not references(text) and not text.startswith(("redis://", "rediss://")):
        raise ValueError("write redis://:${PASSWORD}@host:6379/0, or rediss:// for TLS")
    return text


class RedisExpect(Expect):
    """What the key should hold. Redis knows only text: 1 and "1" are the same."""

    value: StrictStr | StrictInt | None = None


class RedisCheck(CredentialedCheck):
    """PING, or GET of one key, through a fresh connection; `rediss://` verifies the certificate."""

    secret_fields: ClassVar[tuple[str, ...]] = ("url", "client_certificate")

    guarded: ClassVar[bool] = True

    leaves_by: ClassVar[frozenset[str]] = ANY_WAY

    kind: Literal["redis"] = "redis"
    url: Annotated[str, AfterValidator(_url)]
    get: str | None = None
    verify: bool = True
    client_certificate: ClientCertificate | None = None
    expect: RedisExpect = RedisExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        from monitor.probes import redis_driver

        command = ("PING",) if self.get is None else ("GET", self.get)
        url = resolve_target(self.url, context.secrets)
        tls = await tls_of(self.client_certificate, context, verify=self.verify)
        answer = await redis_driver.ask(url, command, context, tls)
        return seen(self._failure(answer))

    def _failure(self, answer: str | None) -> Failure | None:
        wanted = self.expect.value
        if wanted is None and self.get is None:
            wanted = "PONG"
        if wanted is not None and answer != str(wanted):
            shown = "nothing" if answer is None else repr(answer[:80])
            return Failure(FailureKind.VALUE, f"value {shown}, expected {str(wanted)!r}")
        if answer is None:
            return Failure(FailureKind.VALUE, "the key does not exist")
        return None

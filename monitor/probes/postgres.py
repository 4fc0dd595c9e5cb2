"""`postgres`: does a PostgreSQL answer a query? In a read-only transaction, with a deadline on the server too."""

from typing import ClassVar, Literal

from monitor.core.model import Observation
from monitor.probes.base import CredentialedCheck, ProbeContext, seen
from monitor.probes.client_certificate import ClientCertificate, as_files, tls_of
from monitor.probes.expect import ValueExpect, value_failure
from monitor.probes.guard import is_whole, resolve_target


class PostgresCheck(CredentialedCheck):
    """A query through a fresh connection. The DSN is whatever libpq takes: an URL or `key=value` words."""

    secret_fields: ClassVar[tuple[str, ...]] = ("dsn", "client_certificate")

    guarded: ClassVar[bool] = True

    kind: Literal["postgres"] = "postgres"
    dsn: str
    client_certificate: ClientCertificate | None = None
    query: str = "select 1"
    expect: ValueExpect = ValueExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        from monitor.probes import postgres_driver

        dsn = resolve_target(self.dsn, context.secrets, postgres_driver.beside_credentials)
        own = is_whole(self.dsn)
        budget = self.budget_of_attempt()
        if self.client_certificate is None:
            answer = await postgres_driver.ask(dsn, self.query, budget, context.names, own=own)
        else:
            await tls_of(self.client_certificate, context)  # whether it can be used at all
            with as_files(self.client_certificate, context.secrets) as files:
                answer = await postgres_driver.ask(dsn, self.query, budget, context.names, own=own, certificate=files)
        return seen(value_failure(self.expect, *answer))

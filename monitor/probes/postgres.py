"""`postgres`: does a PostgreSQL answer a query? In a read-only transaction, with a deadline on the server too."""

from typing import ClassVar, Literal

from monitor.core.model import Observation
from monitor.core.secret import resolve
from monitor.probes.base import CredentialedCheck, ProbeContext, seen
from monitor.probes.expect import ValueExpect, value_failure


class PostgresCheck(CredentialedCheck):
    """A query through a fresh connection. The DSN is whatever libpq takes: an URL or `key=value` words."""

    secret_fields: ClassVar[tuple[str, ...]] = ("dsn",)

    kind: Literal["postgres"] = "postgres"
    dsn: str
    query: str = "select 1"
    expect: ValueExpect = ValueExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        from monitor.probes import postgres_driver

        dsn = resolve(self.dsn, context.secrets)
        answer = await postgres_driver.ask(dsn, self.query, self.budget_of_attempt(), context.names)
        return seen(value_failure(self.expect, *answer))

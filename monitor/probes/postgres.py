"""`postgres`: does a PostgreSQL answer a query? In a read-only transaction, with a deadline on the server too."""

from typing import ClassVar, Literal

from monitor.core.model import Observation
from monitor.probes.base import CredentialedCheck, ProbeContext, seen
from monitor.probes.expect import ValueExpect, value_failure
from monitor.probes.guard import is_whole, resolve_target


class PostgresCheck(CredentialedCheck):
    """A query through a fresh connection. The DSN is whatever libpq takes: an URL or `key=value` words."""

    secret_fields: ClassVar[tuple[str, ...]] = ("dsn",)

    guarded: ClassVar[bool] = True

    kind: Literal["postgres"] = "postgres"
    dsn: str
    query: str = "select 1"
    expect: ValueExpect = ValueExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        from monitor.probes import postgres_driver

        dsn = resolve_target(self.dsn, context.secrets, postgres_driver.beside_credentials)
        own = is_whole(self.dsn)
        answer = await postgres_driver.ask(dsn, self.query, self.budget_of_attempt(), context.names, own=own)
        return seen(value_failure(self.expect, *answer))

"""`mysql`: does a MySQL or MariaDB answer a query? In a read-only transaction, with a deadline on the server too."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from monitor.core.model import Observation
from monitor.core.secret import references
from monitor.probes.base import CredentialedCheck, ProbeContext, seen
from monitor.probes.expect import ValueExpect, value_failure
from monitor.probes.guard import resolve_target


def _dsn(text: str) -> str:
    if not references(text) and not text.startswith("mysql://"):
        raise ValueError("write mysql://user:${PASSWORD}@host:3306/database")
    return text


class MysqlCheck(CredentialedCheck):
    """A query through a fresh connection."""

    secret_fields: ClassVar[tuple[str, ...]] = ("dsn",)

    guarded: ClassVar[bool] = True

    kind: Literal["mysql"] = "mysql"
    dsn: Annotated[str, AfterValidator(_dsn)]
    query: str = "select 1"
    expect: ValueExpect = ValueExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        from monitor.probes import mysql_driver

        dsn = resolve_target(self.dsn, context.secrets)
        answer = await mysql_driver.ask(dsn, self.query, self.budget_of_attempt(), context.names)
        return seen(value_failure(self.expect, *answer))

"""`sqlite`: does a database file answer a query? Opened read-only; a missing file is never created."""

import threading
import time
from contextlib import closing
from typing import ClassVar, Literal
from urllib.parse import quote

from monitor.core.model import FailureKind, Observation
from monitor.probes.base import ANY_WAY, Check, ProbeContext, Sick, seen
from monitor.probes.expect import ValueExpect, value_failure
from monitor.probes.phases import Stage, enter
from monitor.probes.resolver import in_thread

_STEPS = 1000  # virtual machine instructions between two looks at the deadline: well under a millisecond


class SqliteCheck(Check):
    """A query against a file on this machine."""

    secret_fields: ClassVar[tuple[str, ...]] = ()

    leaves_by: ClassVar[frozenset[str]] = ANY_WAY

    kind: Literal["sqlite"] = "sqlite"
    path: str
    query: str = "select 1"
    expect: ValueExpect = ValueExpect()

    async def probe(self, context: ProbeContext) -> Observation:
        import sqlite3

        left, seconds = threading.Event(), self.budget_of_attempt().total_seconds()
        enter(Stage.ANSWER)
        try:
            first, rows = await in_thread(context.blocking, lambda: self._ask(seconds, left))
        except sqlite3.Error as error:
            raise Sick(FailureKind.QUERY_FAILED, str(error)) from error
        finally:
            left.set()
        return seen(value_failure(self.expect, first, rows))

    def _ask(self, seconds: float, left: threading.Event) -> tuple[object, int]:
        """The first value and the number of rows; stops soon after its deadline or when nobody waits for it."""
        import sqlite3

        deadline = time.monotonic() + seconds
        address = f"file:{quote(self.path)}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=seconds, isolation_level=None)) as connection:
            connection.set_progress_handler(lambda: left.is_set() or time.monotonic() > deadline, _STEPS)
            connection.execute("pragma query_only = on")
            first, rows = None, 0
            for row in connection.execute(self.query):
                first, rows = (row[0] if not rows else first), rows + 1
            return first, rows

"""What the locations reported, fetched for the judge in few statements: by check, slot and location."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, select
from sqlmodel import col

from monitor.core.model import STATES, Interval, Seconds
from monitor.core.schedule import slot_of
from monitor.core.timeline import Report, Terms
from monitor.storage.tables import Definition, Location, Result

_LIVE: Seconds = 600
_MANY = 200
"""More check numbers than this are not listed in a statement: nearly every row is wanted."""

ReportsByCheck: TypeAlias = dict[int, dict[Seconds, dict[str, Report]]]
Checks: TypeAlias = dict[int, list[Terms]]
"""Every version of the terms of each check, in order of time, by the check's number."""


class Reported:
    """Reads reports; remembers the names of locations and the digests of definitions."""

    def __init__(self) -> None:
        self._locations: dict[int, str] = {}
        self._definitions: dict[int, str] = {}

    def live(
        self, connection: Connection, reports: ReportsByCheck, wanted: Iterable[tuple[Checks, Seconds]], now: Seconds
    ) -> None:
        """Adds the reports of checks from the slots that hold their component's watermark on.

        One statement reads all that is recent. A check with long slots asks for its few slots by name, so that
        it does not drag in an hour of everybody else's rows.
        """
        recent: dict[int, Seconds] = {}
        older: dict[tuple[Seconds, Seconds], list[int]] = defaultdict(list)
        for checks, watermark in wanted:
            for no, versions in checks.items():
                everies = {terms.every for terms in versions if terms.end is None or terms.end > watermark}
                if not everies:
                    continue
                low = slot_of(watermark, max(everies))
                if low >= now - _LIVE:
                    recent[no] = low
                else:
                    older[low, everies.pop() if len(everies) == 1 else 1].append(no)
        if recent:
            self._fetch(connection, reports, list(recent), recent, col(Result.slot) >= min(recent.values()))
        for (low, every), numbers in older.items():
            named = range(low, now + every, every)
            where = col(Result.slot).in_(named) if len(named) <= _MANY else col(Result.slot) >= low
            self._fetch(connection, reports, numbers, dict.fromkeys(numbers, low), where)

    def between(self, connection: Connection, reports: ReportsByCheck, checks: Checks, period: Interval) -> None:
        """Adds the reports of one component's checks in every slot that touches a period."""
        low = period.start - max((terms.every for versions in checks.values() for terms in versions), default=1)
        where = (col(Result.slot) > low) & (col(Result.slot) < period.end)
        self._fetch(connection, reports, list(checks), dict.fromkeys(checks, low), where)

    def _fetch(
        self,
        connection: Connection,
        reports: ReportsByCheck,
        numbers: Sequence[int],
        lows: dict[int, Seconds],
        where: Any,
    ) -> None:
        query: Any = select(
            col(Result.slot),
            col(Result.check_no),
            col(Result.location_no),
            col(Result.outcome),
            col(Result.definition_no),
        ).where(where)
        if len(numbers) <= _MANY:
            query = query.where(col(Result.check_no).in_(numbers))
        for slot, check_no, location_no, outcome, definition_no in connection.execute(query):
            if slot >= lows.get(check_no, slot + 1):
                report = (STATES[outcome], self._definition(connection, definition_no))
                reports[check_no].setdefault(slot, {})[self._location(connection, location_no)] = report

    def _definition(self, connection: Connection, no: int) -> str:
        if no not in self._definitions:
            rows = connection.execute(select(col(Definition.no), col(Definition.digest)))
            self._definitions = {number: text for number, text in rows if number is not None}
        return self._definitions[no]

    def _location(self, connection: Connection, no: int) -> str:
        if no not in self._locations:
            rows = connection.execute(select(col(Location.no), col(Location.name)))
            self._locations = {number: text for number, text in rows if number is not None}
        return self._locations[no]

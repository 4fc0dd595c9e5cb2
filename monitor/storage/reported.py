"""What the locations reported, fetched for the judge in few statements: by check, slot and location."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Connection, String, cast, func, select
from sqlmodel import col

from monitor.core.model import STATES, Seconds
from monitor.core.schedule import slot_of
from monitor.core.timeline import Report, Terms
from monitor.storage import sealed
from monitor.storage.results import sealed_until
from monitor.storage.tables import Definition, Location, Result

_LIVE: Seconds = 600
_MANY = 1000
"""More slots or check numbers than this are not listed in a statement: nearly every row is wanted."""

_LOCATION, _DEFINITION = 4, 4 << 16
"""What location and definition are multiplied with in a packed report: outcomes are below 4, locations below 65,536."""

_PACKED: Any = func.aggregate_strings(
    cast(
        cast(col(Result.definition_no), BigInteger) * _DEFINITION
        + col(Result.location_no) * _LOCATION
        + col(Result.outcome),
        String,
    ),
    ",",
)

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

        One statement reads all that is recent. Slots are asked for by name, so that a check with long ones does not
        drag in an hour of everybody else's rows, and a few checks not those of all others in the same slot.
        """
        recent: dict[int, Seconds] = {}
        slots: set[Seconds] = set()
        older: dict[tuple[Seconds, Seconds], list[int]] = defaultdict(list)
        for checks, watermark in wanted:
            for no, versions in checks.items():
                everies = {terms.every for terms in versions if terms.end is None or terms.end > watermark}
                if not everies:
                    continue
                low = slot_of(watermark, max(everies))
                every = everies.pop() if len(everies) == 1 else 1
                if low >= now - _LIVE:
                    recent[no] = low
                    slots.update(range(low, now + every, every))
                else:
                    older[low, every].append(no)
        if recent:
            self._fetch(connection, reports, recent, slots)
        for (low, every), numbers in older.items():
            if (border := min(sealed_until(connection), now + every)) > low:
                sealed.add_reports(connection, reports, low, border, numbers)
            self._fetch(connection, reports, dict.fromkeys(numbers, low), range(low, now + every, every))

    def between(
        self, connection: Connection, start: Seconds, end: Seconds, numbers: Sequence[int] | None = None
    ) -> ReportsByCheck:
        """The reports in the slots that start in `[start, end)`, of these checks or of all: the one way to what was
        reported in the past, for the judge and for whoever judges again.

        Meant for a day or less at a time. The database puts each slot's reports into one text, and slots that were
        seen alike share one mapping: a month of results is read by its slots, not by its rows.
        """
        query: Any = (
            select(col(Result.slot), col(Result.check_no), _PACKED)
            .where(col(Result.slot) >= start, col(Result.slot) < end)
            .group_by(col(Result.slot), col(Result.check_no))
        )
        if numbers is not None and len(numbers) <= _MANY:
            query = query.where(col(Result.check_no).in_(numbers))
        reports: ReportsByCheck = defaultdict(dict)
        unpacked: dict[str, dict[str, Report]] = {}
        for slot, check_no, packed in connection.execute(query):
            seen = unpacked.get(packed)
            if seen is None:
                seen = unpacked[packed] = self._unpacked(connection, packed)
            reports[check_no][slot] = seen
        if start < sealed_until(connection):
            sealed.add_reports(connection, reports, start, end, numbers)
        return reports

    def _unpacked(self, connection: Connection, packed: str) -> dict[str, Report]:
        found: dict[str, Report] = {}
        for number in map(int, packed.split(",")):
            definition_no, rest = divmod(number, _DEFINITION)
            location_no, outcome = divmod(rest, _LOCATION)
            found[self._location(connection, location_no)] = (
                STATES[outcome],
                self._definition(connection, definition_no),
            )
        return found

    def _fetch(
        self,
        connection: Connection,
        reports: ReportsByCheck,
        lows: Mapping[int, Seconds],
        slots: Collection[Seconds],
    ) -> None:
        """Adds the reports of checks, by number, from a slot on each; `slots` are all that may be of interest."""
        query: Any = select(
            col(Result.slot),
            col(Result.check_no),
            col(Result.location_no),
            col(Result.outcome),
            col(Result.definition_no),
        )
        few = len(slots) <= _MANY
        query = query.where(col(Result.slot).in_(slots) if few else col(Result.slot) >= min(slots))
        if len(lows) <= _MANY:
            query = query.where(col(Result.check_no).in_(lows))
        for slot, check_no, location_no, outcome, definition_no in connection.execute(query):
            if slot >= lows.get(check_no, slot + 1):
                report = (STATES[outcome], self._definition(connection, definition_no))
                reports[check_no].setdefault(slot, {})[self._location(connection, location_no)] = report

    def _definition(self, connection: Connection, no: int) -> str:
        if no not in self._definitions:
            rows = connection.execute(select(col(Definition.no), col(Definition.digest)))
            self._definitions = {number: text for number, text in rows if number is not None}
        return self._definitions[no]

    def locations(self, connection: Connection, numbers: Iterable[int]) -> Mapping[int, str]:
        """The names of locations by their numbers, at least of these."""
        for no in numbers:
            self._location(connection, no)
        return self._locations

    def _location(self, connection: Connection, no: int) -> str:
        if no not in self._locations:
            rows = connection.execute(select(col(Location.no), col(Location.name)))
            self._locations = {number: text for number, text in rows if number is not None}
        return self._locations[no]

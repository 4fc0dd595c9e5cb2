"""The inbox: what was accepted, or decided, and is not judged yet. A row stands in the transaction that made it true.

A row maps a component's number to `[start, end, check, location, check, location, ...]`: the period that was touched,
then the numbers of who reported. Where nobody is named (a decision, a row of an older version) anything may have come.
A component's number with a minus says that somebody did not see it up: versions that do not know this pass it by.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from monitor.core.model import Interval, Seconds
from monitor.storage.tables import Inbox

LIMIT = 500
"""Rows that are taken at once."""

_NEAR: Seconds = 3600
"""Touched slots at most so far apart are judged as one period."""


@dataclass(slots=True)
class Touched:
    """What rows say of one component: the periods in order, near ones joined, and who reported.

    `reporters` are numbers of checks and locations; None: somebody, it is not said who. `bad`: not all saw it up.
    """

    periods: list[Interval]
    reporters: set[tuple[int, int]] | None
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The oldest rows of the inbox; `more` when there may be further ones."""

    touched: Mapping[int, Touched]
    numbers: Sequence[int]

    @property
    def more(self) -> bool:
        return len(self.numbers) == LIMIT


def leave(connection: Connection, touched: Mapping[int, Touched]) -> None:
    """One row, for the judge that comes next, now or after a start. By component number, one period each."""
    body = {}
    for no, item in touched.items():
        [period] = item.periods
        named = (number for pair in sorted(item.reporters or ()) for number in pair)
        body[str(no)] = [period.start, period.end, *named]
        if item.bad:
            body[str(-no)] = [period.start, period.end]
    connection.execute(insert(Inbox).values(touched=body))


def take(connection: Connection) -> Taken:
    """The oldest rows; they stay until `done`."""
    rows = connection.execute(select(col(Inbox.no), col(Inbox.touched)).order_by(col(Inbox.no)).limit(LIMIT)).all()
    return Taken(_gathered(body for _, body in rows), [no for no, _ in rows if no is not None])


def done(connection: Connection, taken: Taken) -> None:
    """Removes the rows that were taken: they are judged."""
    if taken.numbers:
        connection.execute(delete(Inbox).where(col(Inbox.no).in_(taken.numbers)))


def waiting(connection: Connection) -> dict[int, list[Interval]]:
    """By component number: every period that lies here."""
    found: dict[int, list[Interval]] = defaultdict(list)
    for body in connection.execute(select(col(Inbox.touched))).scalars():
        for no, (start, end, *_) in body.items():
            if int(no) > 0:
                found[int(no)].append(Interval(start, end))
    return found


def _gathered(bodies: Iterable[Mapping[str, Sequence[int]]]) -> dict[int, Touched]:
    touched: dict[int, Touched] = {}
    for body in bodies:
        for key, (start, end, *named) in body.items():
            item = touched.setdefault(abs(int(key)), Touched([], set()))
            if int(key) < 0:
                item.bad = True
                continue
            item.periods.append(Interval(start, end))
            if not named:
                item.reporters = None
            elif item.reporters is not None:
                item.reporters.update(zip(named[::2], named[1::2], strict=True))
    for item in touched.values():
        item.periods = _joined(sorted(item.periods, key=lambda period: period.start))
    return touched


def _joined(periods: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for period in periods:
        if joined and period.start - joined[-1].end <= _NEAR:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined

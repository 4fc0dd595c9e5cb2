"""Beats of jobs: appended before they are acknowledged, read back for one slot; and when they could be heard at all."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from monitor.core.heartbeat import SIGNALS, Beat, Heard, Listening, Signal, begun
from monitor.core.model import Seconds
from monitor.storage.beat_tables import BeatRow, ListeningRow
from monitor.storage.notices import Transaction
from monitor.storage.registry import Registry, check_names

KEPT = 500
"""Beats of one kind that are kept of a check: what they made of its slots is in its results."""

_LONGEST_MESSAGE = 300


class Beats:
    """Keeps beats and the time of listening. What they mean is `core.heartbeat`."""

    def __init__(self, transaction: Transaction, registry: Registry) -> None:
        self._transaction = transaction
        self._registry = registry

    def append(self, component: str, check: str, beat: Beat, token: str) -> None:
        """Stores a beat; once this returns it is never lost. Raises ValueError for a check that never was."""
        with self._transaction() as connection:
            if not self._registry.known_checks(connection, [(component, check)]):
                raise ValueError(f"there is no check {component}/{check} yet")
            no = self._registry.check(connection, component, check)
            took = beat.took_ms
            if took is None and beat.signal is not Signal.START:
                took = _since_start(connection, no, beat.at)
            message = beat.message.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_LONGEST_MESSAGE]
            connection.execute(
                insert(BeatRow).values(
                    check_no=no, at=beat.at, signal=beat.signal.code, took_ms=took, message=message, token=token
                )
            )
            _trim(connection, no, beat.signal)

    def heard(self, component: str, check: str, at: Seconds) -> Heard:
        """What was heard of a job up to an instant."""
        with self._transaction() as connection:
            if not self._registry.known_checks(connection, [(component, check)]):
                return Heard()
            return _heard(connection, self._registry.check(connection, component, check), at)

    def all(self, at: Seconds) -> Mapping[tuple[str, str], Heard]:
        """By component and check: what was heard of every job that ever sent a beat."""
        with self._transaction() as connection:
            names = check_names(connection)
            numbers = connection.execute(select(col(BeatRow.check_no)).distinct()).scalars()
            return {names[no]: _heard(connection, no, at) for no in numbers}

    def recent(self, component: str, check: str, count: int) -> list[Beat]:
        """The newest beats of a job, the newest first."""
        with self._transaction() as connection:
            if not self._registry.known_checks(connection, [(component, check)]):
                return []
            no = self._registry.check(connection, component, check)
            query = select(BeatRow).where(col(BeatRow.check_no) == no).order_by(col(BeatRow.no).desc()).limit(count)
            return [_beat(row) for row in connection.execute(query)]

    def listen(self, now: Seconds, *, restarted: bool) -> None:
        """Writes down that beats can be heard at an instant."""
        with self._transaction() as connection:
            standing = _listening(connection)
            new = begun(now) if standing is None else standing.at(now, restarted=restarted)
            values = {"gap": new.gap, "resumed": new.resumed, "until": new.until}
            if standing is None or new.since != standing.since:
                connection.execute(insert(ListeningRow).values(since=new.since, **values))
            else:
                connection.execute(update(ListeningRow).where(col(ListeningRow.since) == new.since).values(**values))

    def listening(self) -> Listening | None:
        """The time of listening that goes on, or went on last; None before the first."""
        with self._transaction() as connection:
            return _listening(connection)


def _heard(connection: Connection, check_no: int, at: Seconds) -> Heard:
    newest: dict[Signal, Any] = {}
    for code, signal in SIGNALS.items():
        query = (
            select(BeatRow)
            .where(col(BeatRow.check_no) == check_no, col(BeatRow.signal) == code, col(BeatRow.at) <= at)
            .order_by(col(BeatRow.at).desc(), col(BeatRow.no).desc())
            .limit(1)
        )
        if (row := connection.execute(query).first()) is not None:
            newest[signal] = row
    success, fail = newest.get(Signal.SUCCESS), newest.get(Signal.FAIL)
    failed = fail is not None and (success is None or (success.at, success.no) < (fail.at, fail.no))
    found = {signal: _beat(row) for signal, row in newest.items()}
    return Heard(found.get(Signal.START), found.get(Signal.SUCCESS), found.get(Signal.FAIL), failed)


def _since_start(connection: Connection, check_no: int, at: Seconds) -> int | None:
    """How long ago the run began that ends now, in milliseconds; None where nothing began since the last end."""
    heard = _heard(connection, check_no, at)
    ends = [beat.at for beat in (heard.success, heard.fail) if beat is not None]
    if heard.start is None or any(end > heard.start.at for end in ends):
        return None
    return (at - heard.start.at) * 1000


def _trim(connection: Connection, check_no: int, signal: Signal) -> None:
    mine = (col(BeatRow.check_no) == check_no, col(BeatRow.signal) == signal.code)
    oldest = (
        select(col(BeatRow.at)).where(*mine).order_by(col(BeatRow.at).desc()).offset(KEPT - 1).limit(1)
    ).scalar_subquery()
    connection.execute(delete(BeatRow).where(*mine, col(BeatRow.at) < oldest))


def _listening(connection: Connection) -> Listening | None:
    row = connection.execute(select(ListeningRow).order_by(col(ListeningRow.since).desc()).limit(1)).first()
    return None if row is None else Listening(row.since, row.gap, row.resumed, row.until)


def _beat(row: Any) -> Beat:
    return Beat(row.at, SIGNALS[row.signal], row.took_ms, row.message)

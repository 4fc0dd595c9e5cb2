"""Contacts: when the agent of each location was last heard of, and what it said of itself. Its address is not kept."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlmodel import col

from monitor.core.contact import Contact, Waiting, is_worth_writing
from monitor.core.model import STATES, Seconds, State
from monitor.storage.contact_table import ContactRow
from monitor.storage.notices import Transaction
from monitor.storage.registry import Registry
from monitor.storage.tables import Location, Result


class Contacts:
    """Keeps one contact for each location."""

    def __init__(self, transaction: Transaction, registry: Registry) -> None:
        self._transaction = transaction
        self._registry = registry

    def note(self, contact: Contact) -> bool:
        """Keeps a contact if it is worth it; one without `waiting` leaves what was said before. Says whether it did."""
        with self._transaction() as connection:
            standing = _read(connection).get(contact.location)
            if not is_worth_writing(standing, contact.seen_at):
                return False
            values = _values(contact)
            no = self._registry.location(connection, contact.location)
            if standing is None:
                connection.execute(insert(ContactRow).values(location_no=no, **values))
            else:
                connection.execute(update(ContactRow).where(col(ContactRow.location_no) == no).values(**values))
            return True

    def all(self) -> dict[str, Contact]:
        """By location: the last contact of each agent that ever was heard of."""
        with self._transaction() as connection:
            return _read(connection)

    def answers(self, start: Seconds, end: Seconds) -> dict[str, dict[State, tuple[int, Seconds]]]:
        """By location: how many results of each outcome the slots in `[start, end)` hold, and the newest such slot."""
        query: Any = (
            select(col(Location.name), col(Result.outcome), func.count(), func.max(col(Result.slot)))
            .join(Location, col(Location.no) == col(Result.location_no))
            .where(col(Result.slot) >= start, col(Result.slot) < end)
            .group_by(col(Location.name), col(Result.outcome))
        )
        found: dict[str, dict[State, tuple[int, Seconds]]] = {}
        with self._transaction() as connection:
            for name, outcome, count, newest in connection.execute(query):
                found.setdefault(name, {})[STATES[outcome]] = (count, newest)
        return found


def _values(contact: Contact) -> dict[str, Any]:
    said = {} if contact.waiting is None else asdict(contact.waiting)
    return {"seen_at": contact.seen_at, "protocol": contact.protocol, "version": contact.version, **said}


def _read(connection: Connection) -> dict[str, Contact]:
    query: Any = select(ContactRow, col(Location.name)).join(Location, col(Location.no) == col(ContactRow.location_no))
    return {row.name: _contact(row) for row in connection.execute(query)}


def _contact(row: Row[Any]) -> Contact:
    said = row.skew_ms, row.backlog, row.dropped
    waiting = None if None in said else Waiting(*said, row.oldest)
    return Contact(row.name, row.seen_at, row.protocol, row.version, waiting)

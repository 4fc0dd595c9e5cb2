"""Contacts: when the agent of each location was last heard of, and what it said of itself. Its address is not kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlmodel import col

from monitor.core.contact import Contact, Waiting, following, is_worth_writing
from monitor.core.exchange import Shard
from monitor.core.model import STATES, Seconds, State
from monitor.storage.contact_table import ContactRow
from monitor.storage.notices import Transaction
from monitor.storage.registry import Registry
from monitor.storage.tables import Location, Result
from monitor.storage.upsert import insert

_SINCE = ("blind_since", "skewed_since", "dropped_since", "dropped_last")


class Contacts:
    """Keeps one contact for each part of each location."""

    def __init__(self, transaction: Transaction, registry: Registry) -> None:
        self._transaction = transaction
        self._registry = registry

    def note(self, heard: Contact, shortest: Seconds = 60) -> bool:
        """Keeps a contact if it is worth it, with what was known before it; says whether it did.

        `shortest` is the shortest slot that the location probes in.
        """
        with self._transaction() as connection:
            standing = {contact.part: contact for contact in _read(connection).get(heard.location, ())}.get(heard.part)
            if not is_worth_writing(standing, heard):
                return False
            no = self._registry.location(connection, heard.location)
            key = {"location_no": no, "part": heard.part.number, "parts": heard.part.of}
            _keep(connection, key, _values(heard if heard.waiting is None else following(standing, heard, shortest)))
            return True

    def all(self) -> dict[str, tuple[Contact, ...]]:
        """By location: the last contact of each of its agents that ever was heard of, by the parts they probe."""
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


def _keep(connection: Connection, key: Mapping[str, int], values: Mapping[str, Any]) -> None:
    """Writes a row, new or not: another hub may have heard of the same agent for the first time at the same moment."""
    row = insert(connection, ContactRow).values(**key, **values)
    connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=values))


def _values(contact: Contact) -> dict[str, Any]:
    """What a contact tells; one without `waiting` leaves alone what pushes say, here or at another hub."""
    told = {"seen_at": contact.seen_at, "protocol": contact.protocol, "version": contact.version}
    if contact.waiting is None:
        return told
    since = {name: getattr(contact, name) for name in _SINCE}
    return {**told, **asdict(contact.waiting), **since}


def _read(connection: Connection) -> dict[str, tuple[Contact, ...]]:
    query: Any = (
        select(ContactRow, col(Location.name))
        .join(Location, col(Location.no) == col(ContactRow.location_no))
        .order_by(col(ContactRow.parts), col(ContactRow.part))
    )
    found: dict[str, tuple[Contact, ...]] = {}
    for row in connection.execute(query):
        found[row.name] = (*found.get(row.name, ()), _contact(row))
    return found


def _contact(row: Row[Any]) -> Contact:
    said = row.skew_ms, row.backlog, row.dropped
    return Contact(
        location=row.name,
        seen_at=row.seen_at,
        protocol=row.protocol,
        version=row.version,
        waiting=None if None in said else Waiting(*said, row.oldest),
        part=Shard(row.part, row.parts),
        **{name: getattr(row, name) for name in _SINCE},
    )

"""Who acknowledged what: by number, or by a link that is good once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from monitor.core.alerting.episode import Episode
from monitor.core.model import Seconds
from monitor.storage import episodes
from monitor.storage.tables import AckLink, SigningKey
from monitor.storage.transaction import Transaction

_KEY = "acknowledge"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is good for, and who used it."""

    no: int
    episodes: tuple[int, ...]
    channel: str
    created_at: Seconds
    used_at: Seconds | None
    used_by: str


class Acknowledgements:
    """Books acknowledgements; the first one of an alert stands."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def key(self) -> str:
        """What links are signed with; made when it is first asked for, by whoever may write."""
        query = select(col(SigningKey.value)).where(col(SigningKey.name) == _KEY)
        with self._transaction() as connection:
            found = connection.execute(query).scalar()
            if found is None:
                found = secrets.token_urlsafe(32)
                connection.execute(insert(SigningKey).values(name=_KEY, value=found))
            return found

    def standing_key(self) -> str | None:
        """The key, for whoever only reads; None before there was a link."""
        with self._transaction() as connection:
            return connection.execute(select(col(SigningKey.value)).where(col(SigningKey.name) == _KEY)).scalar()

    def link(self, no: int) -> Link | None:
        """A link by its number."""
        with self._transaction() as connection:
            return _link(connection, no)

    def use(self, no: int, *, by: str, now: Seconds) -> list[Episode]:
        """Acknowledges what a link is good for, once. Raises LookupError, and ValueError for one that was used."""
        with self._transaction() as connection:
            link = _link(connection, no)
            if link is None:
                raise LookupError(f"there is no link {no}")
            statement = update(AckLink).where(col(AckLink.no) == no, col(AckLink.used_at).is_(None))
            if connection.execute(statement.values(used_at=now, used_by=by)).rowcount == 0:
                raise ValueError("this link was used already")
            return _acknowledge(connection, link.episodes, by, now)

    def acknowledge(self, numbers: Sequence[int], *, by: str, now: Seconds) -> list[Episode]:
        """Acknowledges alerts by their numbers, all or none; gives them as they are then.

        Raises LookupError for one that is not there, ValueError for one that is over.
        """
        with self._transaction() as connection:
            known = {episode.no: episode for episode in episodes.by_number(connection, numbers)}
            for no in numbers:
                if no not in known:
                    raise LookupError(f"there is no alert {no}")
                if known[no].over:
                    raise ValueError(f"alert {no} is over already")
            return _acknowledge(connection, numbers, by, now)


def _acknowledge(connection: Connection, numbers: Sequence[int], by: str, now: Seconds) -> list[Episode]:
    for episode in episodes.by_number(connection, numbers):
        if not episode.over and episode.acked_at is None:
            episodes.change(connection, episode.no, acked_at=now, acked_by=by)
    return episodes.by_number(connection, numbers)


def _link(connection: Connection, no: int) -> Link | None:
    row = connection.execute(select(AckLink).where(col(AckLink.no) == no)).first()
    if row is None:
        return None
    return Link(row.no, tuple(row.episodes), row.channel, row.created_at, row.used_at, row.used_by)

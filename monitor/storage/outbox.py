"""The outbox: messages owed, one row per URL, until each is sent or given up. At least once, never less."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlmodel import col

from monitor.core.alert import Message
from monitor.core.model import Seconds
from monitor.storage.notices import Transaction
from monitor.storage.tables import Outbox


@dataclass(frozen=True, slots=True)
class Owed:
    """One message to one URL; `target` is the URL as settings write it, references unresolved."""

    no: int
    event: str
    channel: str
    target: str
    message: Message
    created_at: Seconds
    next_try: Seconds
    tries: int
    sent_at: Seconds | None
    failed_at: Seconds | None
    last_error: str


class OutboxRows:
    """Reads what is owed and books what became of it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def due(self, now: Seconds, limit: int = 50) -> list[Owed]:
        """What is to be tried now, oldest first."""
        query = (
            select(Outbox)
            .where(col(Outbox.sent_at).is_(None), col(Outbox.failed_at).is_(None), col(Outbox.next_try) <= now)
            .order_by(col(Outbox.no))
            .limit(limit)
        )
        return self._read(query)

    def waiting(self, limit: int = 5000) -> list[Owed]:
        """All that is neither sent nor given up, due or not, oldest first."""
        query = select(Outbox).where(col(Outbox.sent_at).is_(None), col(Outbox.failed_at).is_(None))
        return self._read(query.order_by(col(Outbox.no)).limit(limit))

    def all(self, limit: int = 100) -> list[Owed]:
        """The newest messages, whatever became of them."""
        return self._read(select(Outbox).order_by(col(Outbox.no).desc()).limit(limit))

    def sent(self, no: int, now: Seconds) -> None:
        self._book(no, sent_at=now, tries=col(Outbox.tries) + 1, last_error="")

    def retry(self, no: int, next_try: Seconds, error: str) -> None:
        self._book(no, next_try=next_try, tries=col(Outbox.tries) + 1, last_error=error)

    def give_up(self, no: int, now: Seconds, error: str) -> None:
        self._book(no, failed_at=now, tries=col(Outbox.tries) + 1, last_error=error)

    def _book(self, no: int, **values: object) -> None:
        with self._transaction() as connection:
            connection.execute(update(Outbox).where(col(Outbox.no) == no).values(**values))

    def _read(self, query: object) -> list[Owed]:
        with self._transaction() as connection:
            return [
                Owed(
                    row.no,
                    row.event,
                    row.channel,
                    row.target,
                    Message(row.type, row.title, row.body),
                    row.created_at,
                    row.next_try,
                    row.tries,
                    row.sent_at,
                    row.failed_at,
                    row.last_error,
                )
                for row in connection.execute(query)  # type: ignore[call-overload]
            ]

"""The outbox: messages owed, one row per URL, until each is sent or given up. At least once, never less."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, update
from sqlmodel import col

from monitor.core.alert import Attachment, Message
from monitor.core.delivery import INSTEAD, LEASE, Audience, instead
from monitor.core.model import Seconds, digest
from monitor.storage.notices import Transaction
from monitor.storage.tables import AttachmentRow, Outbox

SUBSCRIBERS = "subscribers"
"""Stands where the channel's name does in a public message."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One message to one URL; `target` is the URL as settings write it, references unresolved.

    The file that goes with it stays where it is until it is asked for by `attachment_no`.
    """

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
    attachment_no: int | None = None
    about: tuple[int, ...] = ()
    link_no: int | None = None


class OutboxRows:
    """Reads what is owed and books what became of it."""

    def __init__(self, transaction: Transaction, deciding: Transaction) -> None:
        self._transaction = transaction
        self._deciding = deciding

    def owe(
        self, event: str, channel: str, targets: Iterable[str], message: Message, now: Seconds, *, skipped: str = ""
    ) -> bool:
        """Owes a message and its file to the URLs of a channel, all or none; False where the event is there already.

        With `skipped` it is not owed, only put on record as given up, with that reason.
        """
        values = {"event": event, "channel": channel, "created_at": now, "next_try": now, "tries": 0}
        values |= {"type": message.type, "title": message.title, "body": message.body}
        values |= {"failed_at": now if skipped else None, "last_error": skipped}
        with self._transaction() as connection:
            known = select(col(Outbox.no)).where(col(Outbox.event) == event, col(Outbox.channel) == channel).limit(1)
            if connection.execute(known).first() is not None:
                return False
            file = None if message.attachment is None else _kept(connection, message.attachment)
            rows = [{**values, "target": target, "attachment_no": file} for target in dict.fromkeys(targets)]
            connection.execute(insert(Outbox), rows)
            return True

    def book(self, owed: Owed) -> None:
        """Puts a message on record that was sent, or given up, past the database; once, however often it is asked."""
        values: dict[str, Any] = {"event": owed.event, "channel": owed.channel, "target": owed.target}
        values |= {"created_at": owed.created_at}
        known = select(col(Outbox.no)).where(*(getattr(Outbox, name) == value for name, value in values.items()))
        message = owed.message
        values |= {"type": message.type, "title": message.title, "body": message.body, "format": message.format}
        values |= {"next_try": owed.next_try, "tries": owed.tries, "last_error": owed.last_error}
        values |= {"sent_at": owed.sent_at, "failed_at": owed.failed_at}
        with self._transaction() as connection:
            if connection.execute(known.limit(1)).first() is None:
                connection.execute(insert(Outbox).values(**values))

    def told(self, prefix: str) -> set[tuple[str, str]]:
        """Event and channel of all that was ever owed and whose event begins so, skipped ones too."""
        query = select(col(Outbox.event), col(Outbox.channel)).where(col(Outbox.event).startswith(prefix))
        with self._transaction() as connection:
            return {(event, channel) for event, channel in connection.execute(query.distinct())}

    def attachment(self, number: int) -> Attachment:
        """A file by its number. Raises LookupError."""
        query = select(AttachmentRow).where(col(AttachmentRow.no) == number)
        with self._transaction() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise LookupError(f"there is no attachment {number}")
        return Attachment(row.name, row.content, row.remedy)

    def due(self, now: Seconds, limit: int = 50) -> list[Owed]:
        """What is to be tried now, oldest first."""
        return self._read(_unsent(Audience.CHANNELS).where(col(Outbox.next_try) <= now).limit(limit))

    def waiting(self, limit: int = 5000) -> list[Owed]:
        """All that is owed to channels and neither sent nor given up, due or not, oldest first."""
        return self._read(_unsent(Audience.CHANNELS).limit(limit))

    def public(self, limit: int = 5000) -> list[Owed]:
        """All that is owed to subscribers and not sent, oldest first: one row a message and language."""
        return self._read(_unsent(Audience.SUBSCRIBERS).limit(limit))

    def all(self, limit: int = 100) -> list[Owed]:
        """The newest messages to channels, whatever became of them."""
        query = select(Outbox).where(col(Outbox.audience) == Audience.CHANNELS.value)
        return self._read(query.order_by(col(Outbox.no).desc()).limit(limit))

    def dead(self, limit: int = 100) -> list[Owed]:
        """The newest messages to channels that were given up."""
        query = select(Outbox).where(col(Outbox.failed_at).is_not(None))
        query = query.where(col(Outbox.audience) == Audience.CHANNELS.value)
        return self._read(query.order_by(col(Outbox.no).desc()).limit(limit))

    def publish(self, event: str, messages: Mapping[str, Message], now: Seconds) -> None:
        """Owes a public message to the subscribers, once for each event; `messages` are by language."""
        with self._transaction() as connection:
            publish(connection, event, messages, now)

    def claim(self, numbers: Collection[int], holder: str, now: Seconds) -> set[int]:
        """Those of the messages that `holder` may try now, kept from every other hub for `core.delivery.LEASE`.

        Whoever sends a message claims it first. Left out are those that were sent or given up meanwhile, that another
        hub holds, or is claiming at this moment. Booking what became of one ends its lease; so does its end.
        Raises NotLeading.
        """
        free = or_(
            col(Outbox.leased_until).is_(None), col(Outbox.leased_until) <= now, col(Outbox.claimed_by) == holder
        )
        query = select(col(Outbox.no)).where(col(Outbox.no).in_(numbers), free)
        query = query.where(col(Outbox.sent_at).is_(None), col(Outbox.failed_at).is_(None))
        with self._deciding() as connection:
            found = {no for no in connection.execute(query.with_for_update(skip_locked=True)).scalars() if no}
            kept = {"claimed_by": holder, "leased_until": now + LEASE}
            connection.execute(update(Outbox).where(col(Outbox.no).in_(found)).values(**kept))
            return found

    def sent(self, no: int, now: Seconds) -> None:
        """Whoever sent it may say so, even when its lease is over: then it is not sent once more."""
        self._book(col(Outbox.no) == no, sent_at=now, last_error="")

    def retry(self, no: int, next_try: Seconds, error: str, holder: str = "") -> None:
        """Unless another hub tries it by now."""
        self._book(_held_by(no, holder), next_try=next_try, last_error=error)

    def give_up(self, no: int, now: Seconds, error: str, holder: str = "") -> None:
        """Unless another hub tries it by now."""
        self._book(_held_by(no, holder), failed_at=now, last_error=error)

    def stand_in(self, owed: Owed, channel: str, targets: Iterable[str], message: Message, now: Seconds) -> bool:
        """Owes a message to another channel in place of one that cannot be delivered, once; says whether it did."""
        values: dict[str, object] = {"event": instead(owed.event, owed.channel), "channel": channel}
        values |= {"type": message.type, "title": message.title, "body": message.body, "format": message.format}
        values |= {"created_at": now, "next_try": now, "tries": 0, "last_error": "", "about": list(owed.about)}
        values |= {"link_no": owed.link_no, "attachment_no": owed.attachment_no}
        known = select(col(Outbox.no)).where(col(Outbox.event) == values["event"], col(Outbox.channel) == channel)
        with self._transaction() as connection:
            if connection.execute(known.limit(1)).first() is not None:
                return False
            rows = [{**values, "target": target} for target in dict.fromkeys(targets)]
            if rows:
                connection.execute(insert(Outbox), rows)
            return bool(rows)

    def stood_in(self, owed: Owed) -> bool:
        """Whether another channel was told, instead of this one, of what a message is about."""
        query = select(col(Outbox.about)).where(col(Outbox.event).endswith(f"{INSTEAD}{owed.channel}"))
        with self._transaction() as connection:
            return any(set(about) & set(owed.about) for (about,) in connection.execute(query))

    def again(self, no: int, now: Seconds) -> None:
        """Tries a message that was given up anew, from now on. Raises LookupError, ValueError for any other."""
        with self._transaction() as connection:
            row = connection.execute(select(Outbox).where(col(Outbox.no) == no)).first()
            if row is None:
                raise LookupError(f"there is no message {no}")
            if row.failed_at is None:
                raise ValueError(f"message {no} was not given up")
            values = {"failed_at": None, "created_at": now, "next_try": now, "tries": 0}
            connection.execute(update(Outbox).where(col(Outbox.no) == no).values(**values))

    def counts(self) -> dict[str, int]:
        """How many messages to channels wait, were sent, and were given up."""
        waiting = col(Outbox.sent_at).is_(None) & col(Outbox.failed_at).is_(None)
        query = select(
            func.count().filter(waiting),
            func.count().filter(col(Outbox.sent_at).is_not(None)),
            func.count().filter(col(Outbox.failed_at).is_not(None)),
        ).where(col(Outbox.audience) == Audience.CHANNELS.value)
        with self._transaction() as connection:
            row = connection.execute(query).one()
        return {"waiting": row[0], "sent": row[1], "given_up": row[2]}

    def _book(self, which: ColumnElement[bool], **values: object) -> None:
        values |= {"tries": col(Outbox.tries) + 1, "claimed_by": None, "leased_until": None}
        with self._transaction() as connection:
            connection.execute(update(Outbox).where(which).values(**values))

    def _read(self, query: object) -> list[Owed]:
        with self._transaction() as connection:
            return [
                Owed(
                    row.no,
                    row.event,
                    row.channel,
                    row.target,
                    Message(row.type, row.title, row.body, format=row.format),
                    row.created_at,
                    row.next_try,
                    row.tries,
                    row.sent_at,
                    row.failed_at,
                    row.last_error,
                    row.attachment_no,
                    tuple(row.about),
                    row.link_no,
                )
                for row in connection.execute(query)  # type: ignore[call-overload]
            ]


def _held_by(no: int, holder: str) -> ColumnElement[bool]:
    return and_(col(Outbox.no) == no, or_(col(Outbox.claimed_by).is_(None), col(Outbox.claimed_by) == holder))


def _unsent(audience: Audience) -> Select[Any]:
    query = select(Outbox).where(col(Outbox.sent_at).is_(None), col(Outbox.failed_at).is_(None))
    return query.where(col(Outbox.audience) == audience.value).order_by(col(Outbox.no))


def publish(connection: Connection, event: str, messages: Mapping[str, Message], now: Seconds) -> None:
    """Owes a public message to the subscribers, once for each event, as part of what made it: a row for each language,
    which stands where an address does elsewhere."""
    known = select(col(Outbox.no)).where(col(Outbox.event) == event, col(Outbox.channel) == SUBSCRIBERS)
    if connection.execute(known).first() is not None:
        return
    values: dict[str, object] = {"event": event, "channel": SUBSCRIBERS, "audience": Audience.SUBSCRIBERS.value}
    values |= {"created_at": now, "next_try": now, "tries": 0, "last_error": ""}
    rows = [
        {
            **values,
            "target": language,
            "type": message.type,
            "title": message.title,
            "body": message.body,
            "attachment_no": None if message.attachment is None else _kept(connection, message.attachment),
        }
        for language, message in messages.items()
    ]
    connection.execute(insert(Outbox), rows)


def _kept(connection: Connection, file: Attachment) -> int:
    """The number of the stored file; the same one for all that carry it."""
    key = digest([file.name, file.remedy, sha256(file.content).hexdigest()])
    found = connection.execute(select(col(AttachmentRow.no)).where(col(AttachmentRow.digest) == key)).scalar()
    if found is not None:
        return found
    values = {"digest": key, "name": file.name, "content": file.content, "remedy": file.remedy}
    inserted = connection.execute(insert(AttachmentRow).values(**values)).inserted_primary_key
    if inserted is None:
        raise AssertionError("an attachment gave no key")
    return int(inserted[0])

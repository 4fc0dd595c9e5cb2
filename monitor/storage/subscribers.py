"""Subscriptions to the page, and what each subscriber is owed: one row a message and address, sent at least once.

A subscription that ends is removed with all that is kept of it. Nothing that leaves this file holds an address but
`Subscription.address`.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlmodel import col

from monitor.core.bounce import Bounce
from monitor.core.delivery import LEASE, Audience
from monitor.core.incident import ENGLISH
from monitor.core.model import Seconds
from monitor.core.subscription import PENDING_FOR, Medium, Subscription, may_ask, wants
from monitor.storage import bounces
from monitor.storage.notices import Transaction
from monitor.storage.subscriber_table import SubscriberDelivery, SubscriberRow
from monitor.storage.tables import Outbox

CONFIRM = "confirm/"
"""How the name of a message with the link to confirm by begins."""

_KEPT: Seconds = 30 * 86_400
"""What became of a message, and a subscription that ended by itself, is kept so long."""
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class OwedNews:
    """One message to one subscriber; `title` and `body` are empty where it is the link to confirm by.

    The file that goes with it is the outbox's `attachment_no`.
    """

    no: int
    event: str
    to: Subscription
    title: str
    body: str
    created_at: Seconds
    tries: int
    attachment_no: int | None = None

    @property
    def confirms(self) -> bool:
        return self.event.startswith(CONFIRM)


class Subscribers:
    """Keeps subscriptions and their messages. The rules are those of `core.subscription`."""

    def __init__(self, transaction: Transaction, deciding: Transaction) -> None:
        self._transaction = transaction
        self._deciding = deciding

    def ask(self, wanted: Subscription) -> bool:
        """Keeps a subscription that somebody asked for, and owes its address the link, both or neither.

        Of an address that is known already only the link is sent, and what was chosen stays: whoever asks need not be
        its owner. False where nothing is sent, because it was just now, or because too many wait.
        """
        now = wanted.asked_at
        with self._transaction() as connection:
            standing = _of_address(connection, wanted.medium, wanted.address)
            pending = select(func.count()).where(col(SubscriberRow.confirmed_at).is_(None))
            if not may_ask(standing, connection.execute(pending).scalar_one(), now):
                return False
            if standing is None:
                no = _added(connection, wanted)
            else:
                no = standing.no
                connection.execute(update(SubscriberRow).where(col(SubscriberRow.no) == no).values(asked_at=now))
            connection.execute(insert(SubscriberDelivery).values(**_owed(no, f"{CONFIRM}{now}", None, now)))
            return True

    def by_key(self, key: str) -> Subscription | None:
        with self._transaction() as connection:
            row = connection.execute(select(SubscriberRow).where(col(SubscriberRow.key) == key)).first()
            return None if row is None else _subscription(row)

    def all(self) -> list[Subscription]:
        """In the order in which they were asked for, unconfirmed ones too."""
        with self._transaction() as connection:
            return [_subscription(row) for row in connection.execute(select(SubscriberRow).order_by("no"))]

    def choose(self, key: str, components: Sequence[str], language: str, now: Seconds) -> Subscription | None:
        """Confirms a subscription, or changes what it is told; None where there is none with this key."""
        values: dict[str, object] = {"components": list(components), "language": language}
        mine = col(SubscriberRow.key) == key
        with self._transaction() as connection:
            connection.execute(update(SubscriberRow).where(mine).values(**values))
            asleep = col(SubscriberRow.confirmed_at).is_(None) | col(SubscriberRow.ended_at).is_not(None)
            woken = update(SubscriberRow).where(mine, asleep)
            connection.execute(woken.values(confirmed_at=now, ended_at=None, ended_why="", **bounces.TAKEN))
            row = connection.execute(select(SubscriberRow).where(mine)).first()
            return None if row is None else _subscription(row)

    def end(self, key: str) -> bool:
        """Removes a subscription; whether there was one."""
        with self._transaction() as connection:
            no = connection.execute(select(col(SubscriberRow.no)).where(col(SubscriberRow.key) == key)).scalar()
            return no is not None and _remove(connection, [no]) > 0

    def erase(self, address: str) -> int:
        """Removes every subscription of an address; how many there were."""
        with self._transaction() as connection:
            query = select(col(SubscriberRow.no)).where(col(SubscriberRow.address) == address)
            return _remove(connection, [no for no in connection.execute(query).scalars() if no is not None])

    def history(self, number: int) -> list[tuple[str, Seconds, Seconds | None]]:
        """What a subscriber was sent: the message's name, when it was owed, when it was sent."""
        query = select(SubscriberDelivery).where(col(SubscriberDelivery.subscriber_no) == number).order_by("no")
        with self._transaction() as connection:
            return [(row.event, row.created_at, row.sent_at) for row in connection.execute(query)]

    def spread(self, about: Callable[[str], Collection[str] | None], now: Seconds) -> int:
        """Owes every public message that is not spread yet to whoever wants it; how many rows. `about` gives the
        components that a message, by its name, is about (none: all of them); None leaves it for
        later. Asks nothing else of the store. Raises NotLeading."""
        unsent = (col(Outbox.sent_at).is_(None), col(Outbox.audience) == Audience.SUBSCRIBERS.value)
        with self._deciding() as connection:
            found = connection.execute(select(Outbox).where(*unsent).order_by(col(Outbox.no)).limit(_AT_ONCE)).all()
            rows = [row for row in found if about(row.event) is not None]
            if not rows:
                return 0
            everybody = [_subscription(row) for row in connection.execute(select(SubscriberRow))]
            owed = list(_spread(rows, everybody, about, now))
            if owed:
                connection.execute(insert(SubscriberDelivery), owed)
            done = col(Outbox.no).in_([row.no for row in rows])
            connection.execute(update(Outbox).where(done).values(sent_at=now))
            return len(owed)

    def claim(self, now: Seconds, limit: int) -> list[OwedNews]:
        """What is due, oldest first, kept from everybody else for `core.delivery.LEASE`: after a kill it is tried again
        then. A message waits for the one before it to the same subscriber. Raises NotLeading."""
        unsent = (col(SubscriberDelivery.sent_at).is_(None), col(SubscriberDelivery.failed_at).is_(None))
        first = select(func.min(SubscriberDelivery.no)).where(*unsent).group_by(col(SubscriberDelivery.subscriber_no))
        due = col(SubscriberDelivery.next_try) <= now
        query = select(SubscriberDelivery).where(col(SubscriberDelivery.no).in_(first), due).order_by("no").limit(limit)
        with self._deciding() as connection:
            rows = connection.execute(query).all()
            if not rows:
                return []
            numbers = [row.no for row in rows]
            claimed = col(SubscriberDelivery.no).in_(numbers)
            connection.execute(update(SubscriberDelivery).where(claimed).values(next_try=now + LEASE))
            people, messages = _people(connection, rows), _messages(connection, rows)
            return [_owed_news(row, people[row.subscriber_no], messages.get(row.outbox_no)) for row in rows]

    def sent(self, no: int, now: Seconds) -> None:
        with self._transaction() as connection:
            _book(connection, no, sent_at=now, last_error="")
            bounces.taken(connection, no)

    def retry(self, no: int, next_try: Seconds, error: str) -> None:
        with self._transaction() as connection:
            _book(connection, no, next_try=next_try, last_error=error)

    def give_up(self, no: int, now: Seconds, error: str, bounce: Bounce | None = None) -> bool:
        """Whether its subscription ended by it."""
        with self._transaction() as connection:
            _book(connection, no, failed_at=now, last_error=error)
            return bounce is not None and bounces.bounced(connection, no, bounce, error, now)

    def forget(self, now: Seconds) -> int:
        """Removes what nobody confirmed in time, what ended by itself long ago, and what became of old messages; how
        many subscriptions."""
        pending = col(SubscriberRow.confirmed_at).is_(None) & (col(SubscriberRow.asked_at) <= now - PENDING_FOR)
        stale = pending | (col(SubscriberRow.ended_at) < now - _KEPT)
        over = col(SubscriberDelivery.sent_at).is_not(None) | col(SubscriberDelivery.failed_at).is_not(None)
        with self._transaction() as connection:
            connection.execute(delete(SubscriberDelivery).where(over, col(SubscriberDelivery.created_at) < now - _KEPT))
            numbers = connection.execute(select(col(SubscriberRow.no)).where(stale)).scalars()
            return _remove(connection, [no for no in numbers if no is not None])


def _book(connection: Connection, no: int, **values: object) -> None:
    values["tries"] = col(SubscriberDelivery.tries) + 1
    connection.execute(update(SubscriberDelivery).where(col(SubscriberDelivery.no) == no).values(**values))


def _of_address(connection: Connection, medium: Medium, address: str) -> Subscription | None:
    query = select(SubscriberRow).where(
        col(SubscriberRow.medium) == medium.value, col(SubscriberRow.address) == address
    )
    row = connection.execute(query).first()
    return None if row is None else _subscription(row)


def _added(connection: Connection, wanted: Subscription) -> int:
    inserted = connection.execute(
        insert(SubscriberRow).values(
            medium=wanted.medium.value,
            address=wanted.address,
            components=list(wanted.components),
            language=wanted.language,
            key=wanted.key,
            secret=wanted.secret,
            created_at=wanted.created_at,
            asked_at=wanted.asked_at,
        )
    ).inserted_primary_key
    if inserted is None:
        raise AssertionError("a subscription gave no number")
    return int(inserted[0])


def _owed(subscriber: int, event: str, message: int | None, now: Seconds) -> dict[str, object]:
    values: dict[str, object] = {"subscriber_no": subscriber, "event": event, "outbox_no": message}
    return {**values, "created_at": now, "next_try": now, "tries": 0, "last_error": ""}


def _spread(
    rows: Sequence[Any],
    everybody: Sequence[Subscription],
    about: Callable[[str], Collection[str] | None],
    now: Seconds,
) -> Iterator[dict[str, object]]:
    """A public message has a row for each language that it is written in, named by `target`; one without a language is
    for all that have none of their own."""
    written: dict[str, dict[str, int]] = {}
    for row in rows:
        written.setdefault(row.event, {})[row.target] = row.no
    for event, by_language in written.items():
        components = about(event) or ()
        for item in everybody:
            message = by_language.get(item.language) or by_language.get("") or by_language.get(ENGLISH)
            if message is not None and wants(item, components):
                yield _owed(item.no, event, message, now)


def _people(connection: Connection, rows: Sequence[Any]) -> dict[int, Subscription]:
    query = select(SubscriberRow).where(col(SubscriberRow.no).in_([row.subscriber_no for row in rows]))
    return {row.no: _subscription(row) for row in connection.execute(query)}


def _messages(connection: Connection, rows: Sequence[Any]) -> dict[int | None, Any]:
    query = select(Outbox).where(col(Outbox.no).in_([row.outbox_no for row in rows if row.outbox_no is not None]))
    return {row.no: row for row in connection.execute(query)}


def _owed_news(row: Any, to: Subscription, message: Any | None) -> OwedNews:
    if message is None:
        return OwedNews(row.no, row.event, to, "", "", row.created_at, row.tries)
    file = message.attachment_no
    return OwedNews(row.no, row.event, to, message.title, message.body, row.created_at, row.tries, file)


def _remove(connection: Connection, numbers: Sequence[int]) -> int:
    connection.execute(delete(SubscriberDelivery).where(col(SubscriberDelivery.subscriber_no).in_(numbers)))
    connection.execute(delete(SubscriberRow).where(col(SubscriberRow.no).in_(numbers)))
    return len(numbers)


def _subscription(row: Any) -> Subscription:
    return Subscription(
        no=row.no,
        medium=Medium(row.medium),
        address=row.address,
        components=tuple(row.components),
        language=row.language,
        key=row.key,
        secret=row.secret,
        created_at=row.created_at,
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
    )

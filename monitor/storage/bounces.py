"""What bounced of the messages to a subscriber, and the subscriptions that end by it; the rule is `core.bounce`."""

from typing import Any

from sqlalchemy import Connection, select, update
from sqlmodel import col

from monitor.core.bounce import Bounce, Bounced, after, ends
from monitor.core.model import Seconds
from monitor.core.subscription import Medium
from monitor.storage.subscriber_table import SubscriberDelivery, SubscriberRow

TAKEN = {"bounces": 0, "bounced_since": None}
"""The columns of a subscriber of whom nothing bounced."""


def bounced(connection: Connection, no: int, bounce: Bounce, error: str, now: Seconds) -> bool:
    """Counts message `no`, which is given up, against its subscriber; whether the subscription ended by it."""
    joined = select(SubscriberRow, col(SubscriberDelivery.event)).join_from(SubscriberDelivery, SubscriberRow)
    row = connection.execute(joined.where(col(SubscriberDelivery.no) == no)).first()
    if row is None or row.confirmed_at is None or row.ended_at is not None:
        return False
    if row.medium == Medium.EMAIL and not _taken_for_others(connection, row):
        return False
    found = after(Bounced(row.bounces, row.bounced_since), now)
    values: dict[str, object] = {"bounces": found.messages, "bounced_since": found.since}
    over = ends(found, bounce, now)
    if over:
        values |= {"ended_at": now, "ended_why": error}
        mine = (col(SubscriberDelivery.subscriber_no) == row.no, col(SubscriberDelivery.sent_at).is_(None))
        unsent = update(SubscriberDelivery).where(*mine, col(SubscriberDelivery.failed_at).is_(None))
        connection.execute(unsent.values(failed_at=now, last_error="the subscription ended"))
    connection.execute(update(SubscriberRow).where(col(SubscriberRow.no) == row.no).values(**values))
    return over


def taken(connection: Connection, no: int) -> None:
    """Forgets what bounced before message `no`, which was taken."""
    mine = select(col(SubscriberDelivery.subscriber_no)).where(col(SubscriberDelivery.no) == no).scalar_subquery()
    some = (col(SubscriberRow.no) == mine, col(SubscriberRow.bounces) > 0)
    connection.execute(update(SubscriberRow).where(*some).values(**TAKEN))


def _taken_for_others(connection: Connection, row: Any) -> bool:
    """Whether our mail server took the same message for somebody else: one that takes none is what is broken."""
    query = select(col(SubscriberDelivery.no)).join_from(SubscriberDelivery, SubscriberRow)
    same = (col(SubscriberDelivery.event) == row.event, col(SubscriberDelivery.sent_at).is_not(None))
    others = (col(SubscriberRow.medium) == Medium.EMAIL.value, col(SubscriberRow.no) != row.no)
    return connection.execute(query.where(*same, *others).limit(1)).first() is not None

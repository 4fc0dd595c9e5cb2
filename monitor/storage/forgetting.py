"""Lets go of old messages: those about episodes that were sent, or given up, long enough ago.

Messages of other kinds stay: that they were sent is what keeps them from being sent again.
"""

from sqlalchemy import String, and_, cast, delete, or_, select
from sqlmodel import col

from monitor.core.delivery import Audience
from monitor.core.model import Seconds
from monitor.storage.notices import Transaction
from monitor.storage.tables import Outbox

_AT_ONCE = 200


class Forgetting:
    """A step at a time, for the leader."""

    def __init__(self, deciding: Transaction) -> None:
        self._deciding = deciding

    def step(self, before: Seconds) -> bool:
        """Deletes some messages that were dealt with before an instant; False when there were none."""
        over = or_(col(Outbox.sent_at) < before, col(Outbox.failed_at) < before)
        alerts = and_(col(Outbox.audience) == Audience.CHANNELS.value, cast(col(Outbox.about), String) != "[]")
        # The oldest numbers first, and none looked at that was owed since: a scan that finds nothing is short.
        query = select(col(Outbox.no)).where(col(Outbox.created_at) < before, over, alerts).limit(_AT_ONCE)
        with self._deciding() as connection:
            numbers = list(connection.execute(query.order_by(col(Outbox.no))).scalars())
            if numbers:
                connection.execute(delete(Outbox).where(col(Outbox.no).in_(numbers)))
        return bool(numbers)

"""The tables of those who subscribed to the page, and of what each of them is owed."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index
from sqlmodel import Field

from monitor.storage.table import Table


class SubscriberRow(Table, table=True):
    """One subscription. `key` is what its links hold, in clear: it opens this row and nothing else."""

    __tablename__ = "subscriber"
    __table_args__ = (
        CheckConstraint("medium in ('email', 'webhook')", name="medium"),
        Index("uq_subscriber", "medium", "address", unique=True),
    )

    no: int | None = Field(default=None, primary_key=True)
    medium: str
    address: str
    components: list[str] = Field(sa_type=JSON)
    language: str
    key: str = Field(unique=True)
    secret: str = ""
    created_at: int = Field(sa_type=BigInteger)
    asked_at: int = Field(sa_type=BigInteger)
    confirmed_at: int | None = Field(default=None, sa_type=BigInteger)
    bounces: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    bounced_since: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_why: str = Field(default="", sa_column_kwargs={"server_default": ""})


class SubscriberDelivery(Table, table=True):
    """One message owed to one subscriber: the public one of `outbox_no`, or without one the link to confirm by."""

    __tablename__ = "subscriber_delivery"
    __table_args__ = (Index("uq_subscriber_delivery", "subscriber_no", "event", unique=True),)

    no: int | None = Field(default=None, primary_key=True)
    subscriber_no: int = Field(foreign_key="subscriber.no")
    event: str = Field(index=True)
    outbox_no: int | None = Field(default=None, foreign_key="outbox.no")
    created_at: int = Field(sa_type=BigInteger)
    next_try: int = Field(sa_type=BigInteger, index=True)
    tries: int = 0
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    failed_at: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str = ""

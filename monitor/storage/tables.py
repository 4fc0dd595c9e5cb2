"""The tables, for SQLite and PostgreSQL. Integers for instants and codes; text for what people write.

Narrow hot tables (`result`, `span`) are written through Core inserts only, never as ORM objects.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, SmallInteger
from sqlmodel import Field

from monitor.storage.alert_tables import AckLink as AckLink
from monitor.storage.alert_tables import Episode as Episode
from monitor.storage.alert_tables import SigningKey as SigningKey
from monitor.storage.alert_tables import SilenceRow as SilenceRow
from monitor.storage.alert_tables import Telling as Telling
from monitor.storage.beat_tables import BeatRow as BeatRow
from monitor.storage.hub_table import HubRow as HubRow
from monitor.storage.incident_table import IncidentRow as IncidentRow
from monitor.storage.pause_tables import PauseRow as PauseRow
from monitor.storage.recurrence_table import RecurrenceRow as RecurrenceRow
from monitor.storage.renaming_table import RenamingRow as RenamingRow
from monitor.storage.subscriber_table import SubscriberDelivery as SubscriberDelivery
from monitor.storage.subscriber_table import SubscriberRow as SubscriberRow
from monitor.storage.table import Table as Table
from monitor.storage.vendor_table import VendorReport as VendorReport


class Component(Table, table=True):
    """`watermark` is the end of its timeline; `revision` grows when spans before it are rewritten."""

    no: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    since: int | None = Field(default=None, sa_type=BigInteger)
    until: int | None = Field(default=None, sa_type=BigInteger)
    watermark: int | None = Field(default=None, sa_type=BigInteger)
    revision: int = 0
    bridge: int = 600


class Location(Table, table=True):
    no: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class CheckName(Table, table=True):
    """The number of a check, and when the certificate it saw last expires."""

    __tablename__ = "check_name"
    __table_args__ = (Index("uq_check_name", "component_no", "name", unique=True),)

    no: int | None = Field(default=None, primary_key=True)
    component_no: int = Field(foreign_key="component.no")
    name: str
    certificate_expires: int | None = Field(default=None, sa_type=BigInteger)


class Definition(Table, table=True):
    """Every definition of a check that was ever in force, by digest; secrets as references."""

    no: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    body: dict[str, Any] = Field(sa_type=JSON)


class CheckTerms(Table, table=True):
    """What judges a check in the slots that start in `[start, end)`."""

    __tablename__ = "check_terms"

    check_no: int = Field(primary_key=True, foreign_key="check_name.no")
    start: int = Field(primary_key=True, sa_type=BigInteger)
    end: int | None = Field(default=None, sa_type=BigInteger)
    every: int
    locations: list[str] = Field(sa_type=JSON)
    vote: str
    critical: bool
    definition_no: int = Field(foreign_key="definition.no")


class ResultColumns(Table):
    """One row per slot, check and location. `start_ms` counts from the slot's start."""

    slot: int = Field(primary_key=True, sa_type=BigInteger)
    check_no: int = Field(primary_key=True)
    location_no: int = Field(primary_key=True, sa_type=SmallInteger)
    outcome: int = Field(sa_type=SmallInteger)
    definition_no: int
    start_ms: int
    total_ms: int | None = None
    dns_ms: int | None = None
    connect_ms: int | None = None
    tls_ms: int | None = None
    first_byte_ms: int | None = None
    attempts: int = Field(sa_type=SmallInteger)
    kind: int | None = Field(default=None, sa_type=SmallInteger)
    detail: str | None = None
    first_kind: int | None = Field(default=None, sa_type=SmallInteger)
    first_ms: int | None = None


class Result(ResultColumns, table=True):
    """Results of the days that are not sealed yet; in day partitions on PostgreSQL.

    The first migration partitions it: said here too, SQLAlchemy would load PostgreSQL's dialect for every hub.
    """

    __table_args__ = (
        CheckConstraint("outcome between 0 and 3", name="outcome"),
        {"sqlite_with_rowid": False},
    )


class Inbox(Table, table=True):
    """One row per accepted batch: `touched` maps a component's number to `[first slot, last slot's end)`."""

    no: int | None = Field(default=None, primary_key=True)
    touched: dict[str, list[int]] = Field(sa_type=JSON)


class SpanRow(Table, table=True):
    """The facts that figures are made of; a component's rows tile `[since, watermark)`. Kept for ever."""

    __tablename__ = "span"
    __table_args__ = (
        CheckConstraint("state between 0 and 3", name="state"),
        CheckConstraint('"start" < "end"', name="order"),
        {"sqlite_with_rowid": False},
    )

    component_no: int = Field(primary_key=True)
    start: int = Field(primary_key=True, sa_type=BigInteger)
    end: int = Field(sa_type=BigInteger)
    state: int = Field(sa_type=SmallInteger)
    inferred: bool = False


class SettingsVersion(Table, table=True):
    __tablename__ = "settings_version"

    no: int | None = Field(default=None, primary_key=True)
    digest: str
    loaded_at: int = Field(sa_type=BigInteger)
    body: dict[str, Any] = Field(sa_type=JSON)


class LedgerEntry(Table, table=True):
    __tablename__ = "ledger"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: int = Field(sa_type=BigInteger)
    actor: str
    kind: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    previous: str
    digest: str = Field(unique=True)


class Notice(Table, table=True):
    """One announcement of a maintenance, append-only. `published_at` is stamped by the hub, once."""

    no: int | None = Field(default=None, primary_key=True)
    maintenance: str = Field(index=True)
    action: str
    requested_at: int = Field(sa_type=BigInteger)
    published_at: int | None = Field(default=None, sa_type=BigInteger)
    start: int | None = Field(default=None, sa_type=BigInteger)
    end: int | None = Field(default=None, sa_type=BigInteger)
    components: list[str] | None = Field(default=None, sa_type=JSON)
    title: str | None = None
    description: str | None = None
    actor: str


class Request(Table, table=True):
    """An exclusion or a correction that somebody asked for, append-only. `check` NULL: the whole component."""

    __table_args__ = (
        CheckConstraint("type in ('exclusion', 'correction')", name="type"),
        CheckConstraint('"start" < "end"', name="order"),
    )

    no: int | None = Field(default=None, primary_key=True)
    type: str
    kind: str
    component: str
    check: str | None = None
    start: int = Field(sa_type=BigInteger)
    end: int = Field(sa_type=BigInteger)
    reason: str
    evidence: str = ""
    requested_at: int = Field(sa_type=BigInteger)
    requested_by: str


class Decision(Table, table=True):
    """What was decided on a request, append-only: the key lets it happen once."""

    request_no: int = Field(primary_key=True, foreign_key="request.no", sa_column_kwargs={"autoincrement": False})
    approved: bool
    by: str
    at: int = Field(sa_type=BigInteger)
    reason: str = ""


class ClosingRow(Table, table=True):
    """A month as it was closed (`revision` 0) or revised, append-only. `entry_*` is its entry in the ledger."""

    __tablename__ = "closing"
    __table_args__ = (
        CheckConstraint("subject in ('agreement', 'objective')", name="subject"),
        CheckConstraint("revision >= 0", name="revision"),
        CheckConstraint("month_start < month_end", name="order"),
    )

    subject: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    zone: str
    month_start: int = Field(sa_type=BigInteger)
    month_end: int = Field(sa_type=BigInteger)
    figures: dict[str, Any] = Field(sa_type=JSON)
    bundle: dict[str, Any] = Field(sa_type=JSON)
    inputs: dict[str, Any] = Field(sa_type=JSON)
    terms: dict[str, Any] = Field(sa_type=JSON)
    settings_digest: str
    inputs_digest: str
    engine: str
    tzdata: str
    reason: str = ""
    overruled: list[str] = Field(sa_type=JSON)
    difference: list[dict[str, Any]] = Field(sa_type=JSON)
    actor: str
    at: int = Field(sa_type=BigInteger)
    entry_number: int
    entry_digest: str


class Token(Table, table=True):
    """`hash` is the SHA-256 of the token; the token itself is shown once and kept nowhere."""

    no: int | None = Field(default=None, primary_key=True)
    name: str
    scopes: list[str] = Field(sa_type=JSON)
    hash: str = Field(unique=True)
    created_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)


class Outbox(Table, table=True):
    """One message owed to one URL of one channel. The URL is kept as its reference, never resolved.

    A public message is one row with the audience `subscribers`: whoever delivers it knows their addresses.
    `claimed_by` names the hub that tries it until `leased_until`: no other one does before (see `OutboxRows.claim`).
    """

    __table_args__ = (Index("uq_outbox", "event", "channel", "target", unique=True),)

    no: int | None = Field(default=None, primary_key=True)
    event: str  # as `core.alerting.dispatch` and `core.sending` name them
    channel: str
    target: str
    type: str
    title: str
    body: str
    created_at: int = Field(sa_type=BigInteger, index=True)
    next_try: int = Field(sa_type=BigInteger, index=True)
    tries: int = 0
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    failed_at: int | None = Field(default=None, sa_type=BigInteger)
    last_error: str = ""
    attachment_no: int | None = None
    audience: str = Field(sa_column_kwargs={"server_default": "channels"})
    claimed_by: str | None = None
    leased_until: int | None = Field(default=None, sa_type=BigInteger)
    about: list[int] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "[]"})  # episodes
    format: str = Field(sa_column_kwargs={"server_default": "text"})
    link_no: int | None = None  # of the link to acknowledge by, put into the body when it is sent


class AttachmentRow(Table, table=True):
    """A file that messages of the outbox carry, as it was when they were owed. `digest` is of all three."""

    __tablename__ = "attachment"

    no: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    name: str
    content: bytes
    remedy: str


class Counter(Table, table=True):
    """Named numbers: `facts` grows with every change made by a command; `epoch` with every leader."""

    name: str = Field(primary_key=True)
    value: int = 0

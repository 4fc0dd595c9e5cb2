"""The tables of alerts: what rules found, what each channel was told of it, silences, links to acknowledge by."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, false
from sqlmodel import Field

from monitor.storage.table import Table


class Episode(Table, table=True):
    """One firing of one rule for one subject: from `start` until the recovery. `settled`: nothing is left to tell.

    `component` is a component, `component/check`, a location or an agreement; `fired_at` and `ended_at` say when it
    was decided.
    """

    __table_args__ = (
        Index("uq_episode", "rule", "component", "start", unique=True),
        Index("ix_episode_settled", "settled", "ended_at"),
    )

    no: int | None = Field(default=None, primary_key=True)
    rule: str
    component: str
    start: int = Field(sa_type=BigInteger)
    fired_at: int = Field(sa_type=BigInteger)
    recovered_at: int | None = Field(default=None, sa_type=BigInteger)
    channels: list[str] = Field(sa_type=JSON)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    urgency: str = Field(sa_column_kwargs={"server_default": "page"})
    level: int = Field(sa_column_kwargs={"server_default": "1"})
    flapping: bool = Field(sa_column_kwargs={"server_default": false()})
    settled: bool = Field(sa_column_kwargs={"server_default": false()})
    acked_at: int | None = Field(default=None, sa_type=BigInteger)
    acked_by: str = Field(sa_column_kwargs={"server_default": ""})
    facts: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "{}"})


class Telling(Table, table=True):
    """What one channel was told of one episode, as `core.alerting.episode.Told` says it."""

    episode_no: int = Field(primary_key=True, foreign_key="episode.no", sa_column_kwargs={"autoincrement": False})
    channel: str = Field(primary_key=True)
    fired_at: int | None = Field(default=None, sa_type=BigInteger)
    level: int = 0
    flapping: bool = False
    recovered_at: int | None = Field(default=None, sa_type=BigInteger)
    reminders: int = 0
    last_at: int | None = Field(default=None, sa_type=BigInteger)
    held: str = ""
    closed_at: int | None = Field(default=None, sa_type=BigInteger)


class SilenceRow(Table, table=True):
    """A silence that somebody set. No component: all of them."""

    __tablename__ = "silence"

    no: int | None = Field(default=None, primary_key=True)
    components: list[str] = Field(sa_type=JSON)
    start: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)
    reason: str
    by: str
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_by: str = ""


class AckLink(Table, table=True):
    """What a link to acknowledge by is good for: these episodes, once. The link itself is kept nowhere."""

    __tablename__ = "ack_link"

    no: int | None = Field(default=None, primary_key=True)
    episodes: list[int] = Field(sa_type=JSON)
    channel: str
    created_at: int = Field(sa_type=BigInteger)
    used_at: int | None = Field(default=None, sa_type=BigInteger)
    used_by: str = ""


class SigningKey(Table, table=True):
    """What links are signed with: random, made when it is first needed."""

    __tablename__ = "signing_key"

    name: str = Field(primary_key=True)
    value: str

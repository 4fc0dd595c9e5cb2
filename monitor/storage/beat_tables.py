"""The tables of what jobs say of themselves, and of when we could hear it."""

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger
from sqlmodel import Field

from monitor.storage.table import Table


class BeatRow(Table, table=True):
    """One beat of a job. `signal` is its code, `token` the name of the token that came with it."""

    __tablename__ = "beat"
    __table_args__ = (
        CheckConstraint("signal between 0 and 2", name="signal"),
        Index("ix_beat_newest", "check_no", "signal", "at"),
    )

    no: int | None = Field(default=None, primary_key=True)
    check_no: int = Field(foreign_key="check_name.no")
    at: int = Field(sa_type=BigInteger)
    signal: int = Field(sa_type=SmallInteger)
    took_ms: int | None = Field(default=None, sa_type=BigInteger)
    message: str = ""
    token: str = ""


class ListeningRow(Table, table=True):
    """A time in which beats could be heard, but for gaps too short to hide one; the last of them is kept."""

    __tablename__ = "listening"

    since: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    gap: int = Field(sa_type=BigInteger)
    resumed: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)

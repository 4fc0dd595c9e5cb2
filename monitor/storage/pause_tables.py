"""The tables of pauses and of what ended them before their time."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from monitor.storage.table import Table


class PauseRow(Table, table=True):
    """Time in which a component is not probed, append-only."""

    __tablename__ = "pause"
    __table_args__ = (CheckConstraint('"start" < until', name="order"),)

    no: int | None = Field(default=None, primary_key=True)
    component: str = Field(index=True)
    start: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)
    reason: str
    by: str


class ResumptionRow(Table, table=True):
    """What ended a pause before its time, append-only: the key lets it happen once."""

    __tablename__ = "resumption"

    pause_no: int = Field(primary_key=True, foreign_key="pause.no", sa_column_kwargs={"autoincrement": False})
    at: int = Field(sa_type=BigInteger)
    by: str

"""The tables of sealed days: blocks, the days they make, and results that came after."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, LargeBinary, SmallInteger
from sqlmodel import Field

from monitor.storage.tables import ResultColumns, Table


class SealedBlock(Table, table=True):
    """All results of one check from one location on one day; `hours` are for charts. See `core.archive`."""

    __tablename__ = "sealed_block"

    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    check_no: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    location_no: int = Field(primary_key=True, sa_type=SmallInteger, sa_column_kwargs={"autoincrement": False})
    count: int
    digest: str
    hours: list[list[int | None]] = Field(sa_type=JSON)
    block: bytes = Field(sa_type=LargeBinary)


class SealedDay(Table, table=True):
    """How far the sealing of a day has come. `entry` is its newest entry in the ledger, `owed` that one is missing."""

    __tablename__ = "sealed_day"
    __table_args__ = (CheckConstraint("stage in ('sealing', 'sweeping', 'sealed', 'removed')", name="stage"),)

    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    stage: str
    position: int = Field(default=0, sa_type=BigInteger)
    owed: bool = False
    entry: int | None = None


class LateResult(ResultColumns, table=True):
    """A result that came when its day was sealed already; it waits to be sealed with it again."""

    __tablename__ = "late_result"
    __table_args__ = (
        CheckConstraint("outcome between 0 and 3", name="outcome"),
        {"sqlite_with_rowid": False},
    )

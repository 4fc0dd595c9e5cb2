"""The table of what agents last said of themselves."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from monitor.storage.tables import Table


class ContactRow(Table, table=True):
    """What the agent of a part of a location last said of itself. `skew_ms` to `oldest`: None until it has pushed."""

    __tablename__ = "location_contact"

    location_no: int = Field(primary_key=True, foreign_key="location.no", sa_column_kwargs={"autoincrement": False})
    part: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    parts: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seen_at: int = Field(sa_type=BigInteger)
    protocol: int
    version: str
    skew_ms: int | None = Field(default=None, sa_type=BigInteger)
    backlog: int | None = Field(default=None, sa_type=BigInteger)
    dropped: int | None = Field(default=None, sa_type=BigInteger)
    oldest: int | None = Field(default=None, sa_type=BigInteger)
    blind_since: int | None = Field(default=None, sa_type=BigInteger)
    skewed_since: int | None = Field(default=None, sa_type=BigInteger)
    dropped_since: int | None = Field(default=None, sa_type=BigInteger)
    dropped_last: int | None = Field(default=None, sa_type=BigInteger)

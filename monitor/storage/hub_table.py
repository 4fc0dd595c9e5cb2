"""The table of hubs that work on one database."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from monitor.storage.table import Table


class HubRow(Table, table=True):
    """A process that serves this database; rows of those that ended go in time. `epoch` is the one it led in last:
    whoever has the counter's leads. `settings` is the digest of what it was told, without its addresses."""

    __tablename__ = "hub"

    name: str = Field(primary_key=True)
    version: str
    settings: str
    started_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    epoch: int | None = None

"""The table of what the spools of hubs had to give up."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from monitor.storage.table import Table


class LossRow(Table, table=True):
    """How many results of a location a hub's spool ever gave up. `spool` names its folder, unlike all others."""

    __tablename__ = "loss"

    spool: str = Field(primary_key=True)
    location_no: int = Field(primary_key=True, foreign_key="location.no", sa_column_kwargs={"autoincrement": False})
    results: int = Field(sa_type=BigInteger)
    since: int | None = Field(default=None, sa_type=BigInteger)
    last: int | None = Field(default=None, sa_type=BigInteger)

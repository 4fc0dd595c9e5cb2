"""The table of components that were given another id."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from monitor.storage.table import Table


class RenamingRow(Table, table=True):
    """A component that was called `was` and is called `id` from then on, append-only."""

    __tablename__ = "renaming"

    no: int | None = Field(default=None, primary_key=True)
    was: str
    id: str
    at: int = Field(sa_type=BigInteger)
    actor: str

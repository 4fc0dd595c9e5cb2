"""The table of recurrences."""

from sqlmodel import Field

from monitor.storage.table import Table


class RecurrenceRow(Table, table=True):
    """A maintenance that was announced as an occurrence, and the first one of its recurrence."""

    __tablename__ = "recurrence"

    maintenance: str = Field(primary_key=True)
    series: str = Field(index=True)

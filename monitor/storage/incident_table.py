"""The table of incidents."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field

from monitor.storage.table import Table


class IncidentRow(Table, table=True):
    """One event of an incident, append-only. `body`: what it says, as `storage.incidents` writes it."""

    __tablename__ = "incident_event"
    __table_args__ = (Index("uq_incident_event", "incident", "number", unique=True),)

    no: int | None = Field(default=None, primary_key=True)
    incident: str
    number: int  # among the events of its incident
    action: str
    at: int = Field(sa_type=BigInteger)
    entered_at: int = Field(sa_type=BigInteger)
    actor: str
    body: dict[str, Any] = Field(sa_type=JSON)

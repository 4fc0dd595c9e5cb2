"""The table of vendor reports."""

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint
from sqlmodel import Field

from monitor.storage.table import Table


class VendorReport(Table, table=True):
    """What a vendor said of its own service, append-only. `outages`: start, end, state and note of each."""

    __tablename__ = "vendor_report"
    __table_args__ = (CheckConstraint('"start" < "end"', name="order"),)

    no: int | None = Field(default=None, primary_key=True)
    component: str
    start: int = Field(sa_type=BigInteger)
    end: int = Field(sa_type=BigInteger)
    outages: list[dict[str, Any]] = Field(sa_type=JSON)
    source: str
    evidence: str = ""
    entered_at: int = Field(sa_type=BigInteger)
    entered_by: str

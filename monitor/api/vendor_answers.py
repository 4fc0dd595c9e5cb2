"""Vendor reports as they are answered, described; see `answers`."""

from pydantic import Field

from monitor.api.answered import Answered, Piece


class VendorOutageSeen(Answered):
    start: str
    end: str
    seconds: int
    state: str = Field(description="down or degraded")
    note: str | None


class VendorReported(Answered):
    """What a vendor reported of a component that is not probed, and who entered it."""

    id: str
    component: str
    start: str
    end: str
    seconds: int
    outages: list[VendorOutageSeen]
    down_seconds: int
    source: str
    evidence: str | None
    entered_at: str
    entered_by: str
    enterer_proven: bool


class VendorCounts(VendorReported):
    """With what of the month it decides: a report entered later counts where both speak."""

    counts: list[Piece]


class VendorSource(Answered):
    """Where the seconds of a component that is not probed are from."""

    component: str
    reports: list[VendorCounts]
    not_reported: list[Piece]

"""Incidents as they are answered, described; see `answers`."""

from pydantic import Field

from monitor.api.answered import Answered


class SeverityOf(Answered):
    rank: int = Field(description="1 is the gravest.")
    label: str


class ImpactTurn(Answered):
    at: str
    component: str
    impact: str


class ClockSeen(Answered):
    kind: str = Field(description="respond, resolve, update or postmortem")
    due: str
    done_at: str | None
    late: bool


class MeasuredSeen(Answered):
    """An outage that we measured in one of its components."""

    id: str
    component: str
    start: str
    end: str | None
    down_seconds: int


class UpdateSeen(Answered):
    number: int
    at: str
    entered_at: str
    actor: str
    phase: str
    text: dict[str, str]
    impacts: dict[str, str]
    edited_at: str | None
    earlier: list[dict[str, str]] = Field(description="Its texts before they were edited, oldest first.")


class PreventiveActionSeen(Answered):
    what: str
    owner: str
    due: str


class PostmortemSeen(Answered):
    text: dict[str, str]
    written_at: str
    actor: str
    published_at: str | None
    actions: list[PreventiveActionSeen]
    missing: list[str] = Field(description="What keeps it from being published.")


class IncidentSeen(Answered):
    """An incident as it stands."""

    id: str
    title: dict[str, str]
    status: str
    phase: str
    public: bool
    severity: SeverityOf
    started: str
    opened_at: str
    published_at: str | None
    resolved_at: str | None
    next_update: str | None
    impacts: dict[str, str]
    impact_history: list[ImpactTurn]
    clocks: list[ClockSeen]
    measured: list[MeasuredSeen]
    updates: list[UpdateSeen]
    merged_into: str | None
    absorbed: list[str]
    postmortem: PostmortemSeen | None

"""Requests, decisions and maintenance as they are answered, described; see `answers`."""

from pydantic import Field

from monitor.api.answers import Answered, Share


class AccountNumbers(Answered):
    down_seconds: int
    degraded_seconds: int
    excluded_seconds: int
    unknown_seconds: int
    measured_seconds: int
    availability_percent: Share


class EffectOn(Answered):
    """What an approval does to one account."""

    kind: str
    id: str
    month: str
    before: AccountNumbers
    after: AccountNumbers


class Requested(Answered):
    """An exclusion or correction as it stands."""

    id: str
    type: str
    status: str = Field(description="pending, approved or rejected")
    kind: str
    component: str
    check: str | None = Field(description="Of a correction of one check; null: the whole component.")
    start: str
    end: str
    seconds: int
    reason: str
    evidence: str | None
    requested_at: str
    requested_by: str
    requester_proven: bool
    decided_at: str | None
    decided_by: str | None
    decision_reason: str | None
    counts: str


class RequestedWithEffects(Requested):
    """With what an approval does to figures."""

    effects: list[EffectOn]
    says: list[str] | None = Field(None, description="The same in sentences, after a change.")


class NoticePiece(Answered):
    start: str
    end: str
    announced_at: str
    eligible: bool = Field(description="Announced in time: it does not count as downtime.")
    counts_until: str | None


class MaintenancePart(Answered):
    id: str
    notices: list[NoticePiece]


class MaintenanceEvent(Answered):
    action: str
    at: str
    published: bool
    actor: str


class Maintained(Answered):
    """A maintenance, its notices and what was done when, by whom."""

    id: str
    title: str
    description: str
    status: str = Field(description="not published yet, announced, under way, over, completed or cancelled")
    published: bool
    published_at: str | None
    start: str
    end: str
    closed_at: str | None
    latest_moment: str = Field(description="The last moment at which a notice of it would have been in time.")
    components: list[MaintenancePart]
    events: list[MaintenanceEvent]


class MaintainedWithWords(Maintained):
    """With what the change is worth, in sentences."""

    says: list[str]

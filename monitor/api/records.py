"""Requests, decisions, maintenance and the books as they are answered, described; see `answers`."""

from pydantic import Field

from monitor.api.answered import Answered, Share
from monitor.api.answers import Changed
from monitor.api.problems import NotClosed
from monitor.api.proofs import Bundled, LedgerHead


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


class MaintenanceSeries(Answered):
    """Occurrences of recurring work, each a maintenance of its own."""

    series: str = Field(description="The first one's id.")
    maintenances: list[Maintained]
    says: list[str]


class ClosedMonth(Answered):
    """A month as it was closed (revision 0) or revised."""

    subject: str = Field(description="agreement or objective")
    id: str
    month: str
    revision: int
    zone: str
    month_start: str
    month_end: str
    settings: str = Field(description="Digest of the settings that were in force.")
    engine: str
    tzdata: str
    reason: str
    overruled: list[str] = Field(description="What spoke against it and was answered by the reason.")
    difference: list[Changed] = Field(description="What the revision changed.")
    by: str
    at: str
    figures: dict[str, object]
    digest: str = Field(description="Of the header (subject to at), the figures and the digests of the long parts.")
    ledger_entry: LedgerHead | None


class ClosedWhole(ClosedMonth):
    """With everything that its figures were made of."""

    digests: dict[str, str] = Field(description="Of bundle, inputs and terms.")
    bundle: Bundled
    inputs: dict[str, object] = Field(description="The whole account: spans, notices, requests, decisions, service.")
    terms: dict[str, object]


class MonthClosed(Answered):
    """What became of closing a month: each by itself."""

    month: str
    closed: list[ClosedMonth]
    refused: list[NotClosed]


class Proposed(Answered):
    """What a revision of a closed month would change."""

    subject: str
    id: str
    month: str
    revision: int = Field(description="The newest one.")
    digest: str
    figures: list[Changed]
    facts: list[str] = Field(description="A sentence for each, to the second.")
    says: str = Field(description="The figures that people read, in a line.")


class LedgerVerified(Answered):
    entries: int
    wrong: list[str]


class MonthVerified(Answered):
    subject: str
    id: str
    month: str
    revision: int
    digest: str
    holds: bool
    wrong: list[str]


class Verified(Answered):
    """The books of a month held against what is stored now, and the ledger."""

    holds: bool
    ledger: LedgerVerified
    months: list[MonthVerified]
    checked: list[str] = Field(description="What was looked at, in sentences.")
    not_checked: list[str]

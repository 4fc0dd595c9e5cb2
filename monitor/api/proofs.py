"""Evidence as it is answered, described; see `answers`."""

from pydantic import Field

from monitor.api.answered import Answered


class SpanFacts(Answered):
    state: str
    start: str
    end: str


class ExclusionFacts(Answered):
    kind: str
    check: str | None = Field(None, description="Of a correction of one check.")
    start: str
    end: str
    announced_at: str | None
    approved: bool | None
    completed_at: str | None
    cancelled_at: str | None


class MemberFacts(Answered):
    id: str
    spans: list[SpanFacts]
    exclusions: list[ExclusionFacts]
    service_from: str | None = None
    service_until: str | None = None


class LedgerHead(Answered):
    number: int
    digest: str


class ScheduleFacts(Answered):
    """A credit schedule: bands, or so much for each percent below. Percentages."""

    bands: list[tuple[str, str, str]] | None = Field(None, description="From, to just under, credit.")
    per: str | None = None
    below: str | None = None
    step: str | None = None
    cap: str | None


class FeeFacts(Answered):
    amount: str
    currency: str | None


class Sealed(Answered):
    """Where the books of a month stand."""

    state: str = Field(description="closed or revised")
    revision: int
    digest: str = Field(description="Of the closing; the ledger says it.")


class Bundled(Answered):
    """What a figure is made of, as it is closed."""

    name: str
    zone: str
    month: str
    month_start: str
    month_end: str
    tzdata: str
    target: str
    degraded_weight: str
    min_outage_seconds: int
    notice_seconds: int
    maintenance_cap_seconds: int | None = Field(None, description="Of an agreement that has one.")
    excludes: list[str]
    as_of: str | None = None
    spans: list[SpanFacts] | None = Field(None, description="Of a single component.")
    exclusions: list[ExclusionFacts] | None = Field(None, description="Of a single component.")
    service_from: str | None = None
    service_until: str | None = None
    components: list[MemberFacts] | None = Field(None, description="Of an agreement.")
    schedules: dict[str, ScheduleFacts] | None = Field(None, description="Credit schedules, once the month is over.")
    credit_schedules: list[str] | None = Field(None, description="Which of them give `credit_percent`.")
    engine: str
    resolution_seconds: int


class EvidenceBundle(Bundled):
    """What a figure is made of; `janji recompute` gives the same figure from it. Holds nothing internal."""

    fee: FeeFacts | None = Field(None, description="Of the month: turns `credit_percent` into an amount.")
    ledger_head: LedgerHead | None = Field(description="Of a closed month the entry that sealed it.")
    books: Sealed | None = Field(None, description="Of a closed month.")


class EvidencePeriod(Answered):
    """Every month's bundle of a month, quarter or year; `janji recompute` reads all of them."""

    period: str
    vectors: list[EvidenceBundle]

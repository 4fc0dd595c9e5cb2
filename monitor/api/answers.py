"""Figures as they are answered, described: the dictionaries that the commands print with `--json`. The models describe
and never make: a test reads every answer with them. A client ignores fields that it does not know."""

from pydantic import Field

from monitor.api.answered import Answered, Piece, Share
from monitor.api.pause_answers import PauseSeen
from monitor.api.vendor_answers import VendorSource
from monitor.settings.hub import AgreementSettings


class Changed(Answered):
    """A field of the books that would read otherwise."""

    field: str
    old: object
    new: object


class Proposal(Answered):
    """What a revision would change."""

    figures: list[Changed]
    facts: list[str]


class Figures(Answered):
    """An account's month in a line: a component against its objective, or an agreement. Seconds are whole, exact
    values are texts; null where it is not known or there is no target."""

    kind: str = Field(description="component or agreement")
    id: str
    name: str
    components: list[str] | None = Field(None, description="Of an agreement.")
    month: str
    zone: str
    month_start: str
    month_end: str
    as_of: str = Field(description="How far it is settled.")
    target_percent: Share
    degraded_weight: str = Field(description="What share of degraded time counts as down: 3/10; 0/1 for components.")
    min_outage_seconds: int = Field(description="Outages shorter than this count as up.")
    maintenance_cap_seconds: int | None = Field(description="At most so much maintenance is excluded in the month.")
    outcome: str = Field(
        description="met, breached or indeterminate when the month is over; on track, at risk or lost while it runs; "
        "no data; not judged without a target"
    )
    window_start: str
    window_end: str
    total_seconds: int
    excluded_seconds: int
    unknown_seconds: int
    up_seconds: int
    degraded_seconds: int
    down_seconds: int
    downtime_equivalent_seconds: str
    agreed_seconds: int
    measured_seconds: int
    availability: str | None = Field(description="The reduced fraction: 1079/1080.")
    availability_percent_trunc4: Share = Field(description="Cut off after four decimals, never rounded up.")
    lower_bound_percent_trunc4: Share
    upper_bound_percent_trunc4: Share
    allowed_downtime_seconds: str | None
    met: bool | None
    verdict: str | None
    final: bool
    month_budget_seconds: str | None = Field(None, description="While the month runs.")
    budget_left_seconds: str | None = Field(None, description="While the month runs.")
    budget_used_percent_trunc4: Share = Field(None, description="While the month runs.")
    credit_percent: dict[str, str | None] | None = Field(None, description="By schedule, where there is one.")
    left_seconds: str | None
    as_measured_percent_trunc4: Share = Field(description="With nothing taken out: no maintenance, no exclusion.")
    outages: int
    slot_seconds: int
    resolution_seconds: int = Field(description="The most by which the downtime can be off: outages × slot.")
    credit: str | None = Field(None, description="Whether a credit is owed, by an agreement that has a schedule.")
    credit_amount: str | None = None
    currency: str | None = None
    fee: str | None = None
    books: str = Field(description="running, provisional, closed or revised")
    revision: int | None
    digest: str | None = Field(description="Of the books, once they are closed.")
    closed_by: str | None = None
    closed_at: str | None = None
    closed_why: str | None = None
    difference: object = Field(None, description="What the last revision changed.")
    revision_proposed: Proposal | None = Field(None, description="What differs from the books by now.")


class Month(Answered):
    """A month of everything that was in service."""

    month: str
    components: list[Figures]
    agreements: list[Figures]
    resolution: str


class FiguresOfPeriod(Answered):
    """Several months of one component or agreement: seconds are summed, percentages never averaged. It has no verdict
    of its own: a promise is one of each month."""

    kind: str = Field(description="component or agreement")
    id: str
    name: str
    zone: str
    window_start: str
    window_end: str
    total_seconds: int
    up_seconds: int
    degraded_seconds: int
    down_seconds: int
    unknown_seconds: int
    excluded_seconds: int
    measured_seconds: int
    downtime_equivalent_seconds: str
    availability: str | None
    availability_percent_trunc4: Share
    final: bool
    outages: int
    outcomes: dict[str, int] = Field(description="How many months ended how.")
    credits: dict[str, str] | None = Field(None, description="Sums by currency, of an agreement.")
    credits_to_decide: int | None = Field(None, description="Months in no sum, of an agreement.")
    by_month: list[Figures]


class Period(Answered):
    """A quarter or a year of everything that was in service."""

    period: str
    months: list[str]
    components: list[FiguresOfPeriod]
    agreements: list[FiguresOfPeriod]
    resolution: str


class OutageSeen(Answered):
    id: str
    components: list[str]
    start: str
    end: str | None = Field(description="null: it goes on.")
    seconds_in_month: int
    counted_seconds: int
    began_before: bool
    shorter_than_counts: bool = Field(description="By the agreement's least outage: it counts as up.")
    inferred: list[Piece]
    reason: str | None
    reason_text: str | None
    locations: list[str]


class WindowSeen(Answered):
    maintenance: str
    title: str
    component: str
    start: str
    end: str
    announced_at: str
    ahead_seconds: int
    needed_seconds: int
    ended_at: str | None
    excluded: Piece | None
    beyond_cap: Piece | None = Field(description="What counts of it because the month's cap is used up.")
    why: str


class DecisionSeen(Answered):
    id: str
    type: str
    status: str
    kind: str
    component: str
    check: str | None = Field(description="null: the whole component.")
    start: str
    end: str
    reason: str
    evidence: str | None
    requested_by: str
    decided_by: str | None
    taken: list[Piece]


class Plain(Answered):
    """What was measured, without any exclusion."""

    measured_seconds: int
    up_seconds: int
    degraded_seconds: int
    down_seconds: int
    unknown_seconds: int
    availability: str | None
    availability_percent_trunc4: Share


class Explained(Figures):
    """A figure opened into the seconds that made it."""

    month_seconds: int
    out_of_service_seconds: int
    to_come_seconds: int
    maintenance_seconds: int
    beyond_cap_seconds: int = Field(description="Maintenance announced in time that counts: beyond the month's cap.")
    down: list[Piece]
    degraded: list[Piece]
    short_outages: list[Piece] = Field(description="Seen down for less than what counts by agreement: up.")
    not_measured: list[Piece]
    excluded: list[Piece]
    outages_seen: list[OutageSeen]
    windows: list[WindowSeen]
    decisions: list[DecisionSeen]
    vendor_reports: list[VendorSource] = Field(description="Of the components that are not probed.")
    pauses: list[PauseSeen] = Field(description="Time in which somebody had a component not probed: unknown.")
    without_exclusions: Plain
    exclusions_change: dict[str, int]
    credit_rule: dict[str, object] | None = Field(None, description="The band or slope that was looked up.")
    resolution: str
    says: list[str] = Field(description="The same in sentences, line by line.")


class Agreement(AgreementSettings):
    """What a customer is promised: the terms as the settings hold them, every default written out, and its target and
    lengths in numbers."""

    target_percent: str
    notice_seconds: int
    min_outage_seconds: int
    maintenance_cap_seconds: int | None


class Supposed(Answered):
    """The whole month with so much more downtime and nothing else."""

    down_seconds: int
    availability: str | None
    availability_percent_trunc4: Share
    verdict: str | None
    credit: str
    credit_percent: str | None
    credit_amount: str | None


class Outlook(Answered):
    """What is left of a running month, until when at the pace so far, and what more downtime would make of it."""

    id: str
    name: str
    month: str
    zone: str
    as_of: str
    target_percent: str
    month_budget_seconds: str
    used_seconds: str
    budget_left_seconds: str = Field(description="Negative when overdrawn.")
    outlook: str | None
    pace: str | None = Field(description="The share of the measured time that was lost so far, as a fraction.")
    runs_out_at: str | None = Field(description="null: at that pace it lasts the month, or it is lost already.")
    currency: str | None
    what_if: list[Supposed] = Field(description="The first supposes no more downtime.")
    says: list[str] = Field(description="The same in sentences.")


class OpenApi(Answered):
    """This document."""

    openapi: str
    info: dict[str, object]
    paths: dict[str, object]
    components: dict[str, object]

"""The monthly review: all accounts of a month side by side, total downtime, maintenance, and what was broken.

Made of accounts and of the month's public incidents. Components are judged in the page's zone, agreements in their
own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from monitor.core.account import Account, Window
from monitor.core.books import Stage
from monitor.core.calendar import format_instant
from monitor.core.credit import CreditState
from monitor.core.decision import Case
from monitor.core.downtime import Downtime, downtime
from monitor.core.incident import ENGLISH
from monitor.core.interval import intersect, seconds_in, union
from monitor.core.ledger import Entry
from monitor.core.model import Interval, Seconds, State
from monitor.core.text import percent
from monitor.reader.told_incidents import NO_INCIDENTS, ToldIncidents
from monitor.reports import incident_block
from monitor.reports.explanation import ExplainedOutage, Explanation, explain
from monitor.reports.rows import Outcome, Row, facts
from monitor.reports.witnesses import unasked

GOOD = frozenset({Outcome.MET, Outcome.ON_TRACK})
BROKEN = frozenset({Outcome.BREACHED, Outcome.LOST})


@dataclass(frozen=True, slots=True)
class Planned:
    """A window of a component, cut to the month. `overrun`: how long it then stayed down past the announced end."""

    account: Account
    window: Window
    in_time: bool
    planned: Interval
    excluded: Seconds
    overrun: Seconds


@dataclass(frozen=True)
class Review:
    """A month of everything. `head` is the ledger's newest entry, for a month whose books are still open."""

    label: str
    opened: tuple[Explanation, ...]
    head: Entry | None
    incidents: ToldIncidents = NO_INCIDENTS

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(item.row for item in self.opened)

    @property
    def components(self) -> tuple[Explanation, ...]:
        return tuple(item for item in self.opened if not item.account.agreement)

    @property
    def agreements(self) -> tuple[Explanation, ...]:
        return tuple(item for item in self.opened if item.account.agreement)

    @property
    def first(self) -> Account:
        """Whose month and zone the review names."""
        return self.opened[0].account

    @property
    def final(self) -> bool:
        return all(item.account.final for item in self.opened)

    @property
    def sealed(self) -> bool:
        """Whether all that is judged is closed; what has no target never is."""
        judged = [item.account.books.stage for item in self.opened if item.account.target is not None]
        return bool(judged) and all(stage in (Stage.CLOSED, Stage.REVISED) for stage in judged)

    @cached_property
    def downtime(self) -> Downtime:
        """Of the components: each one's, added up, and with at least one down."""
        return downtime(item.account.combination.down for item in self.components)

    @property
    def broken(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.outcome in BROKEN)

    @cached_property
    def maintenance(self) -> tuple[Planned, ...]:
        """What was announced, by start."""
        found = [_planned(item.account, window) for item in self.components for window in item.account.windows]
        return tuple(sorted(found, key=lambda item: (item.planned.start, item.account.id)))

    def maintenance_seconds(self, *, in_time: bool) -> Seconds:
        """Announced in time or too late, the components added up; where a component's windows overlap, once."""
        pieces: dict[str, list[Interval]] = {}
        for item in self.maintenance:
            if item.in_time is in_time:
                pieces.setdefault(item.account.id, []).append(item.planned)
        return sum(seconds_in(each) for each in pieces.values())

    @property
    def overrun_seconds(self) -> Seconds:
        """Where windows of a component end together, the time after them is counted once."""
        return sum({(item.account.id, item.planned.end): item.overrun for item in self.maintenance}.values())

    @property
    def cases(self) -> tuple[tuple[Account, Case], ...]:
        """Each request once, with an account that it matters to: an agreement's before a component's."""
        found: dict[str, tuple[Account, Case]] = {}
        for item in (*self.agreements, *self.components):
            for case in item.account.cases:
                found.setdefault(case.request.id, (item.account, case))
        return tuple(sorted(found.values(), key=lambda pair: (pair[1].request.start, pair[1].request.id)))

    @property
    def credits(self) -> dict[str, Decimal]:
        """The sum of what is owed, by currency; what needs a decision is in no sum."""
        found: dict[str, Decimal] = {}
        for item in self.agreements:
            amount, currency = item.account.credit.amount, item.account.credit_terms.currency
            if amount is not None and currency is not None:
                found[currency] = found.get(currency, Decimal(0)) + amount
        return found

    @property
    def undecided(self) -> int:
        """How many agreements' credits need a decision."""
        return sum(item.account.credit.state is CreditState.NEEDS_DECISION for item in self.agreements)


def review(accounts: Sequence[Account], head: Entry | None, incidents: ToldIncidents = NO_INCIDENTS) -> Review:
    """The review of one month's accounts, components first. Raises ValueError for none, or for several months."""
    labels = {account.label for account in accounts}
    if len(labels) != 1:
        raise ValueError("a review is of one month, in which something was in service")
    return Review(labels.pop(), tuple(explain(account, unasked) for account in accounts), head, incidents)


def judged(found: Sequence[Explanation]) -> tuple[int, int]:
    """How many are kept, or on track while the month runs, of how many that have a target."""
    outcomes = [item.row.outcome for item in found if item.account.target is not None]
    return sum(outcome in GOOD for outcome in outcomes), len(outcomes)


def document(found: Review) -> dict[str, object]:
    """The review as JSON values, every duration in seconds."""
    total = found.downtime
    return {
        "month": found.label,
        "final": found.final,
        "components": [facts(item.row) for item in found.components],
        "agreements": [facts(item.row) for item in found.agreements],
        "downtime": {
            "components": [
                {"id": item.account.id, "down_seconds": seconds}
                for item, seconds in zip(found.components, total.parts, strict=True)
            ],
            "added_seconds": total.added,
            "overlap_seconds": total.overlap,
            "union_seconds": total.union,
        },
        "breaches": [{"id": row.account.id, "outcome": row.outcome.value, **_owed(row)} for row in found.broken],
        "outages": [_outage(item.account, each) for item in found.components for each in item.outages],
        "maintenance": [_window(item) for item in found.maintenance],
        "maintenance_in_time_seconds": found.maintenance_seconds(in_time=True),
        "maintenance_late_seconds": found.maintenance_seconds(in_time=False),
        "maintenance_overrun_seconds": found.overrun_seconds,
        "requests": [_case(case) for _, case in found.cases],
        "coverage": [_coverage(item.account) for item in found.opened],
        "credits": {currency: str(amount) for currency, amount in found.credits.items()},
        "credits_to_decide": found.undecided,
        **incident_block.document(found.incidents, ENGLISH),
    }


def _planned(account: Account, window: Window) -> Planned:
    notice, month = window.notice, account.month
    planned = Interval(max(notice.start, month.start), min(notice.end, month.end))
    accepted = account.accepted(window)
    excluded = () if accepted is None else intersect([accepted], account.combination.excluded)
    down = union(Interval(span.start, span.end) for span in account.spans if span.state is State.DOWN)
    after = [Interval(notice.end, run.end) for run in down if run.start < notice.end < run.end]
    overrun = seconds_in(intersect(after, account.combination.down))
    return Planned(account, window, accepted is not None, planned, seconds_in(excluded), overrun)


def _owed(row: Row) -> dict[str, object]:
    if not row.account.agreement:
        return {}
    owed = row.account.credit
    amount = None if owed.amount is None else str(owed.amount)
    return {"credit": owed.state.value, "credit_amount": amount, "currency": row.account.credit_terms.currency}


def _outage(account: Account, item: ExplainedOutage) -> dict[str, object]:
    return {
        "component": account.id,
        "start": format_instant(item.cut.start),
        "end": format_instant(item.cut.end),
        "down_seconds": item.counted,
        "began_before": item.carried,
        "ongoing": item.ongoing,
    }


def _window(item: Planned) -> dict[str, object]:
    notice = item.window.notice
    return {
        "maintenance": item.window.maintenance,
        "component": item.account.id,
        "start": format_instant(notice.start),
        "end": format_instant(notice.end),
        "announced_at": format_instant(notice.announced_at),
        "in_time": item.in_time,
        "planned_seconds": item.planned.length,
        "excluded_seconds": item.excluded,
        "overrun_seconds": item.overrun,
    }


def _case(case: Case) -> dict[str, object]:
    request = case.request
    return {
        "id": request.id,
        "type": request.type.value,
        "kind": request.kind,
        "status": case.status.value,
        "component": request.component,
        "start": format_instant(request.start),
        "end": format_instant(request.end),
    }


def _coverage(account: Account) -> dict[str, object]:
    figure, plain = account.figure, account.plain
    return {
        "id": account.id,
        "measured_seconds": figure.measured_seconds,
        "unknown_seconds": figure.unknown_seconds,
        "coverage_percent_trunc4": None if figure.coverage is None else percent(figure.coverage),
        "without_exclusions_percent_trunc4": None if plain.availability is None else percent(plain.availability),
        "availability_percent_trunc4": None if figure.availability is None else percent(figure.availability),
    }

"""The judge: takes inbox rows, brings timelines up to the watermark, writes alerts owed. One per database.

One step is one transaction: a kill anywhere leaves the inbox rows or nothing, and judging twice writes the same
rows. All rules are in `core`; this module only fetches what they need and stores what they return.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select
from sqlmodel import col

from monitor.core.alert import Plan
from monitor.core.model import Interval, Seconds, Span
from monitor.core.schedule import slot_of
from monitor.core.timeline import Corrections, Terms, grace, judge, revise, settled_until
from monitor.storage import decisions, ledger
from monitor.storage import spans as span_rows
from monitor.storage.alerting import Alerts
from monitor.storage.reported import Checks, Reported, ReportsByCheck
from monitor.storage.spans import Change
from monitor.storage.tables import Component, Inbox
from monitor.storage.terms import read_terms

_INBOX_LIMIT = 500
_LONG_AGO = -(2**62)
_TAIL = 50
_NEAR: Seconds = 3600
"""Touched slots at most so far apart are judged as one period."""


@dataclass(slots=True)
class _Component:
    """What the judge remembers of a component between steps; all of it can be read again."""

    no: int
    id: str
    bridge: Seconds
    since: Seconds
    watermark: Seconds
    checks: Checks
    shortest: Seconds  # of all its slots
    order: list[int]  # its checks; the one that held it up last comes first
    tail: list[Span] = field(default_factory=list)
    deadline: Seconds = _LONG_AGO

    @property
    def longest(self) -> Seconds:
        """Of all its slots."""
        return max((terms.every for versions in self.checks.values() for terms in versions), default=1)

    @property
    def retired(self) -> Seconds | None:
        """When its last check went out of force; None while any is in force. What follows is not the judge's."""
        ends = [versions[-1].end for versions in self.checks.values()]
        return None if None in ends else max((end for end in ends if end is not None), default=self.since)

    def late(self, touched: Sequence[Interval]) -> list[Interval]:
        """The touched periods, grown to whole slots, as far as they are settled already."""
        reach = self.longest - 1
        last = self.watermark if self.retired is None else min(self.watermark, self.retired)
        grown = (Interval(max(self.since, item.start), min(last, item.end + reach)) for item in touched)
        return [item for item in grown if item.start < item.end]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one step did: by component id, what changed; `more` when the inbox holds further rows."""

    changes: Mapping[str, Change]
    more: bool


class Judge:
    """Keeps tails of timelines in memory, so that an uneventful slot costs one small update."""

    def __init__(self, plan: Plan, agents: Collection[str] = frozenset()) -> None:
        """`agents` names the locations whose results travel."""
        self._alerts = Alerts(plan)
        self._agents = agents
        self._components: dict[int, _Component] | None = None
        self._corrections: tuple[int, Mapping[str, Corrections]] | None = None
        self._reported = Reported()

    def forget(self) -> None:
        """Reads everything afresh at the next step: after new settings, a rollback or a take-over."""
        self._components = None
        self._corrections = None
        self._alerts.forget()

    def replan(self, plan: Plan, agents: Collection[str] = frozenset()) -> None:
        """Owes alerts by another plan, and waits for other agents, from the next step on."""
        self._alerts = Alerts(plan)
        self._agents = agents

    def step(self, connection: Connection, now: Seconds) -> Judged:
        """Judges what came in and what has become due by `now`."""
        components = self._components = self._components or self._load(connection)
        rows = connection.execute(select(Inbox).order_by(col(Inbox.no)).limit(_INBOX_LIMIT)).all()
        self._look_up_corrections(connection)
        touched = _periods(row.touched for row in rows)
        due = [component for component in components.values() if component.no in touched or component.deadline <= now]
        live: ReportsByCheck = defaultdict(dict)
        self._reported.live(connection, live, ((component.checks, component.watermark) for component in due), now)
        changes: dict[str, Change] = {}
        for component in due:
            change = self._judge(connection, component, touched.get(component.no, []), live, now)
            if change is not None:
                changes[component.id] = change
        span_rows.write(connection, changes.values())
        self._alerts.owe(connection, changes.values(), self._everies(changes.values()), now)
        if rows:
            connection.execute(delete(Inbox).where(col(Inbox.no).in_([row.no for row in rows])))
        return Judged(changes, more=len(rows) == _INBOX_LIMIT)

    def _judge(
        self,
        connection: Connection,
        component: _Component,
        touched: Sequence[Interval],
        live: ReportsByCheck,
        now: Seconds,
    ) -> Change | None:
        if component.retired is not None:
            _reread(connection, component)
        watermark = self._settle(component, live, now)
        pieces: list[tuple[Interval, ReportsByCheck]] = []
        for period in component.late(touched):
            low = period.start - component.longest
            pieces.append((period, self._reported.between(connection, low, period.end, component.order)))
        if watermark > component.watermark:
            pieces.append((Interval(component.watermark, watermark), live))
        if not pieces:
            return None
        old = self._context(connection, component, pieces[0][0].start - component.bridge)
        new = list(old)
        for period, reports in pieces:
            new = revise(new, self._judged(component, reports, period), component.bridge)
        change = Change(component.no, component.id, tuple(old), tuple(new), component.watermark, watermark)
        component.watermark = watermark
        component.tail = [span for span in new if span.end >= watermark - component.bridge][-_TAIL:]
        return change

    def _judged(self, component: _Component, reports: ReportsByCheck, period: Interval) -> list[Span]:
        checks = component.checks
        _, corrections = self._corrections or (0, {})
        return judge(
            (terms for versions in checks.values() for terms in versions),
            {versions[0].check: reports.get(no, {}) for no, versions in checks.items()},
            period.start,
            period.end,
            corrections.get(component.id, {}),
        )

    def _look_up_corrections(self, connection: Connection) -> None:
        """Reads them again once a command changed any facts. Comes after the inbox: an approval lies there too, so that
        what is judged for it is judged with it."""
        facts = ledger.counter(connection, "facts")
        if self._corrections is None or self._corrections[0] != facts:
            self._corrections = (facts, decisions.check_corrections(connection) if facts else {})

    def _settle(self, component: _Component, reports: ReportsByCheck, now: Seconds) -> Seconds:
        """The new watermark, never before the old one; sets the next deadline."""
        marks: list[tuple[Seconds, Seconds, Seconds]] = []
        ends: list[Seconds] = []
        for no in component.order:
            versions = component.checks[no]
            critical = [terms for terms in versions if terms.critical]
            mark = settled_until(critical, reports.get(no, {}), now, component.watermark, self._agents)
            if mark is not None:
                terms = _in_force(critical, mark)
                every = terms.every
                marks.append((mark, every, grace(terms, self._agents)))
                if mark == component.watermark and every == component.shortest:
                    # No other check can be further behind, nor be due sooner.
                    component.order.remove(no)
                    component.order.insert(0, no)
                    break
            elif critical:
                ends.append(critical[-1].end or component.watermark)
        if not marks:
            # Retired: settled to the end of the last terms, and nothing is due any more.
            component.deadline = now + _NEAR
            return max(component.watermark, *ends) if ends else component.watermark
        watermark, every, waits = min(marks)
        watermark = max(watermark, component.watermark)
        component.deadline = slot_of(watermark, every) + every + waits
        return watermark

    def _context(self, connection: Connection, component: _Component, after: Seconds) -> list[Span]:
        """Stored spans that end at or after an instant: from memory where they are, else from the table."""
        tail = component.tail
        if tail and (tail[0].start <= after or tail[0].start == component.since):
            return [span for span in tail if span.end >= after]
        return span_rows.read(connection, component.no, after)

    def _everies(self, changes: Iterable[Change]) -> dict[int, Seconds]:
        """By component number: the shortest slot of its critical checks in force, what `after` counts in."""
        components = self._components or {}
        return {
            change.component_no: min(
                (
                    terms.every
                    for versions in components[change.component_no].checks.values()
                    for terms in versions
                    if terms.critical and terms.covers(change.new_watermark - 1)
                ),
                default=60,
            )
            for change in changes
        }

    def _load(self, connection: Connection) -> dict[int, _Component]:
        terms = read_terms(connection)
        loaded: dict[int, _Component] = {}
        for row in connection.execute(select(Component)):
            checks: Checks = defaultdict(list)
            for check_no, item in terms.get(row.no, []):
                checks[check_no].append(item)
            if row.since is not None:
                watermark = row.since if row.watermark is None else row.watermark
                shortest = min((item.every for versions in checks.values() for item in versions), default=1)
                loaded[row.no] = _Component(
                    row.no, row.id, row.bridge, row.since, watermark, dict(checks), shortest, list(checks)
                )
        return loaded


def _reread(connection: Connection, component: _Component) -> None:
    """Its vendor's reports may have been entered meanwhile: what was remembered of its timeline is not relied on."""
    stored = connection.execute(select(col(Component.watermark)).where(col(Component.no) == component.no)).scalar()
    component.watermark = component.since if stored is None else stored
    component.tail = []


def _in_force(versions: Sequence[Terms], instant: Seconds) -> Terms:
    """The version that covers an instant, or the first that begins after it."""
    return next((terms for terms in versions if terms.end is None or instant < terms.end), versions[-1])


def _periods(items: Iterable[Mapping[str, Sequence[int]]]) -> dict[int, list[Interval]]:
    """By component number: the periods that were touched, in order, near ones joined."""
    touched: dict[int, list[Interval]] = defaultdict(list)
    for item in items:
        for key, (start, end) in item.items():
            touched[int(key)].append(Interval(start, end))
    return {no: _joined(sorted(periods, key=lambda period: period.start)) for no, periods in touched.items()}


def _joined(periods: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for period in periods:
        if joined and period.start - joined[-1].end <= _NEAR:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined

"""The judge: takes inbox rows, brings timelines up to the watermark, writes alerts owed. One per database.

One step is one transaction: a kill anywhere leaves the inbox rows or nothing, and judging twice writes the same
rows. All rules are in `core`; this module only fetches what they need and stores what they return.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select
from sqlmodel import col

from monitor.core.alert import Plan
from monitor.core.interval import Intervals
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.pause import intervals, laid
from monitor.core.schedule import slot_of
from monitor.core.timeline import Corrections, Terms, grace, judge, outstanding, revise, settled_until
from monitor.storage import decisions, inbox, ledger, pauses
from monitor.storage import spans as span_rows
from monitor.storage.alerting import Alerts
from monitor.storage.inbox import Touched
from monitor.storage.remembered import Remembered
from monitor.storage.reported import Checks, Reported, ReportsByCheck
from monitor.storage.spans import Change
from monitor.storage.tables import Component
from monitor.storage.terms import read_terms

TURNS = "turns"
"""The counter that grows when a timeline says something new: hubs that do not judge look again."""

_TAIL = 50
_RETIRED: Seconds = 3600
"""How soon a component that nothing is due of is looked at again."""


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
        self._components: dict[int, Remembered] | None = None
        self._corrections: tuple[int, Mapping[str, Corrections]] | None = None
        self._paused: Mapping[str, Intervals] = {}
        self._reported = Reported()
        self._epoch: int | None = None

    def forget(self) -> None:
        """Reads everything afresh at the next step: after new settings, a rollback or a take-over."""
        self._components = None
        self._corrections = None
        self._alerts.forget()

    def replan(self, plan: Plan, agents: Collection[str] = frozenset()) -> None:
        """Owes alerts by another plan, and waits for other agents, from the next step on."""
        self._alerts = Alerts(plan)
        self._agents = agents

    def step(self, connection: Connection, now: Seconds, epoch: int | None) -> Judged:
        """Judges what came in and what has become due by `now`, in an epoch of those who lead: before it another
        may have judged, and what is remembered of the time before is not true any more."""
        if epoch != self._epoch:
            self.forget()
            self._epoch = epoch
        self._components = self._components or self._load(connection)
        taken = inbox.take(connection)
        self._look_up_corrections(connection)
        due = self._due(connection, taken.touched, now)
        live: ReportsByCheck = defaultdict(dict)
        self._reported.live(connection, live, ((component.checks, component.watermark) for component in due), now)
        changes: dict[str, Change] = {}
        for component in due:
            touched = taken.touched.get(component.no)
            change = self._judge(connection, component, touched.periods if touched else [], live, now)
            stands = component.several and self._alerts.stand(component.id)
            change = _acted(component, change, live, stands=stands)
            if change is not None:
                changes[component.id] = change
        span_rows.write(connection, [change for change in changes.values() if change.settles])
        if any(change.turns for change in changes.values()):
            ledger.bump(connection, TURNS)
        self._alerts.note(connection, changes.values(), self._everies(changes.values()), now, self._paused)
        inbox.done(connection, taken)
        return Judged(changes, more=taken.more)

    def _due(self, connection: Connection, touched: Mapping[int, Touched], now: Seconds) -> list[Remembered]:
        """The components that are worth a look."""
        names = self._reported.locations(
            connection, {location for item in touched.values() for _, location in item.reporters or ()}
        )
        due = []
        for component in (self._components or {}).values():
            item = touched.get(component.no)
            if component.deadline <= now or (item is not None and component.may_move(item, names)):
                due.append(component)
        return due

    def _judge(
        self,
        connection: Connection,
        component: Remembered,
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

    def _judged(self, component: Remembered, reports: ReportsByCheck, period: Interval) -> list[Span]:
        checks = component.checks
        _, corrections = self._corrections or (0, {})
        return judge(
            (terms for versions in checks.values() for terms in versions),
            {versions[0].check: reports.get(no, {}) for no, versions in checks.items()},
            period.start,
            period.end,
            laid(
                corrections.get(component.id, {}),
                [versions[0].check for versions in checks.values()],
                self._paused.get(component.id, ()),
            ),
        )

    def _look_up_corrections(self, connection: Connection) -> None:
        """Reads them, and pauses, again once a command changed any facts. Comes after the inbox: an approval lies there
        too, so that what is judged for it is judged with it."""
        facts = ledger.counter(connection, "facts")
        if self._corrections is None or self._corrections[0] != facts:
            self._corrections = (facts, decisions.check_corrections(connection) if facts else {})
            found = pauses.read(connection) if facts else {}
            self._paused = {component: intervals(items) for component, items in found.items()}

    def _settle(self, component: Remembered, reports: ReportsByCheck, now: Seconds) -> Seconds:
        """The new watermark, never before the old one; sets what moves it next: a deadline, or a report."""
        marks: list[tuple[Seconds, Seconds, Seconds, int]] = []
        ends: list[Seconds] = []
        for index, no in enumerate(component.order):
            versions = component.checks[no]
            critical = [terms for terms in versions if terms.critical]
            mark = settled_until(critical, reports.get(no, {}), now, component.watermark, self._agents)
            if mark is not None:
                terms = _in_force(critical, mark)
                every = terms.every
                marks.append((mark, every, grace(terms, self._agents), index))
                if mark == component.watermark and every == component.shortest:
                    # No other check can be further behind, nor be due sooner.
                    break
            elif critical:
                ends.append(critical[-1].end or component.watermark)
        if not marks:
            # Retired: settled to the end of the last terms, and nothing is due any more.
            component.deadline, component.awaited = now + _RETIRED, None
            return max(component.watermark, *ends) if ends else component.watermark
        watermark, every, waits, index = min(marks)
        # Whoever was last in one slot is likely the last in the next: it is the one to wait for.
        no = component.order.pop(index)
        component.order.insert(0, no)
        component.awaited = _outstanding(component, no, reports, watermark)
        watermark = max(watermark, component.watermark)
        component.deadline = slot_of(watermark, every) + every + waits
        return watermark

    def _context(self, connection: Connection, component: Remembered, after: Seconds) -> list[Span]:
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

    def _load(self, connection: Connection) -> dict[int, Remembered]:
        terms = read_terms(connection)
        loaded: dict[int, Remembered] = {}
        for row in connection.execute(select(Component)):
            checks: Checks = defaultdict(list)
            for check_no, item in terms.get(row.no, []):
                checks[check_no].append(item)
            if row.since is not None:
                watermark = row.since if row.watermark is None else row.watermark
                everies = {item.every for versions in checks.values() for item in versions} or {1}
                loaded[row.no] = Remembered(
                    no=row.no,
                    id=row.id,
                    bridge=row.bridge,
                    since=row.since,
                    watermark=watermark,
                    checks=dict(checks),
                    shortest=min(everies),
                    longest=max(everies),
                    order=list(checks),
                )
        return loaded


def _acted(component: Remembered, change: Change | None, live: ReportsByCheck, *, stands: bool) -> Change | None:
    """The change with what is decided beyond what is settled, where that is news for alerts: none are while all is up
    and no rule `stands`."""
    acted = max(component.decided, change.old_watermark if change else component.watermark)
    ahead = component.ahead(live) if component.several else []
    until = ahead[-1].end if ahead else component.watermark
    up = all(span.state is State.UP for span in (*component.tail[-1:], *ahead))
    was_quiet, component.quiet = component.quiet, up and not stands
    if change is None and (until <= acted or (was_quiet and component.quiet)):
        return None
    component.decided = max(acted, until)
    change = change or Change(component.no, component.id, (), (), component.watermark, component.watermark)
    return replace(change, ahead=tuple(ahead), acted=acted)


def _reread(connection: Connection, component: Remembered) -> None:
    """Its vendor's reports may have been entered meanwhile: what was remembered of its timeline is not relied on."""
    stored = connection.execute(select(col(Component.watermark)).where(col(Component.no) == component.no)).scalar()
    component.watermark = component.since if stored is None else stored
    component.tail = []


def _outstanding(component: Remembered, no: int, reports: ReportsByCheck, instant: Seconds) -> set[tuple[int, str]]:
    """The reports that a check still waits for in the slot that holds an instant."""
    terms = _in_force([terms for terms in component.checks[no] if terms.critical], instant)
    slot = reports.get(no, {}).get(slot_of(instant, terms.every), {})
    return {(no, location) for location in outstanding(terms, slot)}


def _in_force(versions: Sequence[Terms], instant: Seconds) -> Terms:
    """The version that covers an instant, or the first that begins after it."""
    return next((terms for terms in versions if terms.end is None or instant < terms.end), versions[-1])

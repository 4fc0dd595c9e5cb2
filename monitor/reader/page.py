"""From facts to the view of the status page. Days that are over are measured once and remembered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from monitor.core.availability import add
from monitor.core.calendar import day_bounds, day_of, days_back, month_of
from monitor.core.model import FailureKind, Interval, Seconds, Span, State
from monitor.core.notice import NoticeEvent
from monitor.core.pause import pausing
from monitor.core.timeline import merge
from monitor.reader import latency
from monitor.reader import maintenance as maintenance_views
from monitor.reader.accounts import Account, Accounts, Outage, Window, longest_slot, outages, service_of
from monitor.reader.day_views import Day, measured_day
from monitor.reader.incidents import IncidentReader
from monitor.reader.locations import troubles
from monitor.reader.recent import recent_days
from monitor.reader.snapshot import Snapshot
from monitor.reader.views import (
    ComponentView,
    MaintenanceView,
    MonthView,
    OutageView,
    PageView,
)
from monitor.settings.hub import ComponentSettings, Settings
from monitor.storage.store import ComponentFacts, Store

DAYS = 90
RECENT_DAYS = 14
_NEW: Seconds = 3600
"""For so long after it began, what a run's first results say may still come in."""


class PageReader:
    """Builds the page's view from a store under one version of the settings."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._zone = ZoneInfo(settings.page.zone)
        self._names = {item.id: item.name or item.id for item in settings.components}
        self._hours = latency.Hours(store)
        self._incidents = IncidentReader(store, settings)
        self._since: Seconds | None = None
        self._days: dict[str, tuple[object, dict[date, Day]]] = {}
        self._reasons: dict[tuple[str, Seconds], FailureKind | None] = {}

    def page(self, now: Seconds) -> PageView:
        """The page as it stands; notices that were not published yet are on it as of now."""
        events = maintenance_views.events(self._store.notices.all(), now)
        seen = Snapshot(self._store, self._shown(now).start)
        accounts, facts = Accounts(seen, self._settings), seen.components()
        hours = self._hours.last_day(now)
        shown = [item for item in self._settings.components if item.id in facts]
        components = tuple(self._component(item, facts[item.id], seen, accounts, events, hours, now) for item in shown)
        marks = [view.as_of for view in components if view.as_of is not None and not view.reported]
        as_of = min(marks, default=None)
        maintenance = maintenance_views.views(events, self._names, now)
        recent = self._outages(shown, facts, seen, now)
        days = days_back(now, self._zone, RECENT_DAYS)
        told, since = self._incidents.public(now), day_bounds(days[0], self._zone).start
        incidents = [item for item in told if item.resolved is None or item.resolved >= since]
        silent = self._silent(now)
        slowest = max((longest_slot(item) for item in shown if not item.reported), default=60)
        return PageView(
            title=self._settings.page.title,
            url=self._settings.page.url or "",
            zone=self._settings.page.zone,
            languages=tuple(self._settings.page.languages),
            now=now,
            as_of=as_of,
            checked_at=self._store.newest_result(now),
            stale=as_of is not None and now - as_of > 2 * slowest + 60,
            locations=self._labels(silent),
            components=components,
            outages=tuple(item for item in recent if item.end is None),
            maintenance=tuple(item for item in maintenance if item.ended_at is None and now < item.end),
            days=recent_days(recent, [item for item in maintenance if item.start <= now], incidents, days, self._zone),
            incidents=tuple(item for item in incidents if item.open),
            valid_until=self._valid_until(maintenance, components, now),
            silent=len(silent),
            windows=tuple(events),
            told=tuple((item.id, item.started) for item in told),
        )

    def _component(
        self,
        wanted: ComponentSettings,
        facts: ComponentFacts,
        snapshot: Snapshot,
        accounts: Accounts,
        events: Mapping[str, Sequence[NoticeEvent]],
        hours: list[dict[str, dict[int, int]]],
        now: Seconds,
    ) -> ComponentView:
        account = accounts.month(wanted.id, month_of(now, self._zone), self._zone, now)
        windows = accounts.windows(wanted.id, events, self._shown(now))
        days = self._measured_days(facts, snapshot, windows, now)
        # What a vendor reported stands in its days; of the present moment nobody knows anything.
        state, since = (State.UNKNOWN, facts.watermark) if wanted.reported else self._state(facts, snapshot)
        measured = [day for day in days if day.figure.measured_seconds]
        paused = pausing(snapshot.pauses.by_component().get(wanted.id, ()), now)
        return ComponentView(
            id=wanted.id,
            name=wanted.name or wanted.id,
            description=wanted.description or "",
            group=wanted.group or "",
            state=state,
            since=since,
            as_of=facts.watermark,
            reason=self._present_reason(wanted, state, since, now),
            in_maintenance=any(window.notice.counted.start <= now < window.notice.counted.end for window in windows),
            trouble_at=self._trouble(wanted, facts, state),
            days=tuple(day.view for day in days),
            ninety=add([day.figure for day in days]),
            measured_days=len(measured),
            month=_month_view(account),
            p95_ms=latency.p95(latency.day_of(hours, wanted.id)),
            spark_ms=tuple(latency.p95(hour.get(wanted.id, {})) for hour in hours),
            reported=wanted.reported,
            paused_until=None if paused is None else paused.end,
        )

    def _state(self, facts: ComponentFacts, snapshot: Snapshot) -> tuple[State, Seconds | None]:
        """The newest state and since when; a long run's beginning is looked for as far back as needed."""
        if facts.watermark is None:
            return State.UNKNOWN, None
        back = 7200
        while True:
            start = max(facts.watermark - back, facts.since or 0)
            runs = merge(
                Span(item.state, item.start, item.end) for item in snapshot.spans(facts.id, start, facts.watermark + 1)
            )
            if not runs:
                return State.UNKNOWN, None
            if len(runs) > 1 or start <= (facts.since or 0) or runs[0].start < start:
                return runs[-1].state, runs[-1].start
            back *= 8

    def _measured_days(
        self, facts: ComponentFacts, snapshot: Snapshot, windows: tuple[Window, ...], now: Seconds
    ) -> list[Day]:
        days = days_back(now, self._zone, DAYS)
        stamp = (facts.revision, facts.since, facts.until, windows)
        before, known = self._days.get(facts.id, (None, {}))
        over = {day: known[day] for day in days if day in known} if before == stamp else {}
        measured = dict(over)
        if missing := [day for day in days if day not in over]:
            first, last = day_bounds(missing[0], self._zone).start, day_bounds(missing[-1], self._zone).end
            spans = snapshot.spans(facts.id, first, last)
            measured |= {day: self._measured_day(facts, day, spans, windows) for day in missing}
        # A day that is not over is measured again each time.
        self._days[facts.id] = (stamp, over | {day: measured[day] for day in missing if self._is_over(facts, day)})
        return [measured[day] for day in days]

    def _is_over(self, facts: ComponentFacts, day: date) -> bool:
        return facts.watermark is not None and facts.watermark >= day_bounds(day, self._zone).end

    def _measured_day(self, facts: ComponentFacts, day: date, spans: Sequence[Span], windows: Sequence[Window]) -> Day:
        bounds = day_bounds(day, self._zone)
        as_of = facts.watermark if facts.watermark is not None else bounds.start
        scope = service_of(facts, None).cut(bounds)
        scope = Interval(scope.start, max(scope.start, min(scope.end, as_of)))
        return measured_day(day, scope, spans, windows)

    def _shown(self, now: Seconds) -> Interval:
        """The days on the page."""
        days = days_back(now, self._zone, DAYS)
        return Interval(day_bounds(days[0], self._zone).start, day_bounds(days[-1], self._zone).end)

    def _present_reason(
        self, wanted: ComponentSettings, state: State, since: Seconds | None, now: Seconds
    ) -> FailureKind | None:
        if state is State.UP or since is None or wanted.reported:
            return None
        return self._reason(wanted.id, since, state, now)

    def _reason(self, component: str, start: Seconds, state: State, now: Seconds) -> FailureKind | None:
        """What the first results of a run that were not right say; where none does, asked again while it is new."""
        key = (component, start)
        if key not in self._reasons or (self._reasons[key] is None and now < start + _NEW):
            seen = self._store.results(component, start, start + 600)
            kinds = [item.failure.kind for item in seen if item.failure and item.outcome is state]
            self._reasons[key] = max(set(kinds), key=kinds.count) if kinds else None
        return self._reasons[key]

    def _trouble(self, wanted: ComponentSettings, facts: ComponentFacts, state: State) -> tuple[str, ...]:
        """Public locations whose newest result is bad although the component counts as up."""
        if (
            state is not State.UP
            or facts.watermark is None
            or not any(len(c.locations or ()) > 1 for c in wanted.checks)
        ):
            return ()
        start = facts.watermark - longest_slot(wanted)
        bad = {
            item.location
            for item in self._store.results(wanted.id, start, facts.watermark)
            if item.outcome in (State.DOWN, State.DEGRADED)
        }
        public = {item.name: item.label or item.name.title() for item in self._settings.locations if item.public}
        return tuple(label for name, label in public.items() if name in bad)

    def _outages(
        self,
        shown: Sequence[ComponentSettings],
        facts: Mapping[str, ComponentFacts],
        snapshot: Snapshot,
        now: Seconds,
    ) -> list[OutageView]:
        first = day_bounds(days_back(now, self._zone, RECENT_DAYS)[0], self._zone).start
        found: list[OutageView] = []
        for wanted in shown:
            item = facts[wanted.id]
            if item.watermark is None:
                continue
            # An outage at the end of what a vendor reported does not go on: nobody knows.
            as_of = now if wanted.reported else item.watermark
            spans = snapshot.spans(item.id, first, item.watermark + 1)
            found += [self._outage(item.id, outage, now) for outage in outages(item.id, spans, as_of)]
        return sorted(found, key=lambda outage: -outage.start)

    def _outage(self, component: str, outage: Outage, now: Seconds) -> OutageView:
        return OutageView(
            id=outage.id,
            component=self._names[component],
            start=outage.start,
            end=None if outage.ongoing else outage.end,
            down_seconds=outage.length,
            inferred_seconds=outage.inferred_seconds,
            reason=self._reason(component, outage.start, State.DOWN, now),
        )

    def _silent(self, now: Seconds) -> set[str]:
        """The locations that do not report; before this reader listened, nobody could hear agents."""
        self._since = min(self._since, now) if self._since is not None else now
        return {item.location for item in troubles(self._store, self._settings, self._since, now)}

    def _labels(self, silent: Collection[str]) -> tuple[str, ...]:
        """Of the public locations that report."""
        public = [item for item in self._settings.locations if item.public and item.name not in silent]
        if len(public) == 1 and public[0].name == "local" and not public[0].label:
            return ()
        return tuple(item.label or item.name.title() for item in public)

    def _valid_until(
        self, maintenance: Sequence[MaintenanceView], components: Sequence[ComponentView], now: Seconds
    ) -> Seconds:
        borders = [border for item in maintenance for border in (item.start, item.end) if border > now]
        borders += [view.paused_until for view in components if view.paused_until is not None]
        return min([*borders, day_bounds(day_of(now, self._zone), self._zone).end])


def _month_view(account: Account) -> MonthView:
    left = account.allowance
    return MonthView(
        month=account.label,
        figure=account.figure,
        target=account.target,
        outlook=left.outlook if left else None,
        used_seconds=left.used if left else None,
        budget_seconds=left.budget if left else None,
    )

"""One component's account of a stretch of time: its spans, what is excluded of it, and the figure they make.

The one path from stored facts to a figure: page, reports, API and evidence all come through here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.core.allowance import Allowance, allowance
from monitor.core.availability import Figure, measure
from monitor.core.calendar import month_bounds, month_of
from monitor.core.exclusion import NOTICE_SECONDS
from monitor.core.interval import union
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.notice import Notice, NoticeEvent, notices, standing
from monitor.core.timeline import merge
from monitor.settings.hub import ComponentSettings, Settings
from monitor.storage.store import ComponentFacts, Store


@dataclass(frozen=True, slots=True)
class Window:
    """One announced piece of maintenance of a component, and the maintenance it belongs to."""

    maintenance: str
    title: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Outage:
    """A down span as people read it: from the first down to the recovery, bridged gaps included."""

    component: str
    start: Seconds
    end: Seconds
    inferred_seconds: Seconds
    ongoing: bool

    @property
    def id(self) -> str:
        return f"{self.component}-{self.start}"

    @property
    def length(self) -> Seconds:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Account:
    """A component's month. `scope` is what the figure is of; `month` is the whole calendar month."""

    component: str
    name: str
    label: str  # "2026-11"
    month: Interval
    service: Interval  # of the month, in service
    scope: Interval
    as_of: Seconds
    final: bool
    spans: tuple[Span, ...]  # touching the scope, whole
    windows: tuple[Window, ...]  # touching the month
    figure: Figure
    allowance: Allowance | None  # None without a target
    every: Seconds  # the longest slot of its critical checks

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Those that begin in the month, cut at its end."""
        found = outages(self.component, self.spans, self.as_of)
        return tuple(
            Outage(item.component, item.start, min(item.end, self.month.end), item.inferred_seconds, item.ongoing)
            for item in found
            if self.scope.start <= item.start < self.scope.end
        )

    @property
    def gaps(self) -> tuple[Span, ...]:
        """Unknown spans, cut to the scope."""
        return tuple(
            Span(span.state, max(span.start, self.scope.start), min(span.end, self.scope.end))
            for span in self.spans
            if span.state is State.UNKNOWN
        )


class Accounts:
    """Makes accounts from one store and one version of the settings."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def month(self, component: str, month: str, zone: ZoneInfo, now: Seconds) -> Account:
        """The account of a calendar month in a zone. Raises KeyError for a component that never was."""
        facts = self._store.components()[component]
        wanted = self._wanted(component)
        bounds = month_bounds(month, zone)
        as_of = self.as_of(facts, now)
        service = service_of(facts, self._vanished(facts, zone)).cut(bounds)
        scope = Interval(service.start, max(service.start, min(service.end, as_of)))
        spans = tuple(self._store.spans(component, scope.start, scope.end)) if scope.length else ()
        windows = self.windows(component, self._store.notices.by_maintenance(), bounds)
        excluded = accepted(windows)
        figure = measure(spans, scope, excluded)
        target = wanted.objective if wanted else None
        whole = measure((), service, excluded)
        return Account(
            component=component,
            name=(wanted.name if wanted else None) or component,
            label=month,
            month=bounds,
            service=service,
            scope=scope,
            as_of=as_of,
            final=as_of >= bounds.end,
            spans=spans,
            windows=windows,
            figure=figure,
            allowance=allowance(figure, month_agreed=whole.agreed_seconds, target=target)
            if target is not None
            else None,
            every=longest_slot(wanted) if wanted else 60,
        )

    def windows(
        self, component: str, events: Mapping[str, Sequence[NoticeEvent]], within: Interval
    ) -> tuple[Window, ...]:
        """The component's announced maintenance that touches a stretch of time, by start."""
        found = [
            Window(maintenance, standing(items).title, notice)
            for maintenance, items in events.items()
            for notice in notices(items, component, notice=NOTICE_SECONDS)
            if notice.start < within.end and notice.end > within.start
        ]
        return tuple(sorted(found, key=lambda window: (window.notice.start, window.maintenance)))

    def as_of(self, facts: ComponentFacts, now: Seconds) -> Seconds:
        """How far the component is settled; one that left the settings is settled, as unknown, up to now."""
        if self._wanted(facts.id) is None:
            return now
        return facts.watermark if facts.watermark is not None else facts.since or 0

    def components(self, month: str, zone: ZoneInfo) -> list[str]:
        """Ids of all components in service at some time of a month: settings' order, then those that left."""
        facts = self._store.components()
        order = [component.id for component in self._settings.components if component.id in facts]
        order += sorted(facts.keys() - set(order))
        bounds = month_bounds(month, zone)
        return [item for item in order if service_of(facts[item], self._vanished(facts[item], zone)).cut(bounds).length]

    def _wanted(self, component: str) -> ComponentSettings | None:
        return next((item for item in self._settings.components if item.id == component), None)

    def _vanished(self, facts: ComponentFacts, zone: ZoneInfo) -> Seconds | None:
        """One that left the settings without `until` stays in scope to the end of that month."""
        if self._wanted(facts.id) is not None:
            return None
        ends = [terms.end for terms in self._store.terms().get(facts.id, []) if terms.end is not None]
        last = max(ends, default=facts.watermark or facts.since or 0)
        return month_bounds(month_of(last, zone), zone).end


@dataclass(frozen=True, slots=True)
class Service:
    """When a component is in service: from `start` to `end`, either of them open."""

    start: Seconds | None
    end: Seconds | None

    def cut(self, bounds: Interval) -> Interval:
        """The part of a stretch of time in service; empty (at its start) when there is none."""
        start = bounds.start if self.start is None else max(bounds.start, self.start)
        end = bounds.end if self.end is None else min(bounds.end, self.end)
        return Interval(start, end) if start < end else Interval(bounds.start, bounds.start)


def service_of(facts: ComponentFacts, vanished: Seconds | None) -> Service:
    """When the component is in service. One without a first slot is not yet."""
    return Service(facts.since, facts.until if facts.until is not None else vanished)


def accepted(windows: Iterable[Window]) -> list[Interval]:
    """The union of what announced maintenance excludes."""
    return list(union(window.notice.counted for window in windows if window.notice.eligible))


def outages(component: str, spans: Sequence[Span], as_of: Seconds) -> list[Outage]:
    """Runs of down, each one outage, bridged gaps inside."""
    found: list[Outage] = []
    for span in merge(Span(span.state, span.start, span.end) for span in spans):
        if span.state is State.DOWN:
            inferred = sum(
                item.length for item in spans if item.inferred and span.start <= item.start and item.end <= span.end
            )
            found.append(Outage(component, span.start, span.end, inferred, ongoing=span.end >= as_of))
    return found


def longest_slot(component: ComponentSettings) -> Seconds:
    """The longest slot of its critical checks: how exactly an outage's edges are known."""
    return max(int(check.every.total_seconds()) for check in component.checks if check.critical)

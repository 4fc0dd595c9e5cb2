"""The view of one component: its days, the outages in them, and its response times over a day, a week, 90 days."""

from dataclasses import dataclass, replace
from threading import Lock
from zoneinfo import ZoneInfo

from monitor.core.calendar import day_bounds
from monitor.core.model import FailureKind, Seconds, State
from monitor.reader.accounts import Outage, outages
from monitor.reader.response_times import Period, ResponseTimes, ResponseTimesView
from monitor.reader.snapshot import Snapshot
from monitor.reader.views import ComponentView, OutageView, PageView
from monitor.storage.store import Store

MOST_OUTAGES = 50
"""The newest are listed; the days and the months tell of all."""


@dataclass(frozen=True, slots=True)
class DetailView:
    """One component at one moment, as the status page of that moment has it, with what is behind it."""

    title: str
    url: str
    zone: str
    languages: tuple[str, ...]
    now: Seconds
    component: ComponentView
    outages: tuple[OutageView, ...]  # of the days shown, newest first
    more_outages: int  # older ones of those days that are not listed
    responses: tuple[ResponseTimesView, ...]  # shortest first


class DetailReader:
    """Opens one component of the page's view. Its own caches: it works beside the page's reader."""

    def __init__(self, store: Store, times: ResponseTimes) -> None:
        self._store = store
        self._times = times
        self._reasons: dict[tuple[str, Seconds], FailureKind | None] = {}
        self._lock = Lock()

    def detail(self, page: PageView, component: str) -> DetailView | None:
        """None for a component that is not on the page."""
        view = next((item for item in page.components if item.id == component), None)
        if view is None:
            return None
        with self._lock:
            found = self._outages(view, page)
            return DetailView(
                title=page.title,
                url=page.url,
                zone=page.zone,
                languages=page.languages,
                now=page.now,
                component=view,
                outages=tuple(self._outage(item, view) for item in found[:MOST_OUTAGES]),
                more_outages=max(0, len(found) - MOST_OUTAGES),
                responses=()
                if view.reported
                else tuple(self._times.view(component, period, page.now) for period in Period),
            )

    def _outages(self, view: ComponentView, page: PageView) -> list[Outage]:
        if view.as_of is None or not view.days:
            return []
        first = day_bounds(view.days[0].day, ZoneInfo(page.zone)).start
        # The page was made a moment ago: what was judged since is for the next one.
        spans = [
            replace(span, end=min(span.end, view.as_of))
            for span in Snapshot(self._store, first).spans(view.id, first, view.as_of)
        ]
        # An outage at the end of what a vendor reported does not go on: nobody knows.
        found = outages(view.id, spans, page.now if view.reported else view.as_of)
        return sorted(found, key=lambda outage: -outage.start)

    def _outage(self, outage: Outage, view: ComponentView) -> OutageView:
        return OutageView(
            id=outage.id,
            component=view.name,
            start=outage.start,
            end=None if outage.ongoing else outage.end,
            down_seconds=outage.length,
            inferred_seconds=outage.inferred_seconds,
            reason=self._reason(outage),
        )

    def _reason(self, outage: Outage) -> FailureKind | None:
        """What most of the outage's first results say."""
        key = (outage.component, outage.start)
        if key in self._reasons:
            return self._reasons[key]
        seen = self._store.results(outage.component, outage.start, outage.start + 600)
        kinds = [item.failure.kind for item in seen if item.failure and item.outcome is State.DOWN]
        reason = max(set(kinds), key=kinds.count) if kinds else None
        if not outage.ongoing:
            self._reasons[key] = reason
        return reason

"""Every component's timeline judged again from what is stored of results, and held against its stored spans."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from monitor.core.account import cut
from monitor.core.calendar import format_instant
from monitor.core.interval import Intervals, intersect, subtract, union
from monitor.core.model import Interval, Seconds, Span
from monitor.core.recomputation import DAY, Unequal, bridged_as, days, unequal
from monitor.core.timeline import merge, splice, unbridge
from monitor.reader.rejudging import is_judged, judged_day, longest
from monitor.reader.reporting import told
from monitor.settings.values import WholeSeconds
from monitor.storage.store import ComponentFacts, Store

_LENGTH: TypeAdapter[Any] = TypeAdapter(WholeSeconds)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came of it: by component what was compared, where it differs, what was left out and why."""

    compared: dict[str, Seconds]
    unequal: tuple[Unequal, ...]
    overlaps: tuple[str, ...]
    waiting: dict[str, Intervals]  # touched by results or corrections that are not judged yet: not compared
    reported: tuple[str, ...]  # not judged from results
    since: Seconds  # results before this are removed, or were not asked for

    @property
    def wrong(self) -> tuple[str, ...]:
        """A sentence for each difference."""
        return (*self.overlaps, *(each.words for each in self.unequal))


class Recomputing:
    """One pass over a stretch of time, for all components or for one: `add` each of `days`, then ask for `found`.

    The hub may go on meanwhile: nothing behind the watermarks of the beginning is looked at, and a component whose
    past is rewritten during the pass is looked at once more.
    """

    def __init__(self, store: Store, within: Interval, component: str | None = None) -> None:
        self._store, self._component = store, component
        self._terms, self._cases = store.terms(), store.decisions.by_component()
        self._pauses, self._waiting = store.pauses.by_component(), store.waiting()
        self._told = told(store, self._terms)
        known = store.components()
        self._facts = {
            name: facts for name, facts in known.items() if component in (None, name) and facts.since is not None
        }
        self._lengths = self._bridges()
        self._judged: dict[str, list[Span]] = defaultdict(list)
        reach = max((max(lengths) for lengths in self._lengths.values()), default=0) + 1
        kept = store.results_from()
        self._within = within = Interval(min(max(within.start, kept + reach if kept else 0), within.end), within.end)
        start, end = within.start - reach, within.end + reach
        first = min((facts.since or 0 for facts in self._facts.values()), default=end)
        last = max((facts.watermark or 0 for facts in self._facts.values()), default=0)
        start, end = max(start, first) // DAY * DAY, min(end, last)
        self.days = [Interval(day.start, day.start + DAY) for day in days(Interval(start, end))] if start < end else []

    def add(self, day: Interval) -> None:
        """Judges one whole day (UTC) again."""
        reports = self._store.reports(day.start, day.end, self._component)
        for name, facts in self._facts.items():
            terms = self._terms.get(name, [])
            settled = intersect([day], [_timeline(facts)])
            if is_judged(terms) and settled:
                cases, pauses = self._cases.get(name, ()), self._pauses.get(name, ())
                self._judged[name] += judged_day(terms, reports.get(name, {}), cases, pauses, settled[0])

    def found(self, *, again: bool = True) -> Recomputed:
        """What the whole pass found."""
        judged = [name for name in self._facts if is_judged(self._terms.get(name, []))]
        compared, waiting = dict[str, Seconds](), dict[str, Intervals]()
        differ, overlaps = list[Unequal](), list[str]()
        for name in judged:
            stored = self._store.spans(name, self._within.start - DAY, self._within.end + DAY)
            open_, found, doubled = self._open(name), list(self._compared(name, stored)), list(_overlaps(name, stored))
            if (found or doubled) and again and self._moved(name):
                second = _whole(Recomputing(self._store, self._within, name))
                found, doubled = list(second.unequal), list(second.overlaps)
            differ += found
            overlaps += doubled
            settled = intersect([self._within], [_timeline(self._facts[name])])
            compared[name] = sum(each.length for each in subtract(settled, open_))
            if touched := subtract(intersect(settled, open_), self._told.get(name, ())):
                waiting[name] = touched
        reported = tuple(name for name in self._facts if name not in judged)
        return Recomputed(compared, tuple(differ), tuple(overlaps), waiting, reported, self._within.start)

    def _compared(self, name: str, stored: list[Span]) -> Iterator[Unequal]:
        """Over the stretch, behind what is settled now included: no span may lie there."""
        judged = merge(self._judged[name])
        for hole in intersect(self._open(name), [Interval(each.start, each.end) for each in judged]):
            judged = splice(judged, list(cut(unbridge(stored), hole)))
        recomputed = bridged_as(judged, stored, self._lengths[name])
        mark = self._store.components()[name].watermark or 0
        grown = Interval(min(_timeline(self._facts[name]).end, mark), mark)
        for piece in subtract([self._within], [grown] if grown.start < grown.end else []):
            yield from unequal(name, stored, recomputed, piece)

    def _open(self, name: str) -> Intervals:
        """What is touched by something that waits to be judged, grown to whole slots, and what its vendor reported."""
        reach = longest(self._terms.get(name, []))
        waiting = (Interval(each.start, each.end + reach) for each in self._waiting.get(name, ()))
        return union([*waiting, *self._told.get(name, ())])

    def _moved(self, name: str) -> bool:
        now = self._store.components()[name]
        return now.revision != self._facts[name].revision or bool(self._store.waiting().get(name))

    def _bridges(self) -> dict[str, set[Seconds]]:
        """By component: every length that bridged its gaps, now or under earlier settings."""
        found = {name: {facts.bridge} for name, facts in self._facts.items()}
        names = self._store.renamings.current()
        for version in self._store.stored_settings():
            for item in version.body.get("components", ()):
                name, length = (item.get("id"), item.get("bridge")) if isinstance(item, dict) else (None, None)
                name = names.get(str(name), name)
                if name in found and length is not None:
                    found[name] |= _seconds(length)
        return found


def _whole(recomputing: Recomputing) -> Recomputed:
    for day in recomputing.days:
        recomputing.add(day)
    return recomputing.found(again=False)


def _timeline(facts: ComponentFacts) -> Interval:
    since = facts.since or 0
    return Interval(since, max(since, facts.watermark or since))


def _overlaps(name: str, stored: list[Span]) -> Iterator[str]:
    for one, other in pairwise(stored):
        if one.end > other.start:
            stretch = f"{format_instant(other.start)} to {format_instant(min(one.end, other.end))}"
            yield f"{name}: {stretch}: two stored spans overlap, {one.state} and {other.state}"


def _seconds(length: object) -> set[Seconds]:
    """The length as settings have it; none where a stored version cannot be read, which the ledger tells of."""
    try:
        return {int(_LENGTH.validate_python(length).total_seconds())}
    except ValidationError:
        return set()

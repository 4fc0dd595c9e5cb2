"""Maintenances as stored, each with its records and what they say: for whoever announces, changes and ends them."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.model import Interval, Seconds
from monitor.core.notice import Maintenance, NoticeAction, NoticeEvent, standing
from monitor.storage.notices import NoticeRecord

_CLOSING = (NoticeAction.COMPLETE, NoticeAction.CANCEL)
OPEN = ("not published yet", "announced", "under way")
"""The statuses of what is not over."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One maintenance as stored: its records in order, and what they say."""

    id: str
    records: tuple[NoticeRecord, ...]

    @property
    def events(self) -> tuple[NoticeEvent, ...]:
        return tuple(record.event for record in self.records)

    @property
    def says(self) -> Maintenance:
        return standing(self.events)

    @property
    def published(self) -> bool:
        """Whether everything that was asked for is on the page."""
        return all(record.published for record in self.records)

    def status(self, now: Seconds) -> str:
        says = self.says
        if not self.records[0].published:
            return "not published yet"
        if says.closed_at is not None:
            ending = next(event.action for event in self.events if event.action in _CLOSING)
            return "cancelled" if ending is NoticeAction.CANCEL else "completed"
        if now < says.start:
            return "announced"
        return "under way" if now < says.end else "over"

    def not_before(self, at: Seconds) -> Seconds:
        """`at`, but not before the newest event, which the hub stamps up to a second ahead."""
        return max(at, self.events[-1].at)


def stored(records: Iterable[NoticeRecord]) -> dict[str, Stored]:
    """Every maintenance by its id, in the order of its first record."""
    found: dict[str, list[NoticeRecord]] = {}
    for record in records:
        found.setdefault(record.maintenance, []).append(record)
    return {id_: Stored(id_, tuple(items)) for id_, items in found.items()}


def planned(records: Iterable[NoticeRecord], now: Seconds, *, everything: bool = False) -> list[Stored]:
    """Those that are not over (or all), by start."""
    found = [item for item in stored(records).values() if everything or item.status(now) in OPEN]
    return sorted(found, key=lambda item: item.says.start)


def announced_so(found: Iterable[Stored], event: NoticeEvent, actor: str) -> NoticeRecord | None:
    """The announcement that says the same in every word, by the same holder, of a maintenance of which nothing else
    was said since: whoever sends one again, because no answer came, does not announce a second one."""
    for item in found:
        first = item.records[0]
        if len(item.records) == 1 and first.actor == actor and replace(first.event, at=event.at) == event:
            return first
    return None


def new_id(title: str, start: Seconds, zone: ZoneInfo, taken: Collection[str]) -> str:
    """`m-2026-11-29-database-upgrade`, by its day in the zone, numbered where there is one already."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower())[:40].strip("-")
    first = f"m-{datetime.fromtimestamp(start, zone):%Y-%m-%d}-{slug}".rstrip("-")
    number, found = 1, first
    while found in taken:
        number += 1
        found = f"{first}-{number}"
    return found


def series_ids(title: str, periods: Iterable[Interval], zone: ZoneInfo, taken: Collection[str]) -> list[str]:
    """An id for each occurrence of a recurrence."""
    found: list[str] = []
    for period in periods:
        found.append(new_id(title, period.start, zone, {*taken, *found}))
    return found


def to_come(known: Mapping[str, Stored], series: Mapping[str, str], id_: str, at: Seconds) -> list[Stored]:
    """By start: what has neither begun nor ended of the recurrence that a maintenance is of (`series`, by its id)."""
    ours = [known[each] for each, first in series.items() if first == series.get(id_)]
    left = [item for item in ours if item.says.closed_at is None and item.says.start > at]
    return sorted(left, key=lambda item: item.says.start)

"""Maintenance as the page shows it: from notices to views."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction, NoticeEvent, notices, standing
from monitor.reader.views import MaintenanceView
from monitor.reader.window_views import NoticeView
from monitor.storage.notices import NoticeRecord

CLOSING = (NoticeAction.COMPLETE, NoticeAction.CANCEL)


def events(records: Sequence[NoticeRecord], now: Seconds) -> dict[str, list[NoticeEvent]]:
    """Every maintenance's events; one that waits to be published counts as published now.

    What was closed before it could be published is left out, as the store leaves it unpublished for ever.
    """
    found: dict[str, list[NoticeEvent]] = {}
    closed = {record.maintenance for record in records if record.event.action in CLOSING}
    for record in records:
        if record.published:
            found.setdefault(record.maintenance, []).append(record.event)
        elif record.maintenance not in closed:
            found.setdefault(record.maintenance, []).append(replace(record.event, at=now))
    return {name: items for name, items in found.items() if items[0].action is NoticeAction.ANNOUNCE}


def views(
    found: Mapping[str, Sequence[NoticeEvent]], names: Mapping[str, str], now: Seconds, *, cancelled: bool = False
) -> list[MaintenanceView]:
    """By start; components that are not in `names` are left out, and what was cancelled before its start unless it is
    asked for."""
    made = [_view(key, items, names, now) for key, items in found.items()]
    return sorted((view for view in made if cancelled or not view.cancelled), key=lambda view: (view.start, view.id))


def _view(key: str, items: Sequence[NoticeEvent], names: Mapping[str, str], now: Seconds) -> MaintenanceView:
    stands = standing(items)
    pieces = [notice for component in stands.components for notice in notices(items, component)]
    ended, known = stands.closed_at, tuple(item for item in stands.components if item in names)
    return MaintenanceView(
        id=key,
        title=stands.title,
        description=stands.description,
        components=tuple(names[item] for item in known),
        start=stands.start,
        end=stands.end,
        published_at=stands.published_at,
        ended_at=ended,
        running=stands.start <= now < stands.end and (ended is None or now < ended),
        excluded=bool(pieces) and all(piece.eligible for piece in pieces),
        days_ahead=max(0, stands.start - stands.published_at) // 86400,
        cancelled=stands.cancelled,
        notices=tuple(_history(items)),
        component_ids=known,
    )


def _history(items: Sequence[NoticeEvent]) -> Iterator[NoticeView]:
    for number, event in enumerate(items, start=1):
        stands = standing(items[:number])
        yield NoticeView(event.at, event.action, stands.start, stands.end)
        if event.action in CLOSING:
            return

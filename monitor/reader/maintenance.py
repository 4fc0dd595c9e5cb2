"""Maintenance as the page shows it: from notices to views."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction, NoticeEvent, notices, standing
from monitor.reader.views import MaintenanceView
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


def views(found: Mapping[str, Sequence[NoticeEvent]], names: Mapping[str, str], now: Seconds) -> list[MaintenanceView]:
    """All that was not cancelled before its start, by start; components that are not in `names` are left out."""
    made = [_view(key, items, names, now) for key, items in found.items()]
    return sorted((view for view in made if view is not None), key=lambda view: view.start)


def _view(key: str, items: Sequence[NoticeEvent], names: Mapping[str, str], now: Seconds) -> MaintenanceView | None:
    stands = standing(items)
    if stands.cancelled:
        return None
    pieces = [notice for component in stands.components for notice in notices(items, component)]
    ended = stands.closed_at
    return MaintenanceView(
        id=key,
        title=stands.title,
        description=stands.description,
        components=tuple(names[item] for item in stands.components if item in names),
        start=stands.start,
        end=stands.end,
        published_at=stands.published_at,
        ended_at=ended,
        running=stands.start <= now < stands.end and (ended is None or now < ended),
        excluded=bool(pieces) and all(piece.eligible for piece in pieces),
        days_ahead=max(0, stands.start - stands.published_at) // 86400,
    )

"""`/api/v1`: the page's facts as JSON. Units are in the keys; percentages are the strings that the page shows."""

import json
from typing import Any

from monitor.core.calendar import format_instant
from monitor.core.model import Seconds, State
from monitor.core.text import decimal, percent, ratio, target_percent
from monitor.reader.detail import DetailView
from monitor.reader.response_times import ResponsePoint
from monitor.reader.views import ComponentView, DayView, MaintenanceView, MonthView, OutageView, PageView
from statuspage.language import Language
from statuspage.words import Standing, page_standing, state_sentence


def summary(view: PageView, language: Language) -> bytes:
    """The body of `/api/v1/summary`."""
    return _dump(
        {
            "page": {
                "name": view.title,
                "url": view.url,
                "zone": view.zone,
                "as_of": _instant(view.as_of),
                "checked_at": _instant(view.checked_at),
                "stale": view.stale,
                "locations": list(view.locations),
            },
            "status": {"state": _state(view), "sentence": state_sentence(view, language)},
            "components": [_component(component) for component in view.components],
            "maintenance": [_maintenance(window) for window in view.maintenance],
        }
    )


def component_body(view: DetailView) -> bytes:
    """The body of `/api/v1/components/ID`: what the summary says of it, its days, outages and response times."""
    return _dump(
        {
            **_component(view.component),
            "description": view.component.description,
            "days": [_day(day) for day in view.component.days],
            "outages": [_outage(outage) for outage in view.outages],
            "response_times": {item.period: [_point(point) for point in item.points] for item in view.responses},
        }
    )


def _day(day: DayView) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "availability_percent": None if day.availability is None else percent(day.availability),
        "down_seconds": day.down_seconds,
        "degraded_seconds": day.degraded_seconds,
        "unknown_seconds": day.unknown_seconds,
        "maintenance_seconds": day.maintenance_seconds,
        "total_seconds": day.total_seconds,
    }


def _outage(outage: OutageView) -> dict[str, Any]:
    return {
        "id": outage.id,
        "start": _instant(outage.start),
        "end": _instant(outage.end),
        "down_seconds": outage.down_seconds,
        "inferred_seconds": outage.inferred_seconds,
        "reason": outage.reason,
    }


def _point(point: ResponsePoint) -> dict[str, Any]:
    return {"start": _instant(point.start), "count": point.count, "p50_ms": point.p50_ms, "p95_ms": point.p95_ms}


def problem(status: int, title: str) -> bytes:
    """Problem details (RFC 9457)."""
    return _dump({"type": "about:blank", "status": status, "title": title})


def _state(view: PageView) -> str:
    standing = page_standing(view)
    return State.UNKNOWN if standing in (Standing.STARTING, Standing.REPORTED, Standing.PAUSED) else standing


def _component(component: ComponentView) -> dict[str, Any]:
    return {
        "id": component.id,
        "name": component.name,
        "group": component.group,
        "state": component.state,
        "since": _instant(component.since),
        "as_of": _instant(component.as_of),
        "source": "reported" if component.reported else "probed",
        "in_maintenance": component.in_maintenance,
        "paused_until": _instant(component.paused_until),
        "p95_ms": component.p95_ms,
        "month": _month(component.month),
    }


def _month(month: MonthView) -> dict[str, Any]:
    figure, share = month.figure, month.figure.availability
    return {
        "month": month.month,
        "availability": None if share is None else ratio(share),
        "availability_percent": None if share is None else percent(share),
        "target_percent": None if month.target is None else target_percent(month.target),
        "outlook": month.outlook,
        "down_seconds": figure.down_seconds,
        "degraded_seconds": figure.degraded_seconds,
        "unknown_seconds": figure.unknown_seconds,
        "excluded_seconds": figure.excluded_seconds,
        "measured_seconds": figure.measured_seconds,
        "used_seconds": None if month.used_seconds is None else decimal(month.used_seconds),
        "budget_seconds": None if month.budget_seconds is None else decimal(month.budget_seconds),
    }


def _maintenance(window: MaintenanceView) -> dict[str, Any]:
    return {
        "id": window.id,
        "title": window.title,
        "components": list(window.components),
        "start": _instant(window.start),
        "end": _instant(window.end),
        "published_at": _instant(window.published_at),
        "running": window.running,
        "excluded": window.excluded,
    }


def _instant(instant: Seconds | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

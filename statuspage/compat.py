"""`/api/v2`: the page's facts in the shape that clients of Atlassian Statuspage read.

That shape has no word for *not measured*: it reads `degraded_performance`, never `operational`, as nobody knows that
it works. Services that only their vendor can judge are left out for the same reason.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from monitor.core.calendar import format_instant
from monitor.core.incident import Impact, Phase
from monitor.core.model import Seconds
from monitor.reader.incident_views import IncidentView, UpdateView
from monitor.reader.incidents import IncidentsView
from monitor.reader.views import ComponentView, PageView
from monitor.reader.window_views import MaintenanceView
from statuspage.language import Language
from statuspage.places import home, incident_place, window_place
from statuspage.windows import is_over
from statuspage.words import Standing, other_sentences, page_standing, standing_of, state_sentence

MOST = 50
"""Incidents, and maintenance windows, in their lists: the newest."""

DOCUMENTS = (
    "summary.json",
    "status.json",
    "components.json",
    "incidents.json",
    "incidents/unresolved.json",
    "scheduled-maintenances.json",
    "scheduled-maintenances/upcoming.json",
    "scheduled-maintenances/active.json",
)
"""What there is below `/api/v2/`."""

_STATUS = {
    Standing.UP: "operational",
    Standing.DEGRADED: "degraded_performance",
    Standing.DOWN: "major_outage",
    Standing.MAINTENANCE: "under_maintenance",
}
_IMPACT = {Impact.NONE: "none", Impact.DEGRADED: "minor", Impact.DOWN: "major"}
_SHOWN = {Impact.NONE: "operational", Impact.DEGRADED: "degraded_performance", Impact.DOWN: "major_outage"}

Json = dict[str, Any]


class Compat:
    """Every document of one moment, in the page's first language."""

    def __init__(self, view: PageView, told: IncidentsView, language: Language) -> None:
        self._view = view
        self._told = told
        self._language = language
        self._page_id = urlsplit(view.url).hostname or "janji"
        self._components = {item.id: _component(item, number, self._page_id, view) for number, item in _shown(view)}

    def documents(self) -> dict[str, bytes]:
        """By name below `/api/v2/`."""
        incidents = [self._incident(item) for item in self._told.incidents if not item.moved][:MOST]
        unresolved = [item for item in incidents if item["status"] != "resolved"]
        windows = [self._window(item) for item in self._told.maintenance]
        upcoming = [item for item in reversed(windows) if item["status"] == "scheduled"]
        active = [item for item in windows if item["status"] == "in_progress"]
        parts: dict[str, Json] = {
            "summary.json": {
                "components": list(self._components.values()),
                "incidents": unresolved,
                "scheduled_maintenances": [*active, *upcoming],
                "status": self._status(),
            },
            "status.json": {"status": self._status()},
            "components.json": {"components": list(self._components.values())},
            "incidents.json": {"incidents": incidents},
            "incidents/unresolved.json": {"incidents": unresolved},
            "scheduled-maintenances.json": {"scheduled_maintenances": windows[:MOST]},
            "scheduled-maintenances/upcoming.json": {"scheduled_maintenances": upcoming},
            "scheduled-maintenances/active.json": {"scheduled_maintenances": active},
        }
        page = self._page()
        return {name: _dump({"page": page, **part}) for name, part in parts.items()}

    def _page(self) -> Json:
        view = self._view
        return {
            "id": self._page_id,
            "name": view.title,
            "url": view.url or "/",
            "time_zone": view.zone,
            "updated_at": format_instant(view.as_of or view.now),
        }

    def _status(self) -> Json:
        sentences = [state_sentence(self._view, self._language) + ".", *other_sentences(self._view, self._language)]
        return {"indicator": _indicator(self._view), "description": " ".join(sentences)}

    def _incident(self, view: IncidentView) -> Json:
        place = home(self._view.languages[0], self._view.languages) + incident_place(view.id)
        monitoring = [item.at for item in view.updates if item.phase is Phase.MONITORING]
        return {
            "id": view.id,
            "name": view.title[self._language.code],
            "status": str(view.phase),
            "created_at": format_instant(view.published_at),
            "updated_at": format_instant(view.changed_at),
            "monitoring_at": _instant(min(monitoring, default=None)),
            "resolved_at": _instant(view.resolved),
            "impact": _IMPACT[view.impact],
            "shortlink": self._view.url + place,
            "started_at": format_instant(view.started),
            "page_id": self._page_id,
            "incident_updates": [self._update(view, item) for item in view.updates],
            "components": self._named(view.component_ids),
        }

    def _update(self, view: IncidentView, update: UpdateView) -> Json:
        ids = dict(zip(view.components, view.component_ids, strict=False))
        return {
            "id": f"{view.id}-{update.number}",
            "status": str(update.phase),
            "body": update.said.text[self._language.code],
            "incident_id": view.id,
            "created_at": format_instant(update.entered_at),
            "updated_at": format_instant(update.edited_at or update.entered_at),
            "display_at": format_instant(update.at),
            "affected_components": [
                {"code": ids.get(name, name), "name": name, "new_status": _SHOWN[impact]}
                for name, impact in update.impacts
            ],
            "deliver_notifications": False,
            "custom_tweet": None,
            "tweet_id": None,
        }

    def _window(self, view: MaintenanceView) -> Json:
        place = home(self._view.languages[0], self._view.languages) + window_place(view.id)
        status = "completed" if is_over(view, self._told.now) else "in_progress" if view.running else "scheduled"
        ended = (view.ended_at or view.end) if status == "completed" else None
        return {
            "id": view.id,
            "name": view.title,
            "status": status,
            "created_at": format_instant(view.published_at),
            "updated_at": format_instant(view.changed_at),
            "monitoring_at": None,
            "resolved_at": _instant(ended),
            "impact": "maintenance",
            "shortlink": self._view.url + place,
            "started_at": format_instant(view.start),
            "page_id": self._page_id,
            "incident_updates": [
                {
                    "id": f"{view.id}-{number}",
                    "status": status,
                    "body": view.description,
                    "incident_id": view.id,
                    "created_at": format_instant(notice.at),
                    "updated_at": format_instant(notice.at),
                    "display_at": format_instant(notice.at),
                    "affected_components": [],
                    "deliver_notifications": False,
                    "custom_tweet": None,
                    "tweet_id": None,
                }
                for number, notice in reversed(list(enumerate(view.notices, start=1)))
            ],
            "components": self._named(view.component_ids),
            "scheduled_for": format_instant(view.start),
            "scheduled_until": format_instant(view.end),
        }

    def _named(self, ids: Iterable[str]) -> list[Json]:
        return [self._components[name] for name in ids if name in self._components]


def _shown(view: PageView) -> Sequence[tuple[int, ComponentView]]:
    return list(enumerate((item for item in view.components if not item.reported), start=1))


def _component(item: ComponentView, position: int, page_id: str, view: PageView) -> Json:
    return {
        "id": item.id,
        "name": item.name,
        "status": _STATUS.get(standing_of(item, stale=view.stale), "degraded_performance"),
        "created_at": None,
        "updated_at": format_instant(item.since if item.since is not None else view.now),
        "position": position,
        "description": item.description or None,
        "showcase": True,
        "start_date": None,
        "group_id": None,
        "group": False,
        "only_show_if_degraded": False,
        "page_id": page_id,
    }


def _indicator(view: PageView) -> str:
    match page_standing(view):
        case Standing.DOWN:
            return "critical" if all(standing_of(item) is Standing.DOWN for _, item in _shown(view)) else "major"
        case Standing.DEGRADED | Standing.UNKNOWN | Standing.STARTING:
            return "minor"
        case Standing.MAINTENANCE:
            return "maintenance"
        case _:
            return "none"


def _instant(instant: Seconds | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _dump(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

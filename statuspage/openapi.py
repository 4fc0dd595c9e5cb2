"""The public API described (OpenAPI 3.1): models of what `api`, `compat` and `badges` write, and every path of them.

The models are for the document and for the tests, which hold every answer against them; nothing is made from them.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, TypeAdapter

from monitor import __version__
from statuspage.badges import KINDS
from statuspage.compat import DOCUMENTS
from statuspage.places import SUMMARY, V2, badge_place, component_data

StateName: TypeAlias = Literal["up", "degraded", "down", "unknown"]
Json: TypeAlias = dict[str, Any]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PageInfo(_Model):
    name: str
    url: str
    zone: str
    as_of: str | None
    checked_at: str | None
    stale: bool
    locations: list[str]


class Status(_Model):
    state: Literal["up", "degraded", "down", "unknown", "maintenance"]
    sentence: str


class Month(_Model):
    month: str
    availability: str | None
    availability_percent: str | None
    target_percent: str | None
    outlook: Literal["on_track", "at_risk", "lost"] | None
    down_seconds: int
    degraded_seconds: int
    unknown_seconds: int
    excluded_seconds: int
    measured_seconds: int
    used_seconds: str | None
    budget_seconds: str | None


class Component(_Model):
    id: str
    name: str
    group: str
    state: StateName
    since: str | None
    as_of: str | None
    source: Literal["probed", "reported"]
    in_maintenance: bool
    paused_until: str | None
    p95_ms: int | None
    month: Month


class Maintenance(_Model):
    id: str
    title: str
    components: list[str]
    start: str
    end: str
    published_at: str
    running: bool
    excluded: bool


class Summary(_Model):
    page: PageInfo
    status: Status
    components: list[Component]
    maintenance: list[Maintenance]


class Day(_Model):
    day: str
    availability_percent: str | None
    down_seconds: int
    degraded_seconds: int
    unknown_seconds: int
    maintenance_seconds: int
    total_seconds: int


class Outage(_Model):
    id: str
    start: str
    end: str | None
    down_seconds: int
    inferred_seconds: int
    reason: str | None


class Point(_Model):
    start: str
    count: int
    p50_ms: int | None
    p95_ms: int | None


class ComponentDetail(Component):
    description: str
    days: list[Day]
    outages: list[Outage]
    response_times: dict[Literal["24h", "7d", "90d"], list[Point]]


class Shield(_Model):
    """What shields.io's endpoint badge reads."""

    schemaVersion: Literal[1]
    label: str
    message: str
    color: str


class CompatPage(_Model):
    id: str
    name: str
    url: str
    time_zone: str
    updated_at: str


class CompatStatus(_Model):
    indicator: Literal["none", "minor", "major", "critical", "maintenance"]
    description: str


class CompatComponent(_Model):
    id: str
    name: str
    status: Literal["operational", "degraded_performance", "major_outage", "under_maintenance"]
    created_at: str | None
    updated_at: str
    position: int
    description: str | None
    showcase: bool
    start_date: str | None
    group_id: None
    group: bool
    only_show_if_degraded: bool
    page_id: str


class Affected(_Model):
    code: str
    name: str
    new_status: str


class CompatUpdate(_Model):
    id: str
    status: str
    body: str
    incident_id: str
    created_at: str
    updated_at: str
    display_at: str
    affected_components: list[Affected]
    deliver_notifications: bool
    custom_tweet: None
    tweet_id: None


class CompatIncident(_Model):
    id: str
    name: str
    status: Literal["investigating", "identified", "monitoring", "resolved"]
    created_at: str
    updated_at: str
    monitoring_at: str | None
    resolved_at: str | None
    impact: Literal["none", "minor", "major", "critical"]
    shortlink: str
    started_at: str
    page_id: str
    incident_updates: list[CompatUpdate]
    components: list[CompatComponent]


class CompatMaintenance(_Model):
    id: str
    name: str
    status: Literal["scheduled", "in_progress", "verifying", "completed"]
    created_at: str
    updated_at: str
    monitoring_at: None
    resolved_at: str | None
    impact: Literal["maintenance"]
    shortlink: str
    started_at: str
    page_id: str
    incident_updates: list[CompatUpdate]
    components: list[CompatComponent]
    scheduled_for: str
    scheduled_until: str


class CompatDocument(_Model):
    page: CompatPage


class CompatState(CompatDocument):
    status: CompatStatus


class CompatComponents(CompatDocument):
    components: list[CompatComponent]


class CompatIncidents(CompatDocument):
    incidents: list[CompatIncident]


class CompatWindows(CompatDocument):
    scheduled_maintenances: list[CompatMaintenance]


class CompatSummary(CompatState):
    components: list[CompatComponent]
    incidents: list[CompatIncident]
    scheduled_maintenances: list[CompatMaintenance]


class Problem(_Model):
    """Problem details (RFC 9457)."""

    type: str
    status: int
    title: str


_COMPAT: Mapping[str, type[_Model]] = {
    "summary.json": CompatSummary,
    "status.json": CompatState,
    "components.json": CompatComponents,
    "incidents.json": CompatIncidents,
    "incidents/unresolved.json": CompatIncidents,
    **{name: CompatWindows for name in DOCUMENTS if name.startswith("scheduled-")},
}

MODELS: Mapping[str, type[_Model]] = {
    SUMMARY: Summary,
    component_data("{id}"): ComponentDetail,
    **{V2 + name: model for name, model in _COMPAT.items()},
    f"/{badge_place(KINDS[0])}.json": Shield,
    **{f"/{badge_place(kind, '{id}')}.json": Shield for kind in KINDS},
}
"""Every path of the public API, and what is answered there; `{id}` is a component's."""


def document(title: str, url: str) -> bytes:
    """The description of the public API of one page."""
    models: list[type[_Model]] = [*dict.fromkeys(MODELS.values()), Problem]
    schemas, definitions = TypeAdapter.json_schemas(
        [(model, "serialization", TypeAdapter(model)) for model in models],
        ref_template="#/components/schemas/{model}",
    )
    named: dict[type[_Model], Json] = {model: schemas[model, "serialization"] for model in models}
    body: Json = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": "What the status page shows, for programs."},
        "servers": [{"url": url or "/"}],
        "paths": {path: {"get": _operation(path, model, named)} for path, model in MODELS.items()},
        "components": {"schemas": definitions.get("$defs", {})},
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _operation(path: str, model: type[_Model], named: Mapping[type[_Model], Json]) -> Json:
    error = {"content": {"application/problem+json": {"schema": named[Problem]}}}
    answers: Json = {
        "200": {"description": "As of now", "content": {"application/json": {"schema": named[model]}}},
        "304": {"description": "As it was, by If-None-Match"},
        "429": {"description": "Too many requests; Retry-After says when", **error},
        "503": {"description": "Starting", **error},
    }
    operation: Json = {"operationId": path.strip("/").replace("/", "_"), "responses": answers}
    if "{id}" in path:
        answers["404"] = {"description": "There is no such component"}
        operation["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    return operation

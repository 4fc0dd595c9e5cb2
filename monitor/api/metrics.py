"""Metrics for Prometheus on the admin listener: `GET /metrics`. Read from the database at each scrape, in a registry of
their own; labels are ids of the settings and closed lists, never what targets say.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor import __version__
from monitor.api.operation import Desk
from monitor.api.problems import HEADERS, Problem
from monitor.api.work import Work
from monitor.core.alert import On, Urgency
from monitor.core.backlog import NOTHING_LOST, together
from monitor.core.model import Seconds, State
from monitor.storage.store import StorageAway

PATH = "/metrics"
_RECENT: Seconds = 7_200
"""A component whose timeline ended longer ago than this is not watched any more."""


class MetricsDoor:
    """Answers scrapes, and hands every other request to the application behind it."""

    __slots__ = ("_behind", "_work")

    def __init__(self, behind: ASGIApp, work: Work) -> None:
        self._behind = behind
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._behind(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            answer = Problem(405, "only GET here", headers={"allow": "GET"}).response()
        else:
            try:
                text, media_type = await self._work.read(exposed)
                answer = Response(text, media_type=None, headers={**HEADERS, "content-type": media_type})
            except StorageAway:
                answer = Problem(503, "the database does not answer", headers={"retry-after": "5"}).response()
        await answer(scope, receive, send)


def exposed(desk: Desk, clock: Callable[[], float] = time.perf_counter) -> tuple[bytes, str]:
    """The metrics of this moment, and their media type."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest

    began, registry = clock(), CollectorRegistry()
    ProcessCollector(registry=registry)

    def gauge(name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"janji_{name}", about, labels, registry=registry)

    gauge("build_info", "The version that runs.", "version").labels(__version__).set(1)
    _components(desk, gauge)
    _alerts(desk, gauge)
    _locations(desk, gauge)
    newest = desk.store.newest_result(desk.now)
    if newest is not None:
        gauge("newest_result_timestamp_seconds", "When the newest result was taken.").set(newest)
    gauge("scrape_seconds", "How long these metrics took to read.").set(clock() - began)
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _components(desk: Desk, gauge: Callable[..., Any]) -> None:
    state = gauge("component_state", "1 for the state that a component is in.", "component", "state")
    mark = gauge("component_settled_timestamp_seconds", "Up to when a component is judged.", "component")
    spans = desk.store.spans_since(desk.now - _RECENT)
    wanted = {component.id for component in desk.settings.components}
    for name, facts in desk.store.components().items():
        if name not in wanted or facts.watermark is None:
            continue
        mark.labels(name).set(facts.watermark)
        now = spans[name][-1].state if spans.get(name) else State.UNKNOWN
        for each in State:
            state.labels(name, each.value).set(int(each is now))


def _alerts(desk: Desk, gauge: Callable[..., Any]) -> None:
    firing = gauge("alerts_firing", "Alerts that have not recovered.", "on", "urgency")
    opened = desk.store.alerts.opened()
    count = Counter((item.on, item.urgency) for item in opened)
    for on in On:
        for urgency in Urgency:
            firing.labels(on.value, urgency.value).set(count[on, urgency])
    unacknowledged = gauge("alerts_unacknowledged", "Of those, the ones that nobody has acknowledged.")
    unacknowledged.set(sum(item.acked_at is None for item in opened))
    gauge("silences", "Silences that hold.").set(len(desk.store.alerts.silences.all(desk.now)))
    messages = gauge("messages", "Messages to channels, by what became of them.", "state")
    for name, number in desk.store.outbox.counts().items():
        messages.labels(name).set(number)


def _locations(desk: Desk, gauge: Callable[..., Any]) -> None:
    seen = gauge("agent_last_seen_timestamp_seconds", "When an agent of a location was last heard of.", "location")
    waits = gauge("agent_backlog", "Results that the agents of a location hold back.", "location")
    dropped = gauge("dropped_results", "Results of a location that agents and hubs ever gave up.", "location")
    heard, lost = desk.store.contacts.all(), desk.store.losses.all()
    for place in desk.settings.locations:
        name, contacts = place.name, heard.get(place.name, ()) if place.agent else ()
        dropped.labels(name).set(together([lost.get(name, NOTHING_LOST), *(item.lost for item in contacts)]).count)
        if contacts:
            seen.labels(name).set(max(item.seen_at for item in contacts))
            waits.labels(name).set(sum(item.waiting.backlog for item in contacts if item.waiting is not None))

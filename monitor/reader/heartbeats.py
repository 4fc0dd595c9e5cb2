"""From settings and beats to what each job's heartbeat shows: its last word, when the next is due, what it is now."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.heartbeat import Beat, Heard, Promise, begun, next_due, observe
from monitor.core.model import Failure, Seconds, State
from monitor.probes.heartbeat import HeartbeatCheck
from monitor.settings.hub import Settings
from monitor.storage.store import Store


@dataclass(frozen=True, slots=True)
class HeartbeatView:
    """`tokens` names those that are in use for it. `state` is as of now, before any slot is judged."""

    component: str
    check: str
    promise: Promise
    state: State
    failure: Failure | None
    heard: Heard
    next_due: Seconds | None
    tokens: tuple[str, ...]

    @property
    def last(self) -> Beat | None:
        """The newest word that ended a run."""
        return self.heard.fail if self.heard.failed else self.heard.success


def heartbeats(store: Store, settings: Settings, now: Seconds) -> list[HeartbeatView]:
    """Every heartbeat of the settings, in their order."""
    heard = store.beats.all(now)
    listening = store.beats.listening() or begun(now)
    tokens = [item for item in store.tokens.all() if item.revoked_at is None]
    found = []
    for component, check in _checks(settings):
        name = check.id or check.kind
        known = heard.get((component, name), Heard())
        seen = observe(check.promise, known, listening, now)
        found.append(
            HeartbeatView(
                component=component,
                check=name,
                promise=check.promise,
                state=seen.outcome,
                failure=seen.failure,
                heard=known,
                next_due=next_due(check.promise, known, now),
                tokens=tuple(item.name for item in tokens if item.scopes == (f"heartbeat:{component}/{name}",)),
            )
        )
    return found


def _checks(settings: Settings) -> Iterator[tuple[str, HeartbeatCheck]]:
    for component in settings.components:
        for check in component.checks:
            if isinstance(check, HeartbeatCheck):
                yield component.id, check

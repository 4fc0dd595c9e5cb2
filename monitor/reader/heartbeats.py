"""From settings and beats to what each job's heartbeat shows: its last word, when the next is due, what it is now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.core.heartbeat import Beat, Heard, Promise, begun, next_due, observe
from monitor.core.model import Failure, Seconds, State
from monitor.core.token import heartbeat_of
from monitor.probes.heartbeat import HeartbeatCheck
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from monitor.storage.tokens import TokenRecord


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
    tokens, names = [item for item in store.tokens.all() if item.revoked_at is None], store.renamings.current()
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
                tokens=tuple(item.name for item in tokens if _is_for(item, component, name, names)),
            )
        )
    return found


def _is_for(token: TokenRecord, component: str, check: str, names: Mapping[str, str]) -> bool:
    """Whether a job sends the check's beats with a token; one made under an earlier id of the component, too."""
    found = heartbeat_of(token.scopes)
    return found is not None and (names.get(found[0], found[0]), found[1]) == (component, check)


def _checks(settings: Settings) -> Iterator[tuple[str, HeartbeatCheck]]:
    for component in settings.components:
        for check in component.checks:
            if isinstance(check, HeartbeatCheck):
                yield component.id, check

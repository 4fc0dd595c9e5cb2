"""What a location of this process is to probe, from the terms as stored and the checks of the settings in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.model import Seconds, digest
from monitor.probes.assignment import Assignment, assigned, read_check
from monitor.probes.base import Check
from monitor.settings.hub import Settings
from monitor.storage.store import PlannedCheck, Store


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be probed, and the checks by the digests of their definitions."""

    items: Sequence[PlannedCheck]
    checks: Mapping[str, Check]


def plan_of(settings: Settings, store: Store, now: Seconds) -> Planned:
    """What is to be probed from now on."""
    planned = store.planned(now)
    return Planned(planned, checks_by_definition(settings, store, planned))


def checks_by_definition(settings: Settings, store: Store, planned: Sequence[PlannedCheck]) -> dict[str, Check]:
    """The checks that are planned, by the digest of their definition: those of the settings themselves where they have
    it, so that a check is held once, else read from what is stored."""
    known = {digest(check.definition()): check for component in settings.components for check in component.checks}
    stored = store.definitions({item.terms.definition for item in planned} - known.keys())
    return known | {name: read_check(definition) for name, definition in stored.items()}


def assignments(planned: Planned, location: str) -> list[Assignment]:
    """What one location is to probe."""
    return [
        assigned(
            item.component,
            item.terms.check,
            planned.checks[item.terms.definition],
            digest=item.terms.definition,
            every=item.terms.every,
            start=item.terms.start,
            end=item.terms.end,
        )
        for item in planned.items
        if location in item.terms.locations
    ]

"""What the results say about an outage: why it was down, and from where that was seen."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from monitor.core.model import FailureKind, Interval, Seconds, State
from monitor.storage.store import Store

FIRST: Seconds = 3600
"""How much of an outage is asked about: its beginning tells why, and long ones have very many results."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The failure seen most often as it began (None: nobody knows), and the locations that saw it."""

    kind: FailureKind | None
    locations: tuple[str, ...]


Witnesses: TypeAlias = Callable[[str, Interval], Witness]
"""Asks about an outage of a component."""


def witnesses(store: Store) -> Witnesses:
    """Witnesses from the results of a store."""

    def ask(component: str, outage: Interval) -> Witness:
        seen = store.results(component, outage.start, min(outage.end, outage.start + FIRST))
        down = [item for item in seen if item.outcome is State.DOWN]
        # Of equally frequent kinds the first one seen: Counter keeps that order.
        kinds = Counter(item.failure.kind for item in down if item.failure).most_common(1)
        return Witness(kinds[0][0] if kinds else None, tuple(sorted({item.location for item in down})))

    return ask


def unasked(component: str, outage: Interval) -> Witness:
    """For files that give no reasons: nobody is asked."""
    del component, outage
    return Witness(None, ())

"""When a component is in service: its own `since` and `until`, and those of an agreement."""

from dataclasses import dataclass

from monitor.core.model import Interval, Seconds
from monitor.storage.store import ComponentFacts


@dataclass(frozen=True, slots=True)
class Service:
    """When a component is in service: from `start` to `end`, either of them open."""

    start: Seconds | None
    end: Seconds | None

    def cut(self, bounds: Interval) -> Interval:
        """The part of a stretch of time in service; empty (at its start) when there is none."""
        start = bounds.start if self.start is None else max(bounds.start, self.start)
        end = bounds.end if self.end is None else min(bounds.end, self.end)
        return Interval(start, end) if start < end else Interval(bounds.start, bounds.start)

    def within(self, other: "Service") -> "Service":
        """When both are in service."""
        starts = [start for start in (self.start, other.start) if start is not None]
        ends = [end for end in (self.end, other.end) if end is not None]
        return Service(max(starts, default=None), min(ends, default=None))


ALWAYS = Service(None, None)


def service_of(facts: ComponentFacts, vanished: Seconds | None) -> Service:
    """When the component is in service. One without a first slot is not yet."""
    return Service(facts.since, facts.until if facts.until is not None else vanished)

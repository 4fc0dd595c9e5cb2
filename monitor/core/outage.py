"""Outages as people read them: runs of down over one component's spans or several, bridged gaps inside."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.interval import Intervals, intersect, seconds_in, subtract, union
from monitor.core.model import Interval, Seconds, Span, State


@dataclass(frozen=True, slots=True)
class Outage:
    """A down span as people read it: from the first down to the recovery, bridged gaps included."""

    component: str
    start: Seconds
    end: Seconds
    inferred_seconds: Seconds
    ongoing: bool

    @property
    def id(self) -> str:
        return f"{self.component}-{self.start}"

    @property
    def length(self) -> Seconds:
        return self.end - self.start


def outages(subject: str, spans: Iterable[Span], as_of: Seconds) -> list[Outage]:
    """Runs of down, each one outage, bridged gaps inside. The spans may be those of several components."""
    down = [span for span in spans if span.state is State.DOWN]
    seen = union(Interval(span.start, span.end) for span in down if not span.inferred)
    runs = union(Interval(span.start, span.end) for span in down)
    return [
        Outage(subject, run.start, run.end, seconds_in(subtract([run], seen)), ongoing=run.end >= as_of) for run in runs
    ]


def bridged(spans: Iterable[Span], within: Interval) -> Intervals:
    """The stretches in which nobody saw down, but down is inferred."""
    down = [span for span in spans if span.state is State.DOWN]
    seen = union(Interval(span.start, span.end) for span in down if not span.inferred)
    inferred = union(Interval(span.start, span.end) for span in down if span.inferred)
    return intersect(subtract(inferred, seen), [within])

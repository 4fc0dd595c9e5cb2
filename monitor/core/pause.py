"""Pauses: time in which somebody decided that a component is not probed. It is unknown, whatever results say, and no
alert is raised of it. A pause begins when it is decided, never before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.core.interval import Intervals, subtract, union
from monitor.core.model import Interval, Seconds, Span
from monitor.core.schedule import slot_of
from monitor.core.timeline import Corrections, Terms

LONGEST: Seconds = 366 * 86_400
_FAR: Seconds = 2**62


@dataclass(frozen=True, slots=True)
class Pause:
    """`id` is empty until it is stored. `until` is what was decided, `resumed_at` when it was ended before that."""

    id: str
    component: str
    start: Seconds
    until: Seconds
    reason: str
    by: str
    resumed_at: Seconds | None = None
    resumed_by: str = ""

    @property
    def end(self) -> Seconds:
        return self.until if self.resumed_at is None else min(self.until, self.resumed_at)

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)


def check(pause: Pause) -> None:
    """Raises ValueError saying why it cannot be."""
    if not pause.reason.strip():
        raise ValueError("say why, in --reason: whoever reads the books asks")
    if pause.until <= pause.start:
        raise ValueError("it would have ended already; look at the date")
    if pause.until - pause.start > LONGEST:
        raise ValueError("a pause lasts a year at most; a component that is gone gets an until in the settings")


def pausing(pauses: Iterable[Pause], at: Seconds) -> Pause | None:
    """The pause that holds an instant; the one that ends last where several do."""
    return max((item for item in pauses if item.start <= at < item.end), key=lambda item: item.end, default=None)


def intervals(pauses: Iterable[Pause]) -> Intervals:
    """The time that is paused."""
    return union(item.interval for item in pauses if item.start < item.end)


def laid(corrections: Corrections, checks: Iterable[str], paused: Sequence[Interval]) -> Corrections:
    """The corrections of a component's checks with its pauses: paused time is unknown for each of them."""
    if not paused:
        return corrections
    return {check: [*corrections.get(check, ()), *paused] for check in {*checks, *corrections}}


def outside(spans: Iterable[Span], paused: Sequence[Interval]) -> list[Span]:
    """The parts of spans that are not paused: what alerts are raised of."""
    pieces = [(span, piece) for span in spans for piece in subtract([Interval(span.start, span.end)], paused)]
    return [replace(span, start=piece.start, end=piece.end) for span, piece in pieces]


def unpaused(terms: Terms, paused: Sequence[Interval], now: Seconds) -> list[Terms]:
    """The terms without the slots that are paused, the one in which a pause begins too: what is still to be probed."""
    whole = [Interval(terms.start, _FAR if terms.end is None else terms.end)]
    holes = [Interval(slot_of(item.start, terms.every), item.end) for item in paused if item.end > now]
    if not holes:
        return [terms]
    pieces = [
        replace(terms, start=item.start, end=None if item.end == _FAR else item.end) for item in subtract(whole, holes)
    ]
    return [piece for piece in pieces if piece.end is None or piece.end > now]

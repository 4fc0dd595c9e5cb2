"""The downtime of several components side by side: each one's, all added up, and the time with at least one down."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.interval import Intervals, seconds_in
from monitor.core.model import Seconds


@dataclass(frozen=True, slots=True)
class Downtime:
    """`parts` in the order given. `overlap` is what adding up counts more than once: `added - overlap == union`."""

    parts: tuple[Seconds, ...]
    overlap: Seconds
    union: Seconds

    @property
    def added(self) -> Seconds:
        """The sum over the components; may be longer than the month."""
        return sum(self.parts)


def downtime(components: Iterable[Intervals]) -> Downtime:
    """The down seconds of components, each a set. Overlap and union are counted apart, so that they check each other.

    Raises ArithmeticError when they do not add up.
    """
    sets = list(components)
    found = Downtime(
        parts=tuple(seconds_in(each) for each in sets),
        overlap=_counted_again(sets),
        union=seconds_in(piece for each in sets for piece in each),
    )
    if found.added - found.overlap != found.union:
        raise ArithmeticError(f"downtime does not add up: {found}")
    return found


def _counted_again(sets: Iterable[Intervals]) -> Seconds:
    """At each instant the number of sets that hold it, less one; summed over all instants that any holds."""
    edges: dict[Seconds, int] = {}
    for each in sets:
        for piece in each:
            edges[piece.start] = edges.get(piece.start, 0) + 1
            edges[piece.end] = edges.get(piece.end, 0) - 1
    again, depth, before = 0, 0, 0
    for instant in sorted(edges):
        again += max(0, depth - 1) * (instant - before)
        depth, before = depth + edges[instant], instant
    return again

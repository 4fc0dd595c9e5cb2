"""Which of the results that wait on a disk go first when there is no room: answers before failures, old before new.

A failure is what downtime is proved by, so the newest failures stay longest. What is dropped makes its slots unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.model import Result, Seconds, State


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A file of results that wait. `number` grows with time; `failures` tells which kind of results it holds."""

    number: int
    failures: bool
    count: int
    size: int  # bytes on the disk
    newest: Seconds  # the latest slot inside
    oldest: Seconds = 0  # the earliest
    mark: str = ""  # of whoever put them there; segments are not mixed


def is_failure(result: Result) -> bool:
    """Whether a result speaks against its target: only those prove downtime."""
    return result.outcome is State.DOWN


def overdue(segments: Iterable[Segment], now: Seconds, most_age: Seconds) -> list[Segment]:
    """Those whose slots are all older than `most_age`."""
    return [segment for segment in segments if segment.newest < now - most_age]


def excess(segments: Iterable[Segment], most_size: int) -> list[Segment]:
    """Those to drop, in order, so that the others take at most `most_size` bytes."""
    ordered = sorted(segments, key=lambda segment: (segment.failures, segment.number))
    over = sum(segment.size for segment in ordered) - most_size
    dropped: list[Segment] = []
    for segment in ordered:
        if over <= 0:
            break
        dropped.append(segment)
        over -= segment.size
    return dropped

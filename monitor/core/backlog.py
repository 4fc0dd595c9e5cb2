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


@dataclass(frozen=True, slots=True)
class Loss:
    """How many results were ever given up. `since`: when somebody first heard of any; `last`: that they grew more."""

    count: int = 0
    since: Seconds | None = None  # None: it was not written down
    last: Seconds | None = None

    def counted(self, count: int, now: Seconds) -> "Loss":
        """After a count was told. One that is smaller is of another disk, and begins anew."""
        if count == self.count:
            return self
        if not count:
            return NOTHING_LOST
        begins = not self.count or count < self.count
        return Loss(count, now if begins else self.since, now)


NOTHING_LOST = Loss()


def together(losses: Iterable[Loss]) -> Loss:
    """All of them as one: from when the first of them began, to when the last one grew."""
    found = [loss for loss in losses if loss.count]
    since = [loss.since for loss in found if loss.since is not None]
    last = [loss.last for loss in found if loss.last is not None]
    return Loss(sum(loss.count for loss in found), min(since, default=None), max(last, default=None))


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

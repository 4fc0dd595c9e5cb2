"""When each check is due: slots on a grid fixed by the epoch, a phase fixed by the check's name.

Due times come from the epoch, never from "last run + every". Times here are in milliseconds since the epoch
where a moment inside a slot is meant, and in whole seconds where a slot is.
"""

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm
from typing import TypeAlias

from monitor.core.model import Milliseconds, Seconds


@dataclass(frozen=True, slots=True)
class Timing:
    """What the schedule needs to know of a check. `key` is `component/check`."""

    key: str
    every: Seconds
    timeout_ms: Milliseconds
    retry_ms: Milliseconds = 0
    start: Seconds = 0  # in force from this slot on
    end: Seconds | None = None

    @property
    def budget_ms(self) -> Milliseconds:
        """The longest an honest probe may take: one attempt, or two and the pause between."""
        return self.timeout_ms + (self.retry_ms + self.timeout_ms if self.retry_ms else 0)

    @property
    def phase_ms(self) -> Milliseconds:
        """Where in each slot the probe starts: the same at every location, and every attempt ends inside."""
        number = int.from_bytes(hashlib.sha256(self.key.encode()).digest()[:8], "big")
        return number % (self.room_ms + 1)

    @property
    def room_ms(self) -> Milliseconds:
        """How far into each slot a probe may start at the latest, if its budget is to fit."""
        return max(self.every * 1000 - self.budget_ms, 0)


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One probe that is to start at `at_ms`, and not at all after `latest_ms`; `start` names the terms."""

    at_ms: Milliseconds
    key: str
    slot: Seconds
    latest_ms: Milliseconds
    start: Seconds


def slot_of(instant: Seconds, every: Seconds) -> Seconds:
    """The start of the slot that holds the instant."""
    return instant - instant % every


def change_instant(now: Seconds, *everies: Seconds) -> Seconds:
    """The first instant after `now` that begins a slot under every one of the given lengths."""
    step = lcm(*everies)
    return slot_of(now, step) + step


def first_due(timing: Timing, from_ms: Milliseconds) -> Due | None:
    """The first probe due at or after a moment, or None when the check ends before it."""
    entry = _entry(timing, timing.phase_ms, from_ms)
    return None if entry is None else Due(*entry)


LATENESS_MS: Milliseconds = 250
"""How far a start may lie past the moment that leaves its whole budget inside the slot (a tenth of short slots).

Without it a check whose phase is the last possible one, or whose budget is its whole slot, would lose its slot to
a millisecond of lateness of ours.
"""

_Entry: TypeAlias = tuple[Milliseconds, str, Seconds, Milliseconds, Seconds]
"""A `Due` as it lies in the heap: tuples compare several times faster than dataclasses."""


def _entry(timing: Timing, phase: Milliseconds, from_ms: Milliseconds) -> _Entry | None:
    every_ms = timing.every * 1000
    slot_ms = max(-(-(from_ms - phase) // every_ms) * every_ms, -(-timing.start // timing.every) * every_ms)
    slot = slot_ms // 1000
    if timing.end is not None and slot >= timing.end:
        return None
    latest = slot_ms + every_ms - timing.budget_ms + min(LATENESS_MS, every_ms // 10)
    return slot_ms + phase, timing.key, slot, latest, timing.start


class Agenda:
    """All checks of a location in order of their next due time: one heap, no task and no timer per check."""

    def __init__(self, timings: Iterable[Timing], from_ms: Milliseconds) -> None:
        """Nothing due before `from_ms` is ever given out: what may have been probed is not probed again."""
        self._timings = {(timing.key, timing.start): (timing, timing.phase_ms) for timing in timings}
        entries = (_entry(timing, phase, from_ms) for timing, phase in self._timings.values())
        self._heap: list[_Entry] = [entry for entry in entries if entry is not None]
        heapq.heapify(self._heap)

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next_ms(self) -> Milliseconds | None:
        """When the next probe is due; None when nothing ever is."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now_ms: Milliseconds) -> list[Due]:
        """Takes out all probes due by now, oldest first. One whose time has run out is left out: a missed slot."""
        due: list[Due] = []
        while self._heap and self._heap[0][0] <= now_ms:
            item = Due(*self._heap[0])
            if now_ms <= item.latest_ms:
                due.append(item)
            timing, phase = self._timings[item.key, item.start]
            following = _entry(timing, phase, max(item.at_ms + 1, now_ms - timing.every * 1000))
            if following is None:
                heapq.heappop(self._heap)
            else:
                heapq.heapreplace(self._heap, following)
        return due


def due_rate(timings: Iterable[Timing]) -> float:
    """Starts a second that the checks need together at their busiest: in the part of each slot where phases lie.

    Retries make that part short: with the default budget, five sixths of the slot, it is the first sixth.
    """
    return sum(1000 / max(timing.room_ms, 1000) for timing in timings)

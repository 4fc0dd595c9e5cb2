"""How an agent and its hub talk: what is sent next, how fast, when to try again, whether a clock can be believed.

Moments are seconds of the monotonic clock where nothing else is said; chance is a number in [0, 1).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from monitor.core.model import Milliseconds, Seconds

T = TypeVar("T")

PROTOCOL = 2
SUPPORTED = (2, 1)
"""Protocols that a hub of this version answers: the current one and the one before.

2: an agent says which part of the checks it probes and since when it is blind, and is told its control targets.
"""

MOST_RESULTS = 2000
MOST_BYTES = 2 * 2**20
"""Of one batch, unpacked."""

HEARTBEAT = 15.0
"""Seconds without a batch after which an empty one says that the agent lives."""

PULL = 10.0
"""Seconds between two looks at what is to be probed."""

CATCH_UP = 500
"""Results a second at which an agent works off what has waited, beside what it sees now."""

PATIENCE = 20.0
"""Seconds for one request to a hub, its answer included."""

PATIENCE_WITH_OTHERS = 10.0
"""The same while there is another hub to turn to: slots of agents settle 15 s after their end."""

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
"""Well below the three minutes after which a location is silent: a hub that was away long shall not think so of all."""

_MOST_ASKED = 300.0
_OVERHEAD = 1024  # bytes of a batch that are not results


class Load(StrEnum):
    """What goes next."""

    LIVE = "live"
    BACKLOG = "backlog"
    HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class Sending:
    """Where the sending stands: failed tries in a row, and the first moments at which things may be sent again."""

    failures: int = 0
    next_try: float = 0.0
    next_backlog: float = 0.0
    last_sent: float = float("-inf")

    def next_load(self, now: float, *, live: bool, backlog: bool) -> Load | None:
        """What has just been seen goes first, then what waited, at its pace; a heartbeat where nothing else goes."""
        if now < self.next_try:
            return None
        if live:
            return Load.LIVE
        if backlog and now >= self.next_backlog:
            return Load.BACKLOG
        return Load.HEARTBEAT if now - self.last_sent >= HEARTBEAT else None

    def sent(self, now: float, *, waited: int, chance: float) -> "Sending":
        """After a batch was taken, `waited` of whose results had waited.

        Agents that a hub comes back to drift apart by chance, and none fills it with its past.
        """
        rest = waited / CATCH_UP * (0.75 + chance / 2)
        ready = max(self.next_backlog, now + rest) if waited else self.next_backlog
        return Sending(0, 0.0, ready, now)

    def anew(self) -> "Sending":
        """After the hub was seen to be there again by other means: the next try may be now."""
        return replace(self, next_try=0.0)

    def failed(self, now: float, *, chance: float, asked: float | None = None, hubs: int = 1) -> "Sending":
        """After a batch was not taken; `asked` is how long the hub that is next wants to be left alone."""
        next_try = now + pause(self.failures, chance, asked, hubs)
        return replace(self, failures=self.failures + 1, next_try=next_try)


def pause(failures: int, chance: float, asked: float | None = None, hubs: int = 1) -> float:
    """Seconds until the next try after so many failed ones before: doubled up to 60, cut by up to a half by chance.

    Of several hubs each gets its turn soon after the one before, and only a whole round without any is a failure that
    doubles: a hub is asked no more often than if it were the only one, and one that works is found within a round.
    What the hub asks for is kept to, and by chance exceeded a little: all agents were asked the same.
    """
    if asked is not None:
        return min(max(asked, 0.0), _MOST_ASKED) * (1 + chance / 4)
    rounds, turn = divmod(failures, hubs)
    doublings = rounds if turn == hubs - 1 else 0
    return min(_FIRST_PAUSE * 2.0 ** min(doublings, 16), _LONGEST_PAUSE) * (1 - chance / 2)


@dataclass(frozen=True, slots=True)
class Hubs:
    """Which of several hubs an agent talks to: the one that works, and when it does not, the next in their order.

    `rests`: until when those that asked for it are left alone. `away`: why each took or gave nothing, since one did.
    """

    names: tuple[str, ...]
    current: str
    rests: Mapping[str, float] = field(default_factory=dict)
    away: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Sequence[str], current: str | None = None) -> "Hubs":
        """Begins with `current` where that is one of them, otherwise with the first."""
        return cls(tuple(names), current if current in names and current is not None else names[0])

    @property
    def patience(self) -> float:
        """Seconds for one request to the current one: all of them where the others are away, or the line is slow."""
        others = set(self.names) - {self.current}
        return PATIENCE if others <= self.away.keys() else PATIENCE_WITH_OTHERS

    def works(self, hub: str) -> "Hubs":
        """After a hub took or gave something. What was asked before it was turned away from changes no mind."""
        if not self.away and hub not in self.rests:
            return self
        return replace(self, rests=_without(self.rests, hub), away={})

    def failed(self, hub: str, now: float, reason: str, *, asked: float | None = None, stays: bool = False) -> "Hubs":
        """After a hub took or gave nothing: turns from it to the next that may be asked, or may be so first.

        `stays`: it is well and wants to be asked less; the next is not asked in its place.
        """
        rests = _without(self.rests, hub)
        if asked is not None:
            rests[hub] = now + min(max(asked, 0.0), _MOST_ASKED)
        away = {name: why for name, why in {**self.away, hub: reason}.items() if name in self.names}
        current = self.current
        if hub == current and not stays:
            at = self.names.index(hub) + 1
            current = min(self.names[at:] + self.names[:at], key=lambda name: max(rests.get(name, now), now))
        return replace(self, current=current, rests=rests, away=away)

    def asked(self, now: float) -> float | None:
        """How long the current one still wants to be left alone, in seconds; None where it does not."""
        rest = self.rests.get(self.current, now) - now
        return rest if rest > 0 else None


def _without(rests: Mapping[str, float], hub: str) -> dict[str, float]:
    return {name: until for name, until in rests.items() if name != hub}


def next_pull(now: float, chance: float) -> float:
    """When to look next at what is to be probed; by chance, so that agents started together do not stay so."""
    return now + PULL * (0.9 + chance / 5)


def retry_after(text: str | None) -> float | None:
    """The seconds that a Retry-After header says; None for a date or nonsense."""
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def parcels(items: Iterable[tuple[T, int]]) -> Iterator[list[T]]:
    """Items with their sizes in bytes, in order, in batches that the wire takes."""
    batch: list[T] = []
    size = _OVERHEAD
    for item, bytes_ in items:
        if batch and (len(batch) == MOST_RESULTS or size + bytes_ + 1 > MOST_BYTES):
            yield batch
            batch, size = [], _OVERHEAD
        batch.append(item)
        size += bytes_ + 1
    if batch:
        yield batch


def halves(items: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Two parts of a batch that was refused as a whole: the one with the bad item is found by halving."""
    middle = len(items) // 2
    return items[:middle], items[middle:]


def skew_ms(asked: Milliseconds, answered: Milliseconds, hub: Milliseconds) -> Milliseconds:
    """By how much a clock is ahead of the hub's, measured at the middle of a request."""
    return (asked + answered) // 2 - hub


def came_late(sent: Milliseconds, came: Milliseconds, skew: Milliseconds | None) -> bool:
    """Whether a batch was under way for so long (its hub was frozen, say) that the hub may take the delay for a clock
    that is behind, and believe nothing in it. `skew` is as it was known before; unknown, nobody can tell."""
    return skew is not None and came - sent + skew > most_skew_ms(1)


def most_skew_ms(every: Seconds) -> Milliseconds:
    """How far a clock may be off before results of a check with such slots do not report."""
    return 5000 if every >= 10 else every * 500


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`th of `of` parts of a location's checks, from 1."""

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= 1000:
            raise ValueError("write a part of a whole, such as 1/3")

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """`1/3`. Raises ValueError saying how to write one."""
        number, slash, of = text.partition("/")
        if not (slash and number.isascii() and number.isdigit() and of.isascii() and of.isdigit()):
            raise ValueError("write a part of a whole, such as 1/3")
        return cls(int(number), int(of))

    def holds(self, key: str) -> bool:
        """Whether `component/check` belongs to it. Other bytes of the hash than those that set a check's phase."""
        number = int.from_bytes(hashlib.sha256(key.encode()).digest()[8:16], "big")
        return number % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard(1, 1)

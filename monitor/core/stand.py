"""By which clock a result was seen: a clock that was set meanwhile tells nothing of how it stood before.

An agent that lost its hub may have had a wrong clock and got a right one since. What it saw goes with how far the clock
was ahead of the present one, so that the hub can measure the clock that counts.
"""

import re
from dataclasses import dataclass

from monitor.core.model import FailureKind, Milliseconds, Result

_SET_MS: Milliseconds = 250
"""A clock that moved so far against the machine's own time was set; less is drift."""

_AHEAD = re.compile(r"the agent's clock was \d+\.\d s ahead;")

_NOTICED_MS: Milliseconds = 1500
"""A clock is looked at each second: so late may it be noticed that it was set."""


@dataclass(frozen=True, slots=True)
class Stand:
    """By how much a clock is ahead of the time since the machine was started; `boot` names that start."""

    boot: str
    ahead_ms: Milliseconds

    def shift_ms(self, now: "Stand") -> Milliseconds:
        """By how much the clock was ahead then of what it is now; 0 where nobody can tell."""
        return self.ahead_ms - now.ahead_ms if self.boot == now.boot else 0

    @classmethod
    def parse(cls, mark: str) -> "Stand | None":
        """What `str` wrote; None for anything else."""
        boot, _, ahead = mark.partition("_")
        return cls(boot, int(ahead)) if boot and ahead.isascii() and ahead.isdigit() else None

    def __str__(self) -> str:
        return f"{self.boot}_{max(self.ahead_ms, 0)}"


@dataclass(frozen=True, slots=True)
class Clockwork:
    """How a clock stands, since when (milliseconds after the machine was started), and how it stood before that."""

    now: Stand
    since_ms: Milliseconds = 0
    before: Stand | None = None

    def looked_at(self, found: Stand, at_ms: Milliseconds) -> "Clockwork":
        """After a look at the clock: the same until it was set, however slowly it drifts."""
        if found.boot == self.now.boot and abs(found.ahead_ms - self.now.ahead_ms) <= _SET_MS:
            return self
        return Clockwork(found, at_ms, self.now)

    def of(self, started_ms: Milliseconds, at_ms: Milliseconds) -> Stand:
        """The stand by which something was begun that is over at `at_ms`: the clock may have been set meanwhile."""
        began = started_ms - self.now.ahead_ms
        if self.before is None or self.since_ms - _NOTICED_MS <= began <= at_ms:
            return self.now
        return self.before


def off_by(skew_ms: Milliseconds) -> str:
    """How far a clock was off by which something was seen, in words that begin what is kept of it."""
    seconds = f"{abs(skew_ms) // 1000}.{abs(skew_ms) % 1000 // 100}"
    return f"the agent's clock was {seconds} s {'ahead' if skew_ms > 0 else 'behind'};"


def was_ahead(result: Result) -> bool:
    """Whether its clock was ahead for certain. A batch that comes late, or once more, makes a clock look behind, so one
    that was behind, or right, may have been another; none looks ahead that was not."""
    failure = result.failure
    return failure is not None and failure.kind is FailureKind.CLOCK_JUMP and _AHEAD.match(failure.detail) is not None

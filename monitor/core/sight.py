"""Whether a location sees anything at all: told by control targets that always answer, asked when something fails.

None of them answers: the location is blind, and what it sees as down is unknown. Moments are seconds of the monotonic
clock. Nothing is asked while nothing fails: who sees a target is not blind.
"""

from dataclasses import dataclass, replace

from monitor.core.model import Failure, FailureKind, Result, State

PATIENCE = 2.0
"""Seconds that a control target has to answer."""

APART = 1.0
"""Seconds between two rounds of asking at least, however much fails: controls are somebody else's."""

AGAIN = 2.0
"""Seconds until a blind location asks again by itself, so that it knows when its sight came back."""

_OF_NAMES = frozenset({FailureKind.NAME_NOT_FOUND, FailureKind.NAME_TIMEOUT})


@dataclass(frozen=True, slots=True)
class Sight:
    """What the rounds so far told. `since`: when the present blindness began; `was`: the one before, from and to."""

    since: float | None = None
    was: tuple[float, float] | None = None

    @property
    def blind(self) -> bool:
        return self.since is not None

    def after(self, began: float, *, answered: bool) -> "Sight":
        """After a round of asking that began at a moment."""
        if answered:
            return self if self.since is None else Sight(None, (self.since, began))
        return self if self.since is not None else Sight(began, self.was)

    def clouded(self, start: float, end: float) -> bool:
        """Whether the location was blind at any time between two moments: what failed then tells nothing."""
        if self.since is not None and self.since <= end:
            return True
        return self.was is not None and self.was[0] <= end and start <= self.was[1]


def is_by_name(result: Result) -> bool:
    """Whether it was the name that could not be looked up: controls given by address say nothing of that."""
    return result.failure is not None and result.failure.kind in _OF_NAMES


def unseen(result: Result) -> Result:
    """A result of a blind location as it counts: unknown, with what it seemed to be in words."""
    saw = [str(result.outcome)]
    if result.failure is not None:
        saw += [str(result.failure.kind), result.failure.detail]
    detail = f"no control target answered; seen: {', '.join(part for part in saw if part)}"
    return replace(
        result, outcome=State.UNKNOWN, failure=Failure(FailureKind.NO_NETWORK, detail), certificate_expires=None
    )

"""From what the locations saw in one slot to the verdict of the check.

Owns the quorum, the four modes, which of several results for one slot counts, and when a slot is decided.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import TypeAlias

from monitor.core.model import Result, State, digest
from monitor.core.stand import was_ahead

Mode: TypeAlias = str | int
"""`majority`, `any`, `all`, or how many locations must see it down."""

_SEVERITY = {State.DOWN: 0, State.DEGRADED: 1, State.UP: 2, State.UNKNOWN: 3}


def vote(states: Iterable[State], configured: int, mode: Mode = "majority") -> State:
    """The verdict of `configured` locations; those missing from `states`, and unknown ones, do not report."""
    seen = list(states)
    return _verdict(seen.count(State.DOWN), seen.count(State.UP), seen.count(State.DEGRADED), configured, mode)


@lru_cache(maxsize=4096)
def _verdict(down: int, up: int, slow: int, configured: int, mode: Mode) -> State:
    reporting = down + up + slow
    if reporting < configured // 2 + 1:
        return State.UNKNOWN
    if down >= needed(mode, reporting):
        return State.DOWN
    return State.UP if up >= reporting // 2 + 1 else State.DEGRADED


def needed(mode: Mode, reporting: int) -> int:
    """How many downs make the verdict down, of `reporting` locations. Raises ValueError on an unknown mode."""
    match mode:
        case int():
            return mode
        case "majority":
            return reporting // 2 + 1
        case "any":
            return 1
        case "all":
            return max(reporting, 1)
        case _:
            raise ValueError(f"unknown vote {mode!r}: majority, any, all or a number")


def decided(states: Sequence[State], configured: int, mode: Mode = "majority") -> State | None:
    """The verdict if no outstanding location could change it any more, else None."""
    outstanding = configured - len(states)
    if outstanding <= 0:
        return vote(states, configured, mode)
    verdicts = {vote((*states, *rest), configured, mode) for rest in combinations_with_replacement(State, outstanding)}
    return verdicts.pop() if len(verdicts) == 1 else None


def preferred(one: Result, other: Result) -> Result:
    """Which of two results for the same check, location and slot counts: never a matter of arrival.

    The earliest start, then what is known to be of a clock that was ahead, then the worse outcome, then the smaller
    digest.
    """
    return min(one, other, key=_rank)


def _rank(result: Result) -> tuple[int, bool, int, str]:
    return result.started_ms, not was_ahead(result), _SEVERITY[result.outcome], result_digest(result)


def result_digest(result: Result) -> str:
    """What tells two results for one slot apart when start and outcome are the same."""
    failure = result.failure
    phases = result.phases
    return digest(
        [
            result.definition,
            [phases.dns_ms, phases.connect_ms, phases.tls_ms, phases.first_byte_ms, phases.total_ms],
            result.attempts,
            [failure.kind, failure.detail] if failure else None,
            [result.first_failure, result.first_failure_ms],
        ]
    )

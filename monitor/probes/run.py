"""One check observed once: its budget, its one retry, its faults told apart from ours. Knows no kind.

Never raises for what a probe meets: a sick target is down, a fault of ours is unknown.
"""

import asyncio
import logging
import traceback
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.core.model import Failure, FailureKind, Observation, Phases, Result, Seconds, State
from monitor.probes.base import Check, ProbeContext, Subject
from monitor.probes.faults import Scrubber, failure_of
from monitor.probes.guard import guarded, refuse_unguarded
from monitor.probes.lag import Clock, SystemClock
from monitor.probes.phases import Timeline

__all__ = ["Clock", "SystemClock", "observe"]

_log = logging.getLogger(__name__)

_MOST_DRIFT = 1.0  # seconds between wall and monotonic time
_MOST_LATE = 0.25  # seconds, or a tenth of the timeout
_OF_TIME = frozenset(
    {
        FailureKind.SLOW,
        FailureKind.TIMEOUT,
        FailureKind.NAME_TIMEOUT,
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.CONNECTION_RESET,
        FailureKind.PROTOCOL,
    }
)
"""What may come of it that an answer was not read for a while: its sender lost patience, or the time of later steps."""


async def observe(
    component: str,
    check: Check,
    location: str,
    slot: Seconds,
    definition: str,
    context: ProbeContext,
    clock: Clock,
) -> Result:
    """What this location sees of a check now: outcome and phases of the last attempt.

    `definition` is the digest of the check's definition.
    A first attempt that finds the target down is repeated once after the check's `retry`.
    """
    wall, monotonic = clock.wall(), clock.monotonic()
    subject = Subject(component, check.id or check.kind, slot)
    first = last = await _attempt(check, subject, context, clock)
    if first.raw is State.DOWN and (pause := check.pause_before_retry()):
        await asyncio.sleep(pause.total_seconds())
        last = await _attempt(check, subject, context, clock)
    drift = abs((clock.wall() - wall) - (clock.monotonic() - monotonic))
    final = _jumped(last.observation, drift)
    failed = first.observation.failure
    return Result(
        component=component,
        check=subject.check,
        location=location,
        slot=slot,
        started_ms=int(wall * 1000),
        outcome=final.outcome,
        definition=definition,
        phases=final.phases,
        attempts=1 if first is last else 2,
        failure=final.failure,
        first_failure=failed.kind if failed is not None else None,
        first_failure_ms=first.observation.phases.total_ms if failed is not None else None,
        certificate_expires=final.certificate_expires,
    )


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt: what is booked, and the outcome before our own lateness was held against it."""

    observation: Observation
    raw: State


async def _attempt(check: Check, subject: Subject, context: ProbeContext, clock: Clock) -> _Attempt:
    with guarded(context) as secrets, clock.watch() as lateness, Timeline(clock.monotonic) as timeline:
        scrubber = Scrubber(secrets)
        seen = await _bounded(
            check, context.for_attempt(subject, scrubber.lookup, scrubber.conceal), timeline, scrubber
        )
        phases = timeline.phases() if check.timed else Phases()
        late = lateness()
    failure = None if seen.failure is None else timeline.placed(scrubber.cleaned(seen.failure))
    seen = _slow(check, Observation(seen.outcome, phases, failure, timeline.certificate_expires))
    allowed = min(_MOST_LATE, check.budget_of_attempt().total_seconds() / 10)
    return _Attempt(_late(_held_up(seen, timeline.held_up, allowed), late, allowed), seen.outcome)


async def _bounded(check: Check, context: ProbeContext, timeline: Timeline, scrubber: Scrubber) -> Observation:
    """One attempt within its time, every exception booked."""
    budget = asyncio.timeout(check.budget_of_attempt().total_seconds())
    try:
        async with budget:
            refuse_unguarded(check)
            return await check.probe(context)
    except Exception as error:
        failure = timeline.timeout_failure() if budget.expired() else failure_of(error)
        if failure is None:
            failure = Failure(FailureKind.PROBE_ERROR, f"{type(error).__name__}: {error}")
            _log.error("the probe %s failed\n%s", check.kind, scrubber.clean(traceback.format_exc()))
    return Observation(check.outcome_of(failure), failure=failure)


def _slow(check: Check, seen: Observation) -> Observation:
    limit, taken = check.expect.slower_than, seen.phases.total_ms
    if seen.outcome is not State.UP or limit is None or taken is None:
        return seen
    allowed = limit // timedelta(milliseconds=1)
    if taken <= allowed:
        return seen
    return replace(seen, outcome=State.DEGRADED, failure=Failure(FailureKind.SLOW, f"{taken} ms, not {allowed} ms"))


def _held_up(seen: Observation, waited: float, allowed: float) -> Observation:
    """Unknown instead of slow or out of time when the attempt had waited for room: we did not read what it sent."""
    if seen.failure is None or seen.failure.kind not in _OF_TIME or waited <= allowed:
        return seen
    detail = f"waited {round(waited * 1000)} ms for room for its answer; seen: {_kind(seen)}"
    return replace(seen, outcome=State.UNKNOWN, failure=Failure(FailureKind.PROBER_LATE, detail))


def _late(seen: Observation, late: float, allowed: float) -> Observation:
    """Unknown instead of failed or slow when the event loop itself ran late."""
    if seen.outcome is State.UP or late <= allowed:
        return seen
    detail = f"the event loop was {round(late * 1000)} ms late; seen: {_kind(seen)}"
    return replace(seen, outcome=State.UNKNOWN, failure=Failure(FailureKind.PROBER_LATE, detail))


def _jumped(seen: Observation, drift: float) -> Observation:
    """Unknown instead of failed or slow when wall and monotonic time went apart."""
    if seen.outcome is State.UP or drift <= _MOST_DRIFT:
        return seen
    detail = f"the clock jumped by {drift:.1f} s; seen: {_kind(seen)}"
    return replace(seen, outcome=State.UNKNOWN, failure=Failure(FailureKind.CLOCK_JUMP, detail))


def _kind(seen: Observation) -> str:
    return seen.failure.kind if seen.failure is not None else seen.outcome

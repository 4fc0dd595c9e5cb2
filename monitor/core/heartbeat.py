"""What silence means: from the beats that a job sent, and from when we could hear them, to what a slot was.

A beat is late from the instant it was due, and everything is judged at a slot's start: the same beats give the same
answer whenever it is asked. Silence is down, but only where we know that we would have heard. A job that finds nobody
listening tries again for `PATIENCE`: a gap of ours as short as that hides nothing once it was tried again, and a longer
one leaves the time that it touches unknown.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from monitor.core.calendar import format_instant, instant_at
from monitor.core.model import Failure, FailureKind, Milliseconds, Observation, Seconds, State

PATIENCE: Seconds = 600
"""How long a job goes on trying to hand over a beat, at longer and longer intervals, as `curl --retry` does."""

_SLACK: Seconds = 60
"""What else it may take: whoever waited as long as the gap was tries again within as long once more."""

BLINK: Seconds = 30
"""Listening is written down every few seconds; a gap under this is none."""

HANDED_ON = 2.0
"""Seconds after which a beat that another hub was told is where the one that probes looks for it."""

_WEEK = 8  # days back that hold at least one of every weekday


class Signal(StrEnum):
    """What a job says of itself."""

    START = "start"
    SUCCESS = "success"
    FAIL = "fail"

    @property
    def code(self) -> int:
        """The stored number. Never renumber."""
        return SIGNAL_CODES[self]


SIGNAL_CODES = {Signal.START: 0, Signal.SUCCESS: 1, Signal.FAIL: 2}
SIGNALS = {code: signal for signal, code in SIGNAL_CODES.items()}


@dataclass(frozen=True, slots=True)
class Beat:
    """One message of a job. `took_ms` is how long it ran, as far as is known."""

    at: Seconds
    signal: Signal
    took_ms: Milliseconds | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest beat of each kind, up to an instant. `failed` tells whether the newest of success and fail is fail."""

    start: Beat | None = None
    success: Beat | None = None
    fail: Beat | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Listening:
    """From when on we could hear: since `since`, but for short gaps, the last one from `gap` to `resumed`."""

    since: Seconds
    gap: Seconds
    resumed: Seconds
    until: Seconds

    def at(self, now: Seconds, *, restarted: bool) -> "Listening":
        """What holds once we listen at `now`, too; `restarted`: we know that we did not a moment ago."""
        away = now - self.until
        if away > PATIENCE:
            return begun(now)
        if restarted or away > BLINK:
            # Gaps that follow one another closely are one to whoever tries again and again.
            joined = self.gap < self.resumed and self.until < self._retried
            return Listening(self.since, self.gap if joined else self.until, now, now)
        return Listening(self.since, self.gap, self.resumed, max(now, self.until))

    def knows(self, start: Seconds, due: Seconds, at: Seconds) -> bool:
        """Whether a beat that was to come from `start` on, `due` at the latest, would have been heard by `at`."""
        waits_for_retries = self.gap < self.resumed and self.gap <= due and at < self._retried
        return self.since <= start and not waits_for_retries

    @property
    def _retried(self) -> Seconds:
        """When whoever tried in the last gap has tried again."""
        return self.resumed + (self.resumed - self.gap) + _SLACK


def begun(now: Seconds) -> Listening:
    """Listening that begins now."""
    return Listening(now, now, now, now)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A beat at least every `period`, and `grace` more."""

    period: Seconds
    grace: Seconds

    @property
    def length(self) -> Seconds:
        return self.period + self.grace


@dataclass(frozen=True, slots=True)
class Deadline:
    """A beat by a wall time on some weekdays (Monday is 0); it counts when it comes at most `window` before."""

    by: time
    zone: ZoneInfo
    days: Collection[int]
    window: Seconds

    def last(self, at: Seconds) -> Seconds:
        """The latest deadline up to an instant."""
        return max(due for due in self._around(at) if due <= at)

    def next(self, at: Seconds) -> Seconds:
        """The first deadline after an instant."""
        return min(due for due in self._around(at) if due > at)

    def _around(self, at: Seconds) -> list[Seconds]:
        today = datetime.fromtimestamp(at, self.zone).date()
        days = (today + timedelta(days=offset) for offset in range(-_WEEK, _WEEK + 1))
        return [instant_at(datetime.combine(day, self.by), self.zone) for day in days if day.weekday() in self.days]


Promise: TypeAlias = Rhythm | Deadline


def observe(promise: Promise, heard: Heard, listening: Listening, at: Seconds) -> Observation:
    """What a job is at an instant, by what was heard of it up to then."""
    if heard.success is None and heard.fail is None:
        return _seen(State.UNKNOWN, FailureKind.NO_BEAT_YET)
    if isinstance(promise, Rhythm):
        return _by_rhythm(promise, heard, listening, at)
    return _by_deadline(promise, heard, listening, at)


def asked_at(slot: Seconds, now: float, patience: float) -> float:
    """When to ask what was heard up to a slot's start, where other hubs hear, too: once they have handed it on, and no
    later than `patience` seconds from now."""
    return min(max(now, slot + HANDED_ON), now + patience)


def next_due(promise: Promise, heard: Heard, at: Seconds) -> Seconds | None:
    """When the next beat is due at the latest; None while none has come that would say so."""
    if isinstance(promise, Deadline):
        return promise.next(at)
    return None if heard.success is None else heard.success.at + promise.length


def _by_rhythm(promise: Rhythm, heard: Heard, listening: Listening, at: Seconds) -> Observation:
    """A job that says it failed is down at once: nothing comes of waiting for its time to run out."""
    if heard.failed or heard.success is None:
        return _failed(State.DOWN, heard)
    last = heard.success.at
    if at < last + promise.length:
        return Observation(State.UP)
    # Whoever began to listen in between has to hear a whole period of silence.
    start = max(last, listening.since)
    if at < start + promise.length or not listening.knows(start, start + promise.length, at):
        return _deaf(listening)
    return _silent(heard, last + promise.length)


def _by_deadline(promise: Deadline, heard: Heard, listening: Listening, at: Seconds) -> Observation:
    """A run that fails before its deadline breaks no promise yet: degraded, so that somebody may look at it."""
    due = promise.last(at)
    opens = due - promise.window
    success, fail = heard.success, heard.fail
    if success is not None and success.at >= opens:
        return _failed(State.DEGRADED, heard) if heard.failed else Observation(State.UP)
    if success is None and fail is not None and fail.at > due:
        return _failed(State.DEGRADED, heard)  # its first word came after the last deadline
    if not listening.knows(opens, due, at):
        return _deaf(listening)
    if heard.failed and fail is not None and fail.at >= opens:
        return _failed(State.DOWN, heard)
    return _silent(heard, due)


def _failed(state: State, heard: Heard) -> Observation:
    message = "" if heard.fail is None else heard.fail.message
    return _seen(state, FailureKind.SAID_FAILED, message)


def _silent(heard: Heard, due: Seconds) -> Observation:
    last = "none came before" if heard.success is None else f"the last one came {format_instant(heard.success.at)}"
    begun_at = heard.start.at if heard.start is not None else None
    ended = max((beat.at for beat in (heard.success, heard.fail) if beat is not None), default=0)
    started = "" if begun_at is None or begun_at <= ended else f"; begun {format_instant(begun_at)}, not ended"
    return _seen(State.DOWN, FailureKind.SILENT, f"due {format_instant(due)}, {last}{started}")


def _deaf(listening: Listening) -> Observation:
    return _seen(State.UNKNOWN, FailureKind.NOT_LISTENING, f"listening again since {format_instant(listening.resumed)}")


def _seen(state: State, kind: FailureKind, detail: str = "") -> Observation:
    return Observation(state, failure=Failure(kind, detail))

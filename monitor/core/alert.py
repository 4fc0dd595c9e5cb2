"""When a rule fires and recovers, and what the message says. Accounting is never touched by any of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from monitor.core.failure import SENTENCES
from monitor.core.model import FailureKind, Seconds, Span, State
from monitor.core.timeline import merge

STALE_AFTER: Seconds = 300
"""A run that ended longer ago than this is history, not news: it is in the books but wakes nobody."""

_CLEARED_BY = {
    State.DOWN: frozenset({State.UP, State.DEGRADED}),
    State.DEGRADED: frozenset({State.UP}),
    State.UNKNOWN: frozenset({State.UP, State.DEGRADED, State.DOWN}),
}
"""What ends a firing. Unknown never ends a `down`: nobody saw a recovery."""


class Event(StrEnum):
    FIRED = "fired"
    RECOVERED = "recovered"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Rule:
    """`after` failed slots in a row make it fire. `key`, which begins with `on`, tells rules apart across restarts."""

    on: State
    after: int = 1
    channels: tuple[str, ...] = ()
    remind: Seconds | None = None
    name: str = ""

    @property
    def key(self) -> str:
        name = self.name or f"{self.after}:{','.join(sorted(self.channels))}"
        return f"{self.on}:{name}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the judge needs to owe alerts: rules, where channels lead, and how to word a message."""

    rules: tuple[Rule, ...] = ()
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A rule fired at `at` for a run that began at `start`, or recovered at `at`."""

    event: Event
    at: Seconds
    start: Seconds


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one location saw go wrong."""

    location: str
    check: str
    kind: FailureKind | None
    detail: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message. `remedy` is said instead where a channel takes no files."""

    name: str
    content: bytes
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`type` is one of Apprise's: failure, warning, success, info."""

    type: str
    title: str
    body: str
    attachment: Attachment | None = None


def steps(
    rule: Rule,
    spans: Iterable[Span],
    *,
    every: Seconds,
    after: Seconds,
    now: Seconds,
    open_since: Seconds | None,
) -> list[Step]:
    """What a rule does on the part of a timeline that was settled after an instant.

    `spans` reach back to the beginning of the run that holds `after`; `open_since` is the start of the firing
    that has not recovered yet.
    """
    found: list[Step] = []
    for run in merge(Span(span.state, span.start, span.end) for span in spans):
        if run.end <= after:
            continue
        if open_since is not None and run.state in _CLEARED_BY[rule.on] and run.end > open_since:
            # A run that holds `open_since` is one that late results made: what fired did not happen.
            found.append(Step(Event.RECOVERED, max(run.start, open_since), open_since))
            open_since = None
        decided = run.start + rule.after * every
        long_enough = run.state is rule.on and decided <= run.end
        if open_since is None and long_enough and now - run.end <= STALE_AFTER:
            found.append(Step(Event.FIRED, decided, run.start))
            open_since = run.start
    return found


def reminder_due(rule: Rule, fired_at: Seconds, last: Seconds | None, now: Seconds) -> bool:
    """Whether a firing that goes on is to be said again."""
    return rule.remind is not None and now - (fired_at if last is None else last) >= rule.remind


def message(
    event: Event, rule: Rule, name: str, step: Step, sightings: Sequence[Sighting], zone: tzinfo, url: str
) -> Message:
    """The words for one component: a title that fits a lock screen, then since, where, why and the link."""
    state = {State.DOWN: "is down", State.DEGRADED: "is degraded", State.UNKNOWN: "is not being measured"}[rule.on]
    if event is Event.RECOVERED:
        lines = [f"{_moment(step.start, zone)} to {_moment(step.at, zone)}: {_length(step.at - step.start)}."]
        if step.at == step.start:
            lines = [f"What was reported since {_moment(step.start, zone)} is withdrawn: later results contradict it."]
        return Message("success", f"{name} has recovered", _body(lines, url))
    verb = state if event is Event.FIRED else state.replace("is ", "is still ", 1)
    lines = [f"Since {_moment(step.start, zone)}."]
    if sightings:
        lines.append(f"Seen from: {', '.join(sorted({item.location for item in sightings}))}.")
    lines += [f"Reason: {line}" for line in dict.fromkeys(_reason(item) for item in sightings)]
    return Message("failure" if rule.on is State.DOWN else "warning", f"{name} {verb}", _body(lines, url))


def _reason(item: Sighting) -> str:
    sentence = SENTENCES[item.kind] if item.kind else "No answer was recorded."
    return f"{sentence} ({item.check}{': ' + item.detail if item.detail else ''})"


def _body(lines: Sequence[str], url: str) -> str:
    return "\n".join([*lines, *([url] if url else [])])


def _moment(instant: Seconds, zone: tzinfo) -> str:
    local = datetime.fromtimestamp(instant, zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"


def _length(seconds: Seconds) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (left, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"

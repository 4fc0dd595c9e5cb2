"""What an alert is made by and what it becomes: rules, channels, the plan of a hub; messages and their files.

When a rule fires is in `core.alerting.runs` and `.conditions`, who hears of it and when in `.dispatch`, in what
words in `.words`. Accounting is never touched by any of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from enum import StrEnum

from monitor.core.allowance import ROLLING_SECONDS
from monitor.core.allowance import Urgency as Urgency
from monitor.core.model import Seconds, State
from monitor.core.rate import Rate

USUAL_WAIT: Seconds = 10
USUAL_RATE = Rate(burst=5, interval_ms=60_000)


class On(StrEnum):
    """What a rule can be on. The first three are states of a component, the others follow from other facts."""

    DOWN = "down"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    UPTIME = "uptime"
    BURN = "burn"
    MONTH = "month"
    CERTIFICATE = "certificate"
    LOCATION = "location"
    GAP = "gap"
    CREDENTIALS = "credentials"
    HUB = "hub"

    @property
    def state(self) -> State | None:
        """The state it is on; None for one that no state tells."""
        return State(self.value) if self.value in _STATES else None


_STATES = frozenset({"down", "degraded", "unknown"})
_PAGING = frozenset({On.DOWN, On.UPTIME, On.HUB})


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom to tell, too, when nobody has acknowledged for so long after the firing."""

    after: Seconds
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`after` failed slots in a row make it fire, `clear_after` good ones end it.

    `components` None: of all. `key`, which begins with `on`, tells rules apart across restarts.
    """

    on: On
    after: int = 1
    channels: tuple[str, ...] = ()
    remind: Seconds | None = None
    name: str = ""
    clear_after: int = 1
    urgency: Urgency | None = None
    components: frozenset[str] | None = None
    over: Seconds = ROLLING_SECONDS
    days: int = 14
    escalate: tuple[Escalation, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.on}:{self.name or self._plain_key}"

    @property
    def _plain_key(self) -> str:
        parts = [str(self.after), ",".join(sorted(self.channels))]
        if self.on in (On.UPTIME, On.GAP) and self.over != ROLLING_SECONDS:
            parts.append(f"over={self.over}")
        if self.on is On.CERTIFICATE:
            parts.append(f"days={self.days}")
        if self.urgency is not None:
            parts.append(str(self.urgency))
        if self.components is not None:
            parts.append("of=" + ",".join(sorted(self.components)))
        return ":".join(parts)

    @property
    def usual_urgency(self) -> Urgency:
        """What it is where neither the settings nor the trouble itself say."""
        if self.urgency is not None:
            return self.urgency
        return Urgency.PAGE if self.on in _PAGING else Urgency.TICKET

    def covers(self, component: str) -> bool:
        """Whether it is about a component at all."""
        return self.components is None or component in self.components


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one wall time to another of the zone, over midnight where the second is earlier."""

    start: time
    end: time
    zone: tzinfo = UTC


class Format(StrEnum):
    """How a message's text is written for a channel."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go, how many at most, and how they are written."""

    targets: tuple[str, ...]
    rate: Rate = USUAL_RATE
    quiet: Quiet | None = None
    fallback: str | None = None
    format: Format = Format.TEXT
    language: str = "en"
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of a component, by its settings: its name, what it depends on, its slots, where to read on."""

    name: str
    depends_on: tuple[str, ...] = ()
    every: Seconds = 60
    runbook: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that settings say of alerts. `wait` is how long what breaks together is collected, at most one slot.

    `own` are the rules on the hub itself: they are told past the database, and nothing of them is an episode.
    """

    rules: tuple[Rule, ...] = ()
    channels: Mapping[str, Channel] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    zone: tzinfo = UTC
    url: str = ""
    wait: Seconds = USUAL_WAIT
    own: tuple[Rule, ...] = ()

    def name(self, subject: str) -> str:
        """What people call it; the id where it has no name."""
        known = self.subjects.get(subject)
        return known.name if known is not None else subject

    def every(self, subject: str) -> Seconds:
        """The slot of a component; the usual one for whatever has none."""
        known = self.subjects.get(subject)
        return known.every if known is not None else 60

    @property
    def all_causes(self) -> frozenset[str]:
        """Every component that another one depends on."""
        return frozenset(cause for subject in self.subjects.values() for cause in subject.depends_on)

    def rule(self, key: str) -> Rule | None:
        """The rule with that key; None for one that was edited or removed since."""
        return next((rule for rule in self.rules if rule.key == key), None)

    def causes(self, subject: str) -> frozenset[str]:
        """Everything that a component depends on, over any number of steps."""
        found: set[str] = set()
        waiting = [subject]
        while waiting:
            known = self.subjects.get(waiting.pop())
            fresh = [item for item in (known.depends_on if known else ()) if item not in found]
            found.update(fresh)
            waiting.extend(fresh)
        return frozenset(found - {subject})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message. `remedy` is said instead where a channel takes no files."""

    name: str
    content: bytes
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`type` is one of Apprise's: failure, warning, success, info. `format` is that of the body.

    `thread` is the same for what is said of one trouble from its beginning to its end.
    """

    type: str
    title: str
    body: str
    attachment: Attachment | None = None
    format: str = Format.TEXT.value
    thread: str = ""

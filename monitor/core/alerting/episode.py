"""Episodes: what rules found, from the firing to the recovery, and what each channel was told of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.core.alert import On, Rule, Urgency
from monitor.core.model import Seconds


@dataclass(frozen=True, slots=True)
class Told:
    """What one channel was told of one episode, and why it is told nothing more for now.

    `closed_at` without `recovered_at`: it was never told and never will be; `held` says why.
    """

    fired_at: Seconds | None = None
    level: int = 0
    flapping: bool = False
    recovered_at: Seconds | None = None
    reminders: int = 0
    last_at: Seconds | None = None
    held: str = ""
    closed_at: Seconds | None = None

    @property
    def open(self) -> bool:
        """Whether there may be more to tell."""
        return self.recovered_at is None and self.closed_at is None


@dataclass(frozen=True, slots=True)
class Episode:
    """One firing of one rule for one subject: a component, `component/check`, a location or an agreement.

    `start` is since when it is so, `fired_at` when that was decided; `recovered_at` and `ended_at` likewise.
    `facts` are what the words are made of, as they were at the firing (JSON).
    """

    no: int
    rule: str
    subject: str
    start: Seconds
    fired_at: Seconds
    channels: tuple[str, ...]
    urgency: Urgency = Urgency.PAGE
    level: int = 1
    flapping: bool = False
    recovered_at: Seconds | None = None
    ended_at: Seconds | None = None
    acked_at: Seconds | None = None
    acked_by: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)

    @property
    def on(self) -> On:
        return On(self.rule.partition(":")[0])

    @property
    def component(self) -> str:
        """The component that it is about; the subject itself where it is about none."""
        return self.subject.partition("/")[0]

    @property
    def over(self) -> bool:
        return self.recovered_at is not None

    @property
    def withdrawn(self) -> bool:
        """Whether later results contradicted it: it recovered when it began."""
        return self.recovered_at == self.start

    @property
    def length(self) -> Seconds | None:
        """How long it lasted; None while it does."""
        return None if self.recovered_at is None else self.recovered_at - self.start

    def channels_by(self, rule: Rule | None, now: Seconds) -> tuple[str, ...]:
        """Whom it concerns by now: the channels of its rule and, unacknowledged, those that it escalated to."""
        found = list(self.channels)
        until = now if self.ended_at is None else self.ended_at
        for step in rule.escalate if rule is not None else ():
            due = self.fired_at + step.after
            if due <= until and (self.acked_at is None or self.acked_at > due):
                found += step.channels
        return tuple(dict.fromkeys([*found, *self.told]))


@dataclass(frozen=True, slots=True)
class Silence:
    """Until when nobody is told of some components (of all, where none is named), by whom it was set and why."""

    no: int
    components: tuple[str, ...]
    start: Seconds
    until: Seconds
    reason: str
    by: str
    ended_at: Seconds | None = None
    ended_by: str = ""

    def covers(self, subject: str, now: Seconds) -> bool:
        end = self.until if self.ended_at is None else min(self.until, self.ended_at)
        return self.start <= now < end and (not self.components or subject in self.components)

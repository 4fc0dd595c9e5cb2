"""By what words an alert is said for a channel: its language, names, times, and how the running months stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from fractions import Fraction

from monitor.core.alert import Plan
from monitor.core.alerting.phrases import PHRASES
from monitor.core.model import Seconds
from monitor.core.text import used_time

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Allowed:
    """How a component's month stands: its budget and what is left of it, in seconds."""

    month: str  # "2026-11"
    budget: Fraction
    left: Fraction


@dataclass(frozen=True, slots=True)
class Wording:
    """By what words are chosen for a channel: its language, and how months stand."""

    plan: Plan
    language: str = "en"
    allowed: Mapping[str, Allowed] = field(default_factory=dict)
    acknowledge: bool = False  # whether a link to acknowledge by can be given

    def say(self, name: str, /, **places: object) -> str:
        """The phrase under a name. Raises KeyError for one that is not there."""
        return PHRASES.get(self.language, PHRASES["en"])[name].format(**places)

    def moment(self, instant: Seconds) -> str:
        return _moment(instant, self.plan.zone)

    def used(self, seconds: Seconds | Fraction) -> str:
        return used_time(seconds, self.language, detail=True)

    def listed(self, names: Sequence[str]) -> str:
        """Names one after the other; those beyond a dozen are counted."""
        shown = ", ".join(names[:_MOST_NAMED])
        rest = len(names) - _MOST_NAMED
        return shown if rest <= 0 else self.say("and_more", names=shown, count=rest)


def _moment(instant: Seconds, zone: tzinfo) -> str:
    local = datetime.fromtimestamp(instant, zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"

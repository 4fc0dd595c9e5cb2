"""What the store tells of components, of checks to probe, and of news."""

from dataclasses import dataclass

from monitor.core.model import Seconds
from monitor.core.timeline import Terms


@dataclass(frozen=True, slots=True)
class ComponentFacts:
    """Where a component's timeline stands. `revision` changes when spans before the watermark are rewritten."""

    id: str
    since: Seconds | None
    until: Seconds | None
    watermark: Seconds | None
    revision: int
    bridge: Seconds


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A check that is to be probed, and its terms."""

    component: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class News:
    """`facts` grows with every change that a command makes, `turns` with every turn of a timeline; `settings` is the
    digest of those in force."""

    facts: int
    turns: int
    settings: str | None

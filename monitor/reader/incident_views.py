"""The frozen views of an incident; `reader.incidents` says what is in them and makes them."""

from dataclasses import dataclass

from monitor.core.incident import Impact, Phase, Words
from monitor.core.model import Seconds


@dataclass(frozen=True, slots=True)
class Said:
    """A public text in every language of the page."""

    html: Words
    text: Words


@dataclass(frozen=True, slots=True)
class UpdateView:
    """One update. `number` is stable within its incident: a permalink's anchor. `said` is blank where it only changes
    a phase or an impact."""

    number: int
    at: Seconds  # the moment it speaks for
    entered_at: Seconds
    edited_at: Seconds | None
    phase: Phase
    said: Said
    impacts: tuple[tuple[str, Impact], ...]  # names of components, and how it shows in them from then on


@dataclass(frozen=True, slots=True)
class MeasuredOutage:
    """An outage that we measured in a component while the incident showed in it."""

    id: str
    component: str  # its name
    start: Seconds
    end: Seconds | None  # None: it goes on
    down_seconds: Seconds


@dataclass(frozen=True, slots=True)
class PostmortemView:
    """As it is published. `edited_at`: it was published again since."""

    said: Said
    published_at: Seconds
    edited_at: Seconds | None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One public incident. `id` is short, stable and safe in a URL."""

    id: str
    title: Words
    severity: int  # a rank; 1 is the gravest
    impact: Impact  # the gravest now; once resolved, the gravest that it ever had
    phase: Phase
    components: tuple[str, ...]  # names, as they came
    impacts: tuple[tuple[str, Impact], ...]  # how it shows in each now
    started: Seconds
    published_at: Seconds
    changed_at: Seconds  # of the newest event that customers see
    resolved: Seconds | None
    next_update: Seconds | None  # by when we promised to say more
    updates: tuple[UpdateView, ...]  # newest first
    postmortem: PostmortemView | None
    measured: tuple[MeasuredOutage, ...]  # oldest first
    measured_seconds: Seconds  # in which at least one of them was down: counted once
    moved: str  # the incident that this one was merged into
    component_ids: tuple[str, ...] = ()  # in the order of `components`

    @property
    def open(self) -> bool:
        return self.resolved is None and not self.moved

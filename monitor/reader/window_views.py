"""The frozen views of maintenance; `reader.maintenance` makes them."""

from dataclasses import dataclass

from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One thing that was published about a maintenance, and the period as it stood from then on."""

    at: Seconds
    action: NoticeAction
    start: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True)
class MaintenanceView:
    id: str
    title: str
    description: str
    components: tuple[str, ...]  # names
    start: Seconds
    end: Seconds  # announced end
    published_at: Seconds
    ended_at: Seconds | None  # completed or cancelled after its start
    running: bool
    excluded: bool  # every part of it was announced in time
    days_ahead: int  # whole days between publication and start
    cancelled: bool = False  # before its start: nothing of it takes place
    notices: tuple[NoticeView, ...] = ()  # oldest first; those after its end, which change nothing, left out
    component_ids: tuple[str, ...] = ()  # in the order of `components`

    @property
    def sequence(self) -> int:
        """How often it was changed since it was announced."""
        return max(0, len(self.notices) - 1)

    @property
    def changed_at(self) -> Seconds:
        return self.notices[-1].at if self.notices else self.published_at


@dataclass(frozen=True, slots=True)
class CalendarView:
    """All maintenance ever published, by start, cancelled windows too."""

    title: str
    url: str
    zone: str
    languages: tuple[str, ...]
    now: Seconds
    windows: tuple[MaintenanceView, ...]

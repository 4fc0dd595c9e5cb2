"""One component of an account: what was seen of it, when it serves, what was announced, decided and reported."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.core.decision import Case, corrected
from monitor.core.interval import Intervals
from monitor.core.model import Interval, Seconds, Span
from monitor.core.notice import Notice
from monitor.core.pause import Pause
from monitor.core.timeline import splice
from monitor.core.vendor import VendorReport, lay, unreported


@dataclass(frozen=True, slots=True)
class Window:
    """One announced piece of maintenance of a component, and the maintenance it belongs to."""

    maintenance: str
    title: str
    notice: Notice
    component: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One component of an account. `spans` are whole, as corrected; `windows` and `cases` are all that touch the month.

    `deciding` gives it its cases.
    """

    component: str
    name: str
    spans: tuple[Span, ...]
    windows: tuple[Window, ...]
    since: Seconds | None
    until: Seconds | None
    every: Seconds  # the longest slot of its critical checks in that month
    cases: tuple[Case, ...] = ()
    reported: bool = False  # not probed: unknown where none of its vendor's `reports` says anything
    reports: tuple[VendorReport, ...] = ()  # that touch the month, in the order they were entered
    pauses: tuple[Pause, ...] = ()  # that touch the month

    def reporting(self, report: VendorReport, measured: Iterable[Interval] = ()) -> "Part":
        """The part with one more report laid over what stood there; `measured`: when checks were in force."""
        since = report.start if self.since is None else self.since
        spans = tuple(lay(self.spans, report, since=since, measured=measured))
        return replace(self, spans=spans, reports=(*self.reports, report)).deciding(())

    def deciding(self, cases: Iterable[Case]) -> "Part":
        """The part with these cases beside its own, in place of those of the same id; corrections are laid over it.

        A correction that was laid over it before is not taken back.
        """
        kept = {case.request.id: case for case in (*self.cases, *cases)}
        return replace(self, cases=tuple(kept.values()), spans=tuple(corrected(self.spans, kept.values())))

    def judged_as(self, spans: Iterable[Span]) -> "Part":
        """The part with these spans in place of whatever stood there."""
        found = self.spans
        for span in spans:
            found = tuple(splice(found, [span]))
        return replace(self, spans=found)

    def unreported(self, month: Interval) -> Intervals:
        """What of its service in a month its vendor has not reported; nothing of one that is probed."""
        start = month.start if self.since is None else max(self.since, month.start)
        end = month.end if self.until is None else min(self.until, month.end)
        return unreported(self.reports, Interval(start, end)) if self.reported and start < end else ()

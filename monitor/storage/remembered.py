"""What the judge remembers of a component between steps, so that an uneventful slot costs one small update."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.core.deciding import decided
from monitor.core.model import Interval, Seconds, Span
from monitor.storage.inbox import Touched
from monitor.storage.reported import Checks, ReportsByCheck

_LONG_AGO = -(2**62)


@dataclass(slots=True)
class Remembered:
    """What the judge remembers of a component between steps; all of it can be read again."""

    no: int
    id: str
    bridge: Seconds
    since: Seconds
    watermark: Seconds
    checks: Checks
    shortest: Seconds  # of all its slots
    longest: Seconds
    order: list[int]  # its checks; the one that held it up last comes first
    tail: list[Span] = field(default_factory=list)
    deadline: Seconds = _LONG_AGO
    awaited: Collection[tuple[int, str]] | None = None
    """The reports (check number, location) that hold it up; None: anything that comes in may move it."""
    decided: Seconds = _LONG_AGO
    """How far alerts have acted on it, where that is beyond what is settled."""
    quiet: bool = True
    """Whether it is up for all that is settled or decided."""

    @property
    def retired(self) -> Seconds | None:
        """When its last check went out of force; None while any is in force. What follows is not the judge's."""
        ends = [versions[-1].end for versions in self.checks.values()]
        return None if None in ends else max((end for end in ends if end is not None), default=self.since)

    @property
    def several(self) -> bool:
        """Whether several locations see any check of it, so that a slot may be decided before all have reported."""
        return any(
            len(terms.locations) > 1
            for versions in self.checks.values()
            for terms in versions
            if terms.end is None or terms.end > self.watermark
        )

    def ahead(self, reports: ReportsByCheck) -> list[Span]:
        """The states beyond what is settled, as far as nothing outstanding can change them."""
        terms = (item for versions in self.checks.values() for item in versions)
        return decided(
            terms, {items[0].check: reports.get(no, {}) for no, items in self.checks.items()}, self.watermark
        )

    def late(self, touched: Sequence[Interval]) -> list[Interval]:
        """The touched periods, in order, grown to whole slots, as far as they are settled already."""
        if not touched or touched[0].start >= self.watermark:
            return []
        reach = self.longest - 1
        last = self.watermark if self.retired is None else min(self.watermark, self.retired)
        grown = (Interval(max(self.since, item.start), min(last, item.end + reach)) for item in touched)
        return [item for item in grown if item.start < item.end]

    def may_move(self, touched: Touched, names: Mapping[int, str]) -> bool:
        """Whether what came in can settle it further or rewrite it: most reports are not the last of their slot.

        `names` are those of the locations, by number.
        """
        if self.awaited is None or touched.reporters is None or (self.several and (touched.bad or not self.quiet)):
            return True
        came = ((check, names.get(location)) for check, location in touched.reporters)
        return any(pair in self.awaited for pair in came) or bool(self.late(touched.periods))

"""A month's account: what was seen, what is excluded of it, and the figure that makes; exact and pure.

One form for a component against its objective and for an agreement over several components. Everything that shows
a month (page, report, explanation, evidence) reads it from here; `reader.accounts` fetches the facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from monitor.core.allowance import Allowance
from monitor.core.availability import Figure, count
from monitor.core.books import Books
from monitor.core.bundle import Bundle, Member
from monitor.core.combination import Combination
from monitor.core.credit import Credit, CreditState, CreditTerms
from monitor.core.decision import Case, RequestType, Status, counts_for, exclusions, taken
from monitor.core.evidence import allowance_of, cap_instant, combination_of, figure_of, month_combination
from monitor.core.exclusion import KINDS, NOTICE_SECONDS, Exclusion, accepted_window, before
from monitor.core.interval import Intervals, intersect, subtract
from monitor.core.model import Interval, Seconds, Span
from monitor.core.outage import Outage, outages
from monitor.core.part import Part, Window
from monitor.core.vendor import VendorReport

__all__ = ["Account", "Part", "Window", "cut"]


@dataclass(frozen=True)
class Account:
    """One month of a component (`agreement` False: one part, the plain rules) or of an agreement."""

    id: str
    name: str
    agreement: bool
    zone: str
    label: str  # "2026-11"
    month: Interval  # the whole calendar month
    as_of: Seconds
    target: Fraction | None
    parts: tuple[Part, ...]
    notice: Seconds = NOTICE_SECONDS
    excludes: frozenset[str] = KINDS
    credit_terms: CreditTerms = field(default=CreditTerms())
    degraded_weight: Fraction = Fraction(0)
    min_outage: Seconds = 0
    maintenance_cap: Seconds | None = None  # in this month
    books: Books = field(default=Books(), metadata={"kept": False})  # of a closed month the figure is the one in them

    @property
    def final(self) -> bool:
        """Whether the month is over and settled."""
        return self.as_of >= self.month.end

    @property
    def settled(self) -> Interval:
        """The month up to where it is settled."""
        return Interval(self.month.start, max(self.month.start, min(self.month.end, self.as_of)))

    @property
    def seen(self) -> Interval:
        """What the figure is made from: what is settled, and as much around it as tells whether an outage over the
        month's edge is shorter than the least that counts."""
        month, margin = self.month, self.min_outage
        return Interval(month.start - margin, max(month.start, min(month.end + margin, self.as_of)))

    @property
    def every(self) -> Seconds:
        """How exactly an outage's edges are known."""
        return max(part.every for part in self.parts)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for part in self.parts for span in part.spans)

    @property
    def windows(self) -> tuple[Window, ...]:
        return tuple(window for part in self.parts for window in part.windows)

    @property
    def cases(self) -> tuple[Case, ...]:
        """What was requested and can matter here, by start: corrections, and exclusions of the kinds that count."""
        found = {case.request.id: case for part in self.parts for case in part.cases if counts_for(case, self.excludes)}
        return tuple(sorted(found.values(), key=lambda case: (case.request.start, case.request.id)))

    @property
    def pending(self) -> tuple[Case, ...]:
        """Requests that nobody has decided: until then their time counts as it was seen."""
        return tuple(case for case in self.cases if case.status is Status.PENDING)

    @property
    def approved_exclusions(self) -> tuple[Case, ...]:
        return self._approved(RequestType.EXCLUSION)

    @property
    def corrections(self) -> tuple[Case, ...]:
        """Approved statements that our measurement was wrong: their time is unknown."""
        return self._approved(RequestType.CORRECTION)

    def supposing(self, case: Case, judged: Iterable[Span] = ()) -> "Account":
        """The account as it would be with this case, and with `judged` in its component's timeline."""
        request, month = case.request, self.month
        if request.start >= month.end or request.end <= month.start:
            return self
        parts = (
            part.judged_as(judged).deciding([case]) if part.component == request.component else part
            for part in self.parts
        )
        return replace(self, books=Books(), parts=tuple(parts))

    def supposing_report(self, report: VendorReport, measured: Iterable[Interval] = ()) -> "Account":
        """The account as it would be with this report on its component."""
        return replace(
            self,
            books=Books(),
            parts=tuple(
                part.reporting(report, measured) if part.component == report.component else part for part in self.parts
            ),
        )

    @property
    def unreported(self) -> tuple[tuple[Part, Intervals], ...]:
        """The parts whose vendors have not reported all of the month in which they serve, each with what is missing."""
        missing = ((part, part.unreported(self.month)) for part in self.parts)
        return tuple((part, gaps) for part, gaps in missing if gaps)

    @cached_property
    def bundle(self) -> Bundle:
        """The account as evidence: spans cut to `seen`, so that a month that is over stays the same text.

        Its credit schedule stands in it under the agreement's id once the month is over: before that nothing is owed.

        Without a target it holds 0 %, which every figure meets: look at `target` before showing what hangs on it.
        """
        members = tuple(self._member(part) for part in self.parts)
        schedule = self.credit_terms.schedule
        return Bundle(
            name=f"{self.id}-{self.label}",
            zone=self.zone,
            month=self.label,
            bounds=self.month,
            target=Fraction(0) if self.target is None else self.target,
            members=members,
            as_of=None if self.final else self.as_of,
            degraded_weight=self.degraded_weight,
            min_outage=self.min_outage,
            maintenance_cap=self.maintenance_cap,
            notice=self.notice,
            excludes=self.excludes,
            schedules=() if schedule is None or not self.final else ((self.id, schedule),),
        )

    @cached_property
    def combination(self) -> Combination:
        """The settled seconds, sorted; what the figure counts."""
        return combination_of(self.bundle)

    @cached_property
    def figure(self) -> Figure:
        weight, closing = self.bundle.degraded_weight, self.books.closing
        return count(self.combination, degraded_weight=weight) if closing is None else closing.figure(weight)

    @cached_property
    def plain(self) -> Figure:
        """The figure without any exclusion: as it was measured."""
        return figure_of(replace(self.bundle, excludes=frozenset()))

    @property
    def scope(self) -> Interval:
        """What the figure is of."""
        return Interval(self.figure.window_start, self.figure.window_end)

    @cached_property
    def allowance(self) -> Allowance | None:
        """Of the whole month; None without a target."""
        return None if self.target is None else allowance_of(self.bundle, self.figure)

    @cached_property
    def whole_month(self) -> Combination:
        """The month's seconds, sorted, as far as they are known: what is to come is unknown or excluded."""
        return month_combination(self.bundle)

    @property
    def to_come(self) -> Intervals:
        """The agreed time of the month that is not settled yet: without windows that are already accepted."""
        rest = Interval(self.settled.end, self.month.end)
        return intersect(self.whole_month.unknown, [rest])

    @cached_property
    def credit(self) -> Credit:
        """What is owed for the month; only for one that is over."""
        if self.target is None or self.credit_terms.schedule is None:
            return Credit(CreditState.NOT_AGREED)
        return self.credit_terms.owed(self.figure, self.target) if self.final else Credit(CreditState.RUNNING)

    @property
    def seen_outages(self) -> tuple[Outage, ...]:
        """Whole outages that touch the scope, those that began before it included."""
        found = outages(self.id, self.spans, self.as_of)
        return tuple(item for item in found if item.start < self.scope.end and item.end > self.scope.start)

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Those that begin in the scope, cut at the month's end: an outage counts in the month of its start."""
        return tuple(
            replace(item, end=min(item.end, self.month.end))
            for item in self.seen_outages
            if item.start >= self.scope.start
        )

    @property
    def gaps(self) -> Intervals:
        """What was not measured of the agreed time."""
        return self.combination.unknown

    @cached_property
    def short(self) -> Intervals:
        """What was seen down in outages shorter than the least that counts: it counts as up."""
        if not self.min_outage:
            return ()
        return subtract(combination_of(replace(self.bundle, min_outage=0)).down, self.combination.down)

    def accepted(self, window: Window) -> Interval | None:
        """What of a window is excluded here; None when nothing is. With a cap that is the part inside this month."""
        kept = before(self.eligible(window), self.cap_instant)
        return kept[0] if kept else None

    def beyond_cap(self, window: Window) -> Interval | None:
        """What of a window would be excluded but for the month's cap, and counts as it is seen."""
        beyond = subtract(self.eligible(window), before(self.eligible(window), self.cap_instant))
        return beyond[0] if beyond else None

    def eligible(self, window: Window) -> Intervals:
        """What of a window is accepted, whatever the cap: one interval or none. With a cap inside this month only."""
        found = accepted_window(window.notice.exclusion, excludes=self.excludes, notice=self.notice)
        if found is None or self.maintenance_cap is None:
            return () if found is None else (found,)
        return intersect([found], [self.month])

    @cached_property
    def cap_instant(self) -> Seconds | None:
        """The instant from which the month's maintenance counts as it is seen; None while it is within its cap."""
        return cap_instant(self.bundle)

    def taken(self, case: Case) -> Intervals:
        """What an approved one takes of its component's settled time: excluded, or made unknown; else nothing."""
        spans = next(part.spans for part in self.parts if part.component == case.request.component)
        return taken(case, spans, self.settled)

    def _approved(self, type_: RequestType) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.request.type is type_ and case.status is Status.APPROVED)

    def _member(self, part: Part) -> Member:
        spans = tuple(cut(part.spans, self.seen))
        counting = [case for case in part.cases if counts_for(case, self.excludes)]
        return Member(
            id=part.component if self.agreement else "",
            spans=spans,
            exclusions=(*(_exclusion(window) for window in part.windows), *exclusions(counting, spans)),
            since=part.since,
            until=part.until,
        )


def cut(spans: Iterable[Span], bounds: Interval) -> Iterable[Span]:
    """The spans inside the bounds."""
    first, last = bounds.start, bounds.end
    for span in spans:
        if first <= span.start < span.end <= last:
            yield span
        elif (start := max(span.start, first)) < (end := min(span.end, last)):
            yield replace(span, start=start, end=end)


def _exclusion(window: Window) -> Exclusion:
    return window.notice.exclusion

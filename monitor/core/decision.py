"""Exclusions and corrections as two people decide them: what was requested, what was decided, what follows.

A request is for one component and a period that is over. Until somebody else approves it, it changes nothing.
An approved exclusion does not count where the agreement lists its kind, and only as far as the component was seen
not up; an approved correction makes its period unknown, of the component or of one of its checks: never up, never
excluded. Stores nothing, stamps nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.core.exclusion import APPROVED_KINDS, MAINTENANCE, Exclusion, observed_not_up
from monitor.core.interval import Intervals, intersect
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.timeline import Corrections, overlay_unknown

UNPROVEN = " (unproven)"
"""Ends the name of somebody who acts without a token. No token's name holds a blank."""

CORRECTION_KIND = "measurement_error"


class RequestType(StrEnum):
    EXCLUSION = "exclusion"
    CORRECTION = "correction"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that a request of this type can have."""
        return APPROVED_KINDS if self is RequestType.EXCLUSION else frozenset({CORRECTION_KIND})


class Status(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants excluded or corrected. `id` is empty until it is stored; `check` None: the component.

    Only a correction can be of one check: an exclusion is of a component's time.
    """

    id: str
    type: RequestType
    kind: str
    component: str
    check: str | None
    start: Seconds
    end: Seconds
    reason: str
    evidence: str
    requested_at: Seconds
    requested_by: str

    @property
    def period(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def subject(self) -> str:
        """What it is about: `api`, or `api/health`."""
        return self.component if self.check is None else f"{self.component}/{self.check}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody said to a request. An approval may come without a reason, a rejection may not."""

    approved: bool
    by: str
    at: Seconds
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A request and the decision that stands; None: nobody has decided."""

    request: Request
    decision: Decision | None = None

    @property
    def status(self) -> Status:
        if self.decision is None:
            return Status.PENDING
        return Status.APPROVED if self.decision.approved else Status.REJECTED


def is_proven(actor: str) -> bool:
    """Whether who acts holds a token."""
    return bool(actor) and not actor.endswith(UNPROVEN)


def same_holder(one: str, other: str) -> bool:
    """Whether two names may be one person's: proven or not, and however they are capitalised."""
    return one.removesuffix(UNPROVEN).casefold() == other.removesuffix(UNPROVEN).casefold()


def check_request(request: Request) -> None:
    """Raises ValueError saying why a request cannot be made."""
    wrong = _wrong_kind(request) or _wrong_period(request)
    if wrong is None and not request.reason.strip():
        wrong = "a request needs a reason: whoever decides reads it, and so does an auditor"
    if wrong is None and request.evidence and not request.evidence.startswith(("https://", "http://")):
        wrong = f"evidence is a link, and {request.evidence!r} does not begin with https:// or http://"
    if wrong is None and request.check is not None and request.type is RequestType.EXCLUSION:
        wrong = "an exclusion is of a component's time, and a check has none of its own; leave the check out"
    if wrong is not None:
        raise ValueError(wrong)


def check_decision(case: Case, decision: Decision) -> None:
    """Raises ValueError saying why this decision cannot be made: four eyes, once, by somebody who is proven."""
    wrong = _already(case) or _not_by(case.request, decision)
    if wrong is None and decision.at < case.request.requested_at:
        wrong = f"{case.request.id} was requested later than that; compare this machine's clock"
    if wrong is None and not decision.approved and not decision.reason.strip():
        wrong = "a rejection needs a reason"
    if wrong is not None:
        raise ValueError(wrong)


def repeated(request: Request, cases: Iterable[Case]) -> Request | None:
    """The pending request that says the same in every word, by the same holder: whoever sends one again, because no
    answer came, does not make a second one."""
    bare = replace(request, id="", requested_at=0)
    for case in cases:
        if case.decision is None and replace(case.request, id="", requested_at=0) == bare:
            return case.request
    return None


def case_of(request: Request, decisions: Iterable[Decision]) -> Case:
    """The request with the decision that stands, whatever order they come in: the first that could be made.

    Of two in one second a rejection stands.
    """
    possible = [each for each in decisions if _not_by(request, each) is None and each.at >= request.requested_at]
    return Case(request, min(possible, key=lambda each: (each.at, each.approved, each.by, each.reason), default=None))


def standing(request: Request, decisions: Iterable[Decision]) -> Status:
    """Whether the request is pending, approved or rejected. One that nobody may decide so stays pending."""
    return case_of(request, decisions).status


def exclusions(cases: Iterable[Case], spans: Sequence[Span]) -> tuple[Exclusion, ...]:
    """One component's cases as evidence holds them, by start; `spans` are those that are counted.

    An approved exclusion is cut to what was seen down or degraded, one piece for each stretch. A pending one is
    whole and counts for nothing. A correction is there to be seen: its kind never excludes. Rejected: nothing.
    """
    found = [piece for case in cases for piece in _pieces(case, spans)]
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.kind)))


def corrected(spans: Sequence[Span], cases: Iterable[Case]) -> list[Span]:
    """The component's spans with every approved correction of the whole component laid over them: unknown.

    One of a single check is in the spans already: they are judged with it.
    """
    wrong = [case.request.period for case in cases if case.request.check is None and _corrects(case)]
    return overlay_unknown(spans, wrong) if wrong else list(spans)


def check_corrections(cases: Iterable[Case]) -> Corrections:
    """What approved corrections of single checks of one component make unknown, by check: the judge lays it over the
    check's verdicts."""
    found: dict[str, list[Interval]] = {}
    for case in cases:
        if case.request.check is not None and _corrects(case):
            found.setdefault(case.request.check, []).append(case.request.period)
    return found


def taken(case: Case, spans: Sequence[Span], within: Interval) -> Intervals:
    """What an approved case takes of a stretch of its component's spans: excluded, or made unknown; else nothing.

    Of a correction of one check that is where the component is unknown: another check may still have seen it.
    """
    if case.status is not Status.APPROVED:
        return ()
    request, inside = case.request, intersect([case.request.period], [within])
    if request.type is RequestType.EXCLUSION:
        return tuple(piece for each in inside for piece in observed_not_up(spans, each))
    if request.check is None:
        return inside
    return intersect(inside, (Interval(span.start, span.end) for span in spans if span.state is State.UNKNOWN))


def counts_for(case: Case, excludes: frozenset[str]) -> bool:
    """Whether an approval matters to an agreement that excludes these kinds; a correction matters to all."""
    return case.request.type is RequestType.CORRECTION or case.request.kind in excludes


def _corrects(case: Case) -> bool:
    return case.request.type is RequestType.CORRECTION and case.status is Status.APPROVED


def _pieces(case: Case, spans: Sequence[Span]) -> list[Exclusion]:
    request, status = case.request, case.status
    if status is Status.REJECTED:
        return []
    if status is Status.PENDING:
        return [Exclusion(request.kind, request.start, request.end, check=request.check)]
    whole = request.type is RequestType.CORRECTION
    periods = [request.period] if whole else observed_not_up(spans, request.period)
    return [Exclusion(request.kind, each.start, each.end, approved=True, check=request.check) for each in periods]


def _wrong_kind(request: Request) -> str | None:
    if request.kind in request.type.kinds:
        return None
    if request.kind == MAINTENANCE:
        return "maintenance is excluded by its notice alone; announce it seven days ahead"
    return f"{request.kind!r} is no kind of {request.type}; choose one of {', '.join(sorted(request.type.kinds))}"


def _wrong_period(request: Request) -> str | None:
    if any(type(instant) is not int for instant in (request.start, request.end)):
        return "start and end are whole seconds"
    if request.start >= request.end:
        return "a period ends after it starts"
    if request.end > request.requested_at:
        return "the period is not over yet, and nothing is decided in advance; ask when it is"
    return None


def _already(case: Case) -> str | None:
    if case.decision is None:
        return None
    return f"{case.request.id} was already {case.status} by {case.decision.by}; request it anew"


def _not_by(request: Request, decision: Decision) -> str | None:
    """Why this actor may not decide so. Whoever requested may take it back, never approve it."""
    if not is_proven(decision.by):
        return "deciding needs a token: put one with the scope approve into $JANJI_TOKEN"
    if decision.approved and same_holder(decision.by, request.requested_by):
        return f"four eyes: {request.id} was requested by {request.requested_by}; somebody else must approve it"
    return None

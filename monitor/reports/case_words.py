"""Exclusions and corrections in words and as documents: what they are, what was decided, what an approval changes."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.calendar import format_instant
from monitor.core.decision import Case, Decision, Request, RequestType, Status, is_proven
from monitor.core.interval import Intervals
from monitor.core.model import Seconds
from monitor.core.text import number, percent, used_time
from monitor.reader.effects import Effect
from monitor.reports.instants import moment

AN = {RequestType.EXCLUSION: "an exclusion", RequestType.CORRECTION: "a correction"}
_WAITING = {
    RequestType.EXCLUSION: "downtime in it counts",
    RequestType.CORRECTION: "it counts as it was measured",
}
HEAD = ("ID", "STATUS", "KIND", "COMPONENT", "PERIOD", "REQUESTED BY", "DECIDED BY")


def worth(request: Request, seen: Seconds) -> Iterator[str]:
    """What of the period could matter: only what was seen not up can be excluded."""
    whole = _seconds(request.period.length)
    if request.check is not None:
        yield f"{whole} of {request.subject} would become unknown, and the component is judged again without it."
    elif request.type is RequestType.CORRECTION:
        yield f"{whole} would become unknown; {_seconds(seen)} of it was seen down or degraded."
    elif seen:
        yield f"{_seconds(seen)} of {whole} was seen down or degraded: only that can be excluded."
    else:
        yield "Nothing of it was seen down or degraded, so an approval would exclude nothing."


def inferred(beside: Intervals, zone: ZoneInfo) -> Iterator[str]:
    """That downtime beside a correction was inferred from what is corrected."""
    for each in beside:
        gap = f"{moment(each.start, zone)} to {moment(each.end, zone)}"
        yield f"{gap} beside it was bridged: inferred downtime, and it stays. Take it in if it was wrong too."


def lines(found: Sequence[Effect], head: str) -> Iterator[str]:
    """One line for each account: downtime, measured time and percentage, before and after."""
    if found:
        yield f"{head}:"
    for effect in found:
        yield f"  {_subject(effect.before)}: {_figure(effect.before)} → {_figure(effect.after)}"


def doubts(case: Case, decision: Decision) -> Iterator[str]:
    """What whoever approves ought to know."""
    if decision.approved and not is_proven(case.request.requested_by):
        yield (
            f"Requested by {case.request.requested_by}: no token proves that this was somebody other than "
            f"{decision.by}. Approve only what you did not request yourself."
        )


def done(case: Case, zone: ZoneInfo) -> str:
    """One sentence: what stands now."""
    request, decision = case.request, case.decision
    named = f"{request.id} ({request.kind}, {request.subject}, {period(request, zone)})"
    if decision is None:
        other = "somebody else" if is_proven(request.requested_by) else "a holder of a token"
        then = f"`janji {request.type} approve {request.id}`"
        return f"{named} is requested. Until {other} approves it ({then}), {_WAITING[request.type]}."
    said = f"{named} is {case.status} by {decision.by}."
    if request.check is None or not decision.approved:
        return said
    return f"{said} `janji up` judges that time again: at once where it runs, else when it starts next."


def described(case: Case, zone: ZoneInfo) -> Iterator[str]:
    """Everything that is known of it."""
    request, decision = case.request, case.decision
    yield f"{request.id}: {case.status}"
    lasted = used_time(request.period.length, detail=True)
    yield f"  {request.kind}, {request.subject}, {period(request, zone)} ({lasted})"
    yield f"  {request.reason}"
    if request.evidence:
        yield f"  {request.evidence}"
    yield f"  {moment(request.requested_at, zone)}: requested by {request.requested_by}"
    if decision is None:
        yield f"  Pending: {_WAITING[request.type]}."
        return
    said = f": {decision.reason}" if decision.reason else ""
    yield f"  {moment(decision.at, zone)}: {case.status} by {decision.by}{said}"


def row(case: Case, zone: ZoneInfo) -> tuple[str, ...]:
    """A line of the list, under `HEAD`."""
    request, decision = case.request, case.decision
    return (
        request.id,
        case.status.value,
        request.kind,
        request.subject,
        period(request, zone),
        request.requested_by,
        "" if decision is None else decision.by,
    )


def period(request: Request, zone: ZoneInfo) -> str:
    return f"{moment(request.start, zone)} to {moment(request.end, zone)}"


def document(case: Case) -> dict[str, object]:
    """The case as JSON values; instants in UTC. What was not decided yet is null."""
    request, decision = case.request, case.decision
    return {
        "id": request.id,
        "type": request.type.value,
        "status": case.status.value,
        "kind": request.kind,
        "component": request.component,
        "check": request.check,
        "start": format_instant(request.start),
        "end": format_instant(request.end),
        "seconds": request.period.length,
        "reason": request.reason,
        "evidence": request.evidence or None,
        "requested_at": format_instant(request.requested_at),
        "requested_by": request.requested_by,
        "requester_proven": is_proven(request.requested_by),
        "decided_at": None if decision is None else format_instant(decision.at),
        "decided_by": None if decision is None else decision.by,
        "decision_reason": None if decision is None else decision.reason,
        "counts": _counts(request) if case.status is Status.APPROVED else "as it was measured",
    }


def effects_document(found: Sequence[Effect]) -> list[dict[str, object]]:
    """Each account before and after, as JSON values."""
    return [
        {
            "kind": "agreement" if effect.before.agreement else "component",
            "id": effect.before.id,
            "month": effect.before.label,
            "before": _numbers(effect.before),
            "after": _numbers(effect.after),
        }
        for effect in found
    ]


def _counts(request: Request) -> str:
    if request.check is not None:
        return "unknown for that check; the component is judged without it"
    excluded = "excluded where it was seen down or degraded, by agreements that list its kind"
    return "unknown" if request.type is RequestType.CORRECTION else excluded


def _numbers(account: Account) -> dict[str, object]:
    figure = account.figure
    return {
        "down_seconds": figure.down_seconds,
        "degraded_seconds": figure.degraded_seconds,
        "excluded_seconds": figure.excluded_seconds,
        "unknown_seconds": figure.unknown_seconds,
        "measured_seconds": figure.measured_seconds,
        "availability_percent": None if figure.availability is None else percent(figure.availability),
    }


def _subject(account: Account) -> str:
    return f"{'agreement' if account.agreement else 'objective of'} {account.id}, {account.label}"


def _figure(account: Account) -> str:
    figure = account.figure
    share = "no data" if figure.availability is None else f"{percent(figure.availability)} %"
    return f"{_seconds(figure.down_seconds)} down of {number(figure.measured_seconds)} s measured, {share}"


def _seconds(length: Seconds) -> str:
    return f"{number(length)} s"

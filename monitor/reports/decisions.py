"""The exclusions and corrections of an account, for its explanation: in words and as JSON values.

For whoever answers for the figure: it holds names and reasons. What a customer gets, the evidence, holds periods only.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.calendar import format_instant
from monitor.core.decision import Case, RequestType, Status
from monitor.core.interval import seconds_in
from monitor.reports.words import period, seconds


def lines(account: Account) -> Iterator[str]:
    """One line for each request that matters here; none at all where there is none."""
    if not account.cases:
        return
    zone = ZoneInfo(account.zone)
    yield "Exclusions and corrections:"
    for case in account.cases:
        request, decision = case.request, case.decision
        said = f"requested by {request.requested_by}"
        if decision is not None:
            said += f", {case.status} by {decision.by}"
        when = period(request.start, request.end, zone)
        yield f"  {request.id}, {request.kind} ({request.subject}) {when}: {said}: {_fate(account, case)}"
        yield f"    {request.reason}" + (f" ({request.evidence})" if request.evidence else "")


def documents(account: Account) -> list[dict[str, object]]:
    """The same as JSON values."""
    return [_document(account, case) for case in account.cases]


def _fate(account: Account, case: Case) -> str:
    request, length = case.request, seconds(seconds_in(account.taken(case)))
    if case.status is Status.PENDING:
        counts = "downtime in it counts" if request.type is RequestType.EXCLUSION else "it counts as it was measured"
        return f"pending, {counts}"
    if case.status is Status.REJECTED:
        return "changes nothing"
    if request.check is not None:
        return f"judged without that check, {length} unknown"
    return f"{length} unknown" if request.type is RequestType.CORRECTION else f"{length} seen not up and excluded"


def _document(account: Account, case: Case) -> dict[str, object]:
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
        "reason": request.reason,
        "evidence": request.evidence or None,
        "requested_by": request.requested_by,
        "decided_by": None if decision is None else decision.by,
        "taken": [
            {"start": format_instant(each.start), "end": format_instant(each.end), "seconds": each.length}
            for each in account.taken(case)
        ],
    }

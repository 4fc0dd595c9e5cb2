"""Figures: a month of everything, of a component, of an agreement, opened and as evidence; quarters and years."""

from zoneinfo import ZoneInfo

from monitor.api.answers import Explained, Figures, Month, Period
from monitor.api.operation import Answer, Call, Desk, Operation
from monitor.api.problems import Mistake
from monitor.api.proofs import EvidenceBundle
from monitor.api.queries import Zoned
from monitor.api.reading import mistaken
from monitor.core.account import Account
from monitor.reader import asking
from monitor.reports import evidence, explanation, prose, rows
from monitor.reports.report import report
from monitor.reports.witnesses import witnesses


def _month(desk: Desk, call: Call) -> Answer:
    zone = asked_zone(desk, call)
    month = asking.month(call.path["month"], zone, desk.now)
    return Answer(report(desk.accounts, month, zone, desk.now).document())


def _period(desk: Desk, call: Call) -> Answer:
    return Answer(report(desk.accounts, asked_period(call), asked_zone(desk, call), desk.now).document())


def asked_period(call: Call) -> str:
    """The quarter or year as asked. Raises NotThere for anything else, a month among it."""
    period = call.path["period"]
    if not asking.is_longer(period):
        raise asking.NotThere(f"{period!r} is not a quarter or a year; write one such as 2026-Q4 or 2026")
    return period


def _line(desk: Desk, call: Call) -> Answer:
    return Answer(rows.facts(rows.row(_account(desk, call))))


def _explanation(desk: Desk, call: Call) -> Answer:
    return Answer(prose.document(explanation.explain(_account(desk, call), witnesses(desk.store))))


def _evidence(desk: Desk, call: Call) -> Answer:
    account, head = _account(desk, call), desk.store.ledger_head()
    try:
        return Answer(evidence.document(account, head), file=f"{account.id}-{account.label}-evidence.json")
    except evidence.NoTarget as error:
        raise asking.NotThere(str(error)) from None


def _account(desk: Desk, call: Call) -> Account:
    month, id_ = call.path["month"], call.path["id"]
    if call.query is None:
        return asking.agreement(desk.accounts, desk.settings, id_, month, desk.now)
    return asking.component(desk.accounts, desk.facts.components(), id_, month, asked_zone(desk, call), desk.now)


def asked_zone(desk: Desk, call: Call) -> ZoneInfo:
    """The zone of the components' month. Raises Problem for a name that is none."""
    try:
        return asking.zone(call.asked(Zoned).zone, desk.zone)
    except asking.NotThere as error:
        raise mistaken([Mistake(pointer="?zone", detail=str(error))]) from None


_COMPONENT = "/months/{month}/components/{id}"
_AGREEMENT = "/agreements/{id}/months/{month}"

OPERATIONS = (
    Operation("GET", "/months/{month}", "month", "read", "A month in a line each", Month, _month, query=Zoned),
    Operation(
        "GET",
        "/periods/{period}",
        "period",
        "read",
        "A quarter or a year: the seconds of its months together",
        Period,
        _period,
        query=Zoned,
        costly=True,
    ),
    Operation("GET", _COMPONENT, "component_month", "read", "A component's month", Figures, _line, query=Zoned),
    Operation(
        "GET",
        f"{_COMPONENT}/explanation",
        "component_explanation",
        "read",
        "Why a component's figure is what it is",
        Explained,
        _explanation,
        query=Zoned,
    ),
    Operation(
        "GET",
        f"{_COMPONENT}/evidence",
        "component_evidence",
        "read",
        "Everything that a component's figure is made of",
        EvidenceBundle,
        _evidence,
        query=Zoned,
    ),
    Operation("GET", _AGREEMENT, "agreement_month", "read", "An agreement's month, in its zone", Figures, _line),
    Operation(
        "GET",
        f"{_AGREEMENT}/explanation",
        "agreement_explanation",
        "read",
        "Why an agreement's figure is what it is",
        Explained,
        _explanation,
    ),
    Operation(
        "GET",
        f"{_AGREEMENT}/evidence",
        "agreement_evidence",
        "read",
        "Everything that an agreement's figure is made of",
        EvidenceBundle,
        _evidence,
    ),
)

"""Figures: a month of everything, of a component, of an agreement; opened, and as evidence."""

from typing import Any
from zoneinfo import ZoneInfo

from monitor.api.answers import Agreement, EvidenceBundle, Explained, Figures, Month
from monitor.api.bodies import Zoned
from monitor.api.operation import Answer, Call, Desk, Operation
from monitor.api.problems import Mistake
from monitor.api.reading import mistaken
from monitor.core.account import Account
from monitor.core.text import ratio, target_percent
from monitor.reader import asking
from monitor.reports import evidence, explanation, rows
from monitor.reports.witnesses import witnesses
from monitor.settings.hub import AgreementSettings


def _month(desk: Desk, call: Call) -> Answer:
    zone = _zone(desk, call)
    label = asking.month(call.path["month"], zone, desk.now)
    found = asking.everything(desk.accounts, label, zone, desk.now)
    return Answer(rows.document(label, [rows.row(account) for account in found]))


def _agreements(desk: Desk, call: Call) -> Answer:
    return Answer([_agreement(item, desk.accounts.agreed.zone_of(item)) for item in desk.settings.agreements])


def _agreement(item: AgreementSettings, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": item.id,
        "customer": item.customer,
        "components": list(item.components),
        "target_percent": target_percent(item.target),
        "zone": zone.key,
        "excludes": list(item.excludes),
        "notice_seconds": int(item.notice.total_seconds()),
        "degraded_weight": ratio(item.degraded_weight),
        "min_outage_seconds": int(item.min_outage.total_seconds()),
        "maintenance_cap_seconds": None if item.maintenance_cap is None else int(item.maintenance_cap.total_seconds()),
        "fee": None if item.fee is None else str(item.fee),
        "terms": [entry.model_dump(mode="json", by_alias=True, exclude_none=True) for entry in item.terms],
        "since": None if item.since is None else item.since.isoformat(),
        "until": None if item.until is None else item.until.isoformat(),
    }


def _line(desk: Desk, call: Call) -> Answer:
    return Answer(rows.facts(rows.row(_account(desk, call))))


def _explanation(desk: Desk, call: Call) -> Answer:
    return Answer(explanation.document(explanation.explain(_account(desk, call), witnesses(desk.store))))


def _evidence(desk: Desk, call: Call) -> Answer:
    account, head = _account(desk, call), desk.store.ledger_head()
    try:
        return Answer(evidence.document(account, head))
    except evidence.NoTarget as error:
        raise asking.NotThere(str(error)) from None


def _account(desk: Desk, call: Call) -> Account:
    month, id_ = call.path["month"], call.path["id"]
    if call.query is None:
        return asking.agreement(desk.accounts, desk.settings, id_, month, desk.now)
    return asking.component(desk.accounts, desk.facts.components(), id_, month, _zone(desk, call), desk.now)


def _zone(desk: Desk, call: Call) -> ZoneInfo:
    try:
        return asking.zone(call.asked(Zoned).zone, desk.zone)
    except asking.NotThere as error:
        raise mistaken([Mistake(pointer="?zone", detail=str(error))]) from None


_COMPONENT = "/months/{month}/components/{id}"
_AGREEMENT = "/agreements/{id}/months/{month}"

OPERATIONS = (
    Operation("GET", "/months/{month}", "month", "read", "A month in a line each", Month, _month, query=Zoned),
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
    Operation("GET", "/agreements", "agreements", "read", "All agreements", Agreement, _agreements, many=True),
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

"""Agreements: what was promised to whom, and what is left of the running month."""

from typing import Any

from monitor.api.answers import Agreement, Outlook
from monitor.api.operation import Answer, Call, Desk, Operation
from monitor.api.problems import Mistake
from monitor.api.queries import Lengths
from monitor.api.reading import mistaken
from monitor.core.ahead import supposing
from monitor.core.text import decimal
from monitor.reader import asking
from monitor.reports import outlook
from monitor.settings.hub import AgreementSettings


def _all(desk: Desk, call: Call) -> Answer:
    return Answer([_document(desk, item) for item in desk.settings.agreements])


def _one(desk: Desk, call: Call) -> Answer:
    return Answer(_document(desk, asking.terms(desk.settings, call.path["id"])))


def _document(desk: Desk, item: AgreementSettings) -> dict[str, Any]:
    return {
        **dict.fromkeys(type(item).model_fields),
        **item.model_dump(mode="json", by_alias=True, exclude_none=True),
        "zone": desk.accounts.agreed.zone_of(item).key,
        "target_percent": decimal(item.target * 100),
        "notice_seconds": int(item.notice.total_seconds()),
        "min_outage_seconds": int(item.min_outage.total_seconds()),
        "maintenance_cap_seconds": None if item.maintenance_cap is None else int(item.maintenance_cap.total_seconds()),
    }


def _what_if(desk: Desk, call: Call) -> Answer:
    account = asking.agreement(desk.accounts, desk.settings, call.path["id"], None, desk.now)
    try:
        supposed = [supposing(account, more) for more in (0, *call.asked(Lengths).down)]
    except ValueError as error:
        raise mistaken([Mistake(pointer="?down", detail=str(error))]) from None
    return Answer(outlook.document(account, supposed))


OPERATIONS = (
    Operation("GET", "/agreements", "agreements", "read", "All agreements", Agreement, _all, many=True),
    Operation("GET", "/agreements/{id}", "agreement", "read", "What a customer is promised", Agreement, _one),
    Operation(
        "GET",
        "/agreements/{id}/what-if",
        "what_if",
        "read",
        "What is left of the running month, until when, and what more downtime would make of it",
        Outlook,
        _what_if,
        query=Lengths,
    ),
)

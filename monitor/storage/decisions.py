"""Requests for exclusions and corrections, and what was decided on them: append-only, each step in the ledger."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from monitor.core import decision as core
from monitor.core.decision import Case, Decision, Request, RequestType, case_of, check_decision, check_request
from monitor.core.model import Interval
from monitor.core.renaming import renamed_case
from monitor.core.timeline import Corrections
from monitor.storage import inbox, ledger, renamings
from monitor.storage.inbox import Touched
from monitor.storage.notices import Transaction
from monitor.storage.tables import Component
from monitor.storage.tables import Decision as DecisionRow
from monitor.storage.tables import Request as RequestRow


class Decisions:
    """Appends and reads requests and decisions. The rules are those of `core.decision`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def append(self, request: Request) -> Request:
        """Stores a request and gives it its id. Raises ValueError saying why it cannot be made."""
        check_request(request)
        with self._transaction() as connection:
            key = connection.execute(insert(RequestRow).values(**_values(request))).inserted_primary_key
            if key is None:
                raise AssertionError("a request gave no key")
            stored = replace(request, id=_id(request.type, key[0]))
            kind, said = f"{stored.type.value} requested", entered_request(stored)
            ledger.append(connection, at=stored.requested_at, actor=stored.requested_by, kind=kind, payload=said)
            ledger.bump(connection, "facts")
            return stored

    def decide(self, identifier: str, decision: Decision) -> Case:
        """Stores a decision, once. Raises KeyError without such a request, ValueError where it may not be made."""
        with self._transaction() as connection:
            number = _number(identifier)
            # Locked, so that of two who decide at once the second one sees what the first one said.
            lock = select(col(RequestRow.no)).where(col(RequestRow.no) == number).with_for_update()
            connection.execute(lock)
            found = [case for case in _read(connection, [number]) if case.request.id == identifier]
            if not found:
                raise KeyError(identifier)
            [case] = found
            check_decision(case, decision)
            connection.execute(insert(DecisionRow).values(request_no=number, **_said(decision)))
            decided = Case(case.request, decision)
            kind, said = f"{case.request.type.value} {decided.status.value}", entered_decision(identifier, decision)
            ledger.append(connection, at=decision.at, actor=decision.by, kind=kind, payload=said)
            # After the ledger, whose lock comes first everywhere: else two writers could wait for each other.
            if decided.request.type is RequestType.CORRECTION and decision.approved:
                _rewritten(connection, decided.request.component)
                if decided.request.check is not None:
                    _to_be_judged(connection, decided.request)
            ledger.bump(connection, "facts")
            return decided

    def all(self, *, as_entered: bool = False) -> list[Case]:
        """Every case in the order of the requests. Components are called as they are now, or as they were then."""
        with self._transaction() as connection:
            return _read(connection, as_entered=as_entered)

    def by_component(self) -> dict[str, list[Case]]:
        """Every case, in order, by the component it is about."""
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self.all():
            found[case.request.component].append(case)
        return dict(found)

    def one(self, identifier: str) -> Case:
        """Raises KeyError for one that is not there."""
        with self._transaction() as connection:
            cases = _read(connection, [_number(identifier)])
        found = next((case for case in cases if case.request.id == identifier), None)
        if found is None:
            raise KeyError(identifier)
        return found


def entered_request(request: Request) -> dict[str, Any]:
    """What the ledger says of a request."""
    return {"id": request.id, **_values(request)}


def entered_decision(identifier: str, decision: Decision) -> dict[str, Any]:
    """What the ledger says of a decision on a request."""
    return {"id": identifier, **_said(decision)}


def _rewritten(connection: Connection, component: str) -> None:
    """The component's past reads differently from now on: whoever keeps a figure of it looks again."""
    connection.execute(
        update(Component).where(col(Component.id) == component).values(revision=col(Component.revision) + 1)
    )


def _to_be_judged(connection: Connection, request: Request) -> None:
    """An inbox row for the period: whoever judges next, now or after a start, judges it again with the correction."""
    no = connection.execute(select(col(Component.no)).where(col(Component.id) == request.component)).scalar_one()
    if no is None:
        raise AssertionError(f"{request.component} has no number")
    inbox.leave(connection, {no: Touched([Interval(request.start, request.end)], None)})


def check_corrections(connection: Connection) -> dict[str, Corrections]:
    """By component: what approved corrections of single checks make unknown."""
    found: dict[str, list[Case]] = defaultdict(list)
    query = select(col(RequestRow.no)).where(col(RequestRow.check).is_not(None))
    numbers = [no for (no,) in connection.execute(query) if no is not None]
    for case in _read(connection, numbers) if numbers else ():
        found[case.request.component].append(case)
    return {component: core.check_corrections(cases) for component, cases in found.items()}


def _read(connection: Connection, numbers: Sequence[int] | None = None, *, as_entered: bool = False) -> list[Case]:
    query: Any = select(RequestRow).order_by(col(RequestRow.no))
    said: Any = select(DecisionRow)
    if numbers is not None:
        query, said = query.where(col(RequestRow.no).in_(numbers)), said.where(col(DecisionRow.request_no).in_(numbers))
    decisions: dict[int, list[Decision]] = defaultdict(list)
    for row in connection.execute(said):
        decisions[row.request_no].append(Decision(bool(row.approved), row.by, row.at, row.reason))
    names = {} if as_entered else renamings.current(connection)
    return [renamed_case(case_of(_request(row), decisions[row.no]), names) for row in connection.execute(query)]


def _request(row: Any) -> Request:
    type_ = RequestType(row.type)
    return Request(
        id=_id(type_, row.no),
        type=type_,
        kind=row.kind,
        component=row.component,
        check=row.check,
        start=row.start,
        end=row.end,
        reason=row.reason,
        evidence=row.evidence,
        requested_at=row.requested_at,
        requested_by=row.requested_by,
    )


def _id(type_: RequestType, number: int) -> str:
    return f"{type_.value}-{number}"


def _number(identifier: str) -> int:
    """The number in an id; 0, which no request has, for anything else."""
    text = identifier.rpartition("-")[2]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _values(request: Request) -> dict[str, Any]:
    return {
        "type": request.type.value,
        "kind": request.kind,
        "component": request.component,
        "check": request.check,
        "start": request.start,
        "end": request.end,
        "reason": request.reason,
        "evidence": request.evidence,
        "requested_at": request.requested_at,
        "requested_by": request.requested_by,
    }


def _said(decision: Decision) -> dict[str, Any]:
    return {"approved": decision.approved, "by": decision.by, "at": decision.at, "reason": decision.reason}

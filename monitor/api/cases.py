"""Exclusions and corrections: requested by one holder of a token, decided by another."""

from functools import partial

from monitor.api.bodies import Approval, NewCorrection, NewExclusion, Rejection
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.problems import Mistake, Problem
from monitor.api.queries import Undecided
from monitor.api.reading import mistaken
from monitor.api.records import Requested, RequestedWithEffects
from monitor.core.decision import (
    CORRECTION_KIND,
    Case,
    Decision,
    Request,
    RequestType,
    Status,
    check_decision,
    check_request,
    repeated,
    same_holder,
)
from monitor.reader.asking import NotThere
from monitor.reader.effects import effects, inferred_beside, seen_not_up, unlisted
from monitor.reports import case_words as words
from monitor.settings.wording import near
from monitor.storage.store import Store


def _all(type_: RequestType, desk: Desk, call: Call) -> Answer:
    pending = call.asked(Undecided).pending
    cases = [case for case in _of(type_, desk) if not pending or case.status is Status.PENDING]
    return Answer([words.document(case) for case in cases])


def _one(type_: RequestType, desk: Desk, call: Call) -> Answer:
    case = _found(type_, desk, call)
    pending = case.status is Status.PENDING
    found = effects(desk.accounts, desk.settings, case.request, desk.now) if pending else []
    return Answer({**words.document(case), "effects": words.effects_document(found)})


def _request(type_: RequestType, desk: Desk, call: Call) -> Change:
    wanted = _wanted(type_, desk, call)
    found = effects(desk.accounts, desk.settings, wanted, desk.now)
    says = [
        *words.worth(wanted, seen_not_up(desk.accounts, wanted)),
        *words.inferred(inferred_beside(desk.accounts, wanted), desk.zone),
        *words.lines(found, "If approved"),
    ]

    def write(store: Store) -> tuple[Request, bool]:
        there = repeated(wanted, store.decisions.all())
        return (store.decisions.append(wanted), False) if there is None else (there, True)

    def then(written: tuple[Request, bool]) -> Answer:
        stored, again = written
        case = Case(stored)
        said = [*says, words.done(case, desk.zone)]
        document = {**words.document(case), "effects": words.effects_document(found), "says": said}
        return Answer(document, location=f"/{type_.value}s/{stored.id}", again=again)

    return Change(write, then)


def _wanted(type_: RequestType, desk: Desk, call: Call) -> Request:
    """The request, for a period that is over and a kind that counts somewhere. Raises Problem."""
    correction = type_ is RequestType.CORRECTION
    body: NewCorrection | NewExclusion = call.said(NewCorrection) if correction else call.said(NewExclusion)
    request = Request(
        id="",
        type=type_,
        kind=body.kind if isinstance(body, NewExclusion) else CORRECTION_KIND,
        component=body.component,
        check=body.check if isinstance(body, NewCorrection) else None,
        start=body.start,
        end=body.end,
        reason=body.reason,
        evidence=body.evidence or "",
        requested_at=desk.now,
        requested_by=call.actor,
    )
    try:
        check_request(request)
    except ValueError as error:
        raise Problem(422, str(error)) from None
    wrong = unlisted(desk.accounts, desk.settings, request, desk.now)
    if wrong is not None:
        raise mistaken([Mistake(pointer="#/check" if correction else "#/kind", detail=wrong)])
    return request


def _approve(type_: RequestType, desk: Desk, call: Call) -> Change:
    case = _found(type_, desk, call)
    return _decide(desk, case, Decision(True, call.actor, desk.now, call.said(Approval).reason.strip()))


def _reject(type_: RequestType, desk: Desk, call: Call) -> Change:
    case = _found(type_, desk, call)
    return _decide(desk, case, Decision(False, call.actor, desk.now, call.said(Rejection).reason))


def _decide(desk: Desk, case: Case, decision: Decision) -> Change:
    try:
        check_decision(case, decision)
    except ValueError as error:
        own = decision.approved and same_holder(decision.by, case.request.requested_by)
        raise Problem(403 if own and case.decision is None else 409, str(error)) from None
    wrong = desk.accounts.unfounded(case.request) if decision.approved else None
    if wrong is not None:
        raise Problem(409, wrong)
    found = effects(desk.accounts, desk.settings, case.request, decision.at) if decision.approved else []
    says = [*words.doubts(case, decision), *words.lines(found, "This changes")]

    def then(decided: Case) -> Answer:
        said = [*says, words.done(decided, desk.zone)]
        return Answer({**words.document(decided), "effects": words.effects_document(found), "says": said})

    return Change(lambda store: store.decisions.decide(case.request.id, decision), then)


def _of(type_: RequestType, desk: Desk) -> list[Case]:
    return [case for case in desk.store.decisions.all() if case.request.type is type_]


def _found(type_: RequestType, desk: Desk, call: Call) -> Case:
    id_, cases = call.path["id"], {case.request.id: case for case in _of(type_, desk)}
    if id_ not in cases:
        raise NotThere(f"there is no {type_} {id_}; {near(id_, list(cases))}")
    return cases[id_]


def _operations(type_: RequestType, body: type[NewExclusion | NewCorrection]) -> tuple[Operation, ...]:
    name, path, an = type_.value, f"/{type_.value}s", words.AN[type_]
    answers = RequestedWithEffects
    return (
        Operation(
            "GET",
            path,
            f"{name}s",
            "read",
            f"Every {name} requested, and what was decided",
            Requested,
            partial(_all, type_),
            many=True,
            query=Undecided,
        ),
        Operation(
            "POST",
            path,
            f"request_{name}",
            "request",
            f"Request {an}; nothing changes until somebody else approves it",
            answers,
            partial(_request, type_),
            status=201,
            body=body,
        ),
        Operation(
            "GET",
            f"{path}/{{id}}",
            name,
            "read",
            f"One {name}; while it is pending, what an approval would do",
            answers,
            partial(_one, type_),
        ),
        Operation(
            "POST",
            f"{path}/{{id}}/approve",
            f"approve_{name}",
            "approve",
            f"Approve {an} that somebody else requested",
            answers,
            partial(_approve, type_),
            body=Approval,
        ),
        Operation(
            "POST",
            f"{path}/{{id}}/reject",
            f"reject_{name}",
            "approve",
            f"Reject {an}, or take back your own",
            answers,
            partial(_reject, type_),
            body=Rejection,
        ),
    )


OPERATIONS = (
    *_operations(RequestType.EXCLUSION, NewExclusion),
    *_operations(RequestType.CORRECTION, NewCorrection),
)

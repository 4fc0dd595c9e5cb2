"""The books: months closed and revised, every revision kept, what a revision would change, and what verifies.

Closings are computed in a reader's thread and stored in the writer's, one transaction each.
"""

from collections.abc import Callable
from functools import partial

from monitor.api.bodies import NewClosing, NewRevision
from monitor.api.operation import Answer, Call, Change, Desk, Operation, Steps
from monitor.api.problems import Mistake, NotClosed, Problem
from monitor.api.reading import mistaken
from monitor.api.records import ClosedMonth, ClosedWhole, MonthClosed, Proposed, Verified
from monitor.core.books import Closing, Subject
from monitor.reader import asking
from monitor.reader.bookkeeping import Bookkeeping, Refused, append
from monitor.reader.verification import Verification
from monitor.reports.closings import (
    Refusal,
    closed_document,
    document,
    proposed_document,
    refusals,
    verified_document,
    whole,
)
from monitor.storage.store import Store


def _close(desk: Desk, call: Call) -> Steps:
    month, body, keeping = _month(desk, call), call.said(NewClosing), _keeping(desk)
    made: list[Closing] = []
    refused: list[Refusal] = []
    for subject, id_ in keeping.open(month) if body.all else _named(keeping, month, body):
        try:
            found = keeping.closing(
                subject, id_, month, actor=call.actor, now=desk.now, reason=body.reason, early=body.early
            )
        except Refused as error:
            refused.append(Refusal(subject, id_, error.why))
        else:
            made.append(found)

    def then(written: list[Closing | Refusal]) -> Answer:
        done = [item for item in written if isinstance(item, Closing)]
        left = [*refused, *(item for item in written if isinstance(item, Refusal))]
        if left and not done:
            raise _not_closed(left)
        return Answer(closed_document(month, done, left))

    return Steps([partial(_stored, item) for item in made], then)


def _stored(made: Closing, store: Store) -> Closing | Refusal:
    try:
        return append(store, made)
    except Refused as error:
        return Refusal(made.subject, made.id, error.why)


def _not_closed(left: list[Refusal]) -> Problem:
    said = [NotClosed.model_validate(item) for item in refusals(left)]
    return Problem(409, "nothing was closed; `refused` says why of each", refused=said)


def _named(keeping: Bookkeeping, month: str, body: NewClosing) -> list[tuple[Subject, str]]:
    """What the body names, each once. Raises Problem with everything that is not there."""
    listed = [(Subject.AGREEMENT, "agreements", body.agreements), (Subject.OBJECTIVE, "objectives", body.objectives)]
    found, wrong = [], []
    for subject, key, names in listed:
        for number, name in enumerate(names):
            try:
                keeping.known(subject, name, month)
            except asking.NotThere as error:
                wrong.append(Mistake(pointer=f"#/{key}/{number}", detail=str(error)))
            found.append((subject, name))
    if wrong:
        raise mistaken(wrong)
    return list(dict.fromkeys(found))


def _revise(subject: Subject, desk: Desk, call: Call) -> Change:
    month, id_, keeping = _month(desk, call), call.path["id"], _keeping(desk)
    keeping.known(subject, id_, month)
    try:
        made = keeping.revision(
            subject, id_, month, actor=call.actor, now=desk.now, reason=call.said(NewRevision).reason
        )
    except Refused as error:
        raise Problem(409, f"{subject} {id_} {month} is not revised: {error}") from None
    return Change(lambda store: append(store, made), lambda revised: Answer(document(revised)))


def _closings(desk: Desk, call: Call) -> Answer:
    return Answer([document(item) for item in _newest(desk, _month(desk, call))])


def _proposals(desk: Desk, call: Call) -> Answer:
    month, keeping = _month(desk, call), _keeping(desk)
    books = [keeping.account(subject, id_, month, desk.now).books for subject, id_ in keeping.closed(month)]
    return Answer([proposed_document(each.closing, each.proposal) for each in books if each.closing and each.proposal])


def _verification(desk: Desk, call: Call) -> Answer:
    month = _month(desk, call)
    verification = Verification(desk.store, desk.settings, desk.now)
    closed = verification.months(month)
    if not closed:
        raise asking.NotThere(f"nothing is closed in {month}")
    ledger = verification.of_ledger()
    found = [verification.of_month(key) for key in closed]
    return Answer(verified_document(found, ledger, len(desk.store.ledger())))


def _revisions(subject: Subject, desk: Desk, call: Call) -> Answer:
    return Answer([document(item) for item in _history(subject, desk, call)])


def _revision(subject: Subject, desk: Desk, call: Call) -> Answer:
    wanted, found = call.path["revision"], _history(subject, desk, call)
    for item in found:
        if str(item.revision) == wanted:
            return Answer(whole(item))
    raise asking.NotThere(f"there is no revision {wanted!r}; the newest is {found[-1].revision}")


def _history(subject: Subject, desk: Desk, call: Call) -> list[Closing]:
    """Every closing of a month, the first one first. Raises NotThere for what is not closed."""
    month, id_ = _month(desk, call), call.path["id"]
    found = [item.closing for item in desk.store.books.revisions(subject, id_, month)]
    if not found:
        _keeping(desk).known(subject, id_, month)
        raise asking.NotThere(f"{subject} {id_} {month} is not closed")
    return found


def _newest(desk: Desk, month: str) -> list[Closing]:
    found = (desk.store.books.latest(subject, id_, month) for subject, id_ in _keeping(desk).closed(month))
    return [item for item in found if item is not None]


def _month(desk: Desk, call: Call) -> str:
    return asking.month(call.path["month"], desk.zone, desk.now)


def _keeping(desk: Desk) -> Bookkeeping:
    return Bookkeeping(desk.store, desk.settings)


def _of_subject(subject: Subject, path: str, name: str) -> tuple[Operation, ...]:
    def of(handle: Callable[[Subject, Desk, Call], Answer]) -> Callable[[Desk, Call], Answer]:
        return partial(handle, subject)

    return (
        Operation(
            "GET",
            f"{path}/revisions",
            f"{name}_revisions",
            "read",
            f"Every closing of {name}'s month, the first one first, each with its difference",
            ClosedMonth,
            of(_revisions),
            many=True,
        ),
        Operation(
            "GET",
            f"{path}/revisions/{{revision}}",
            f"{name}_revision",
            "read",
            "One closing with everything that it was made of",
            ClosedWhole,
            of(_revision),
        ),
        Operation(
            "POST",
            f"{path}/revise",
            f"revise_{name}",
            "close",
            "Accept what is stored now in place of what was closed, with the reason",
            ClosedMonth,
            partial(_revise, subject),
            body=NewRevision,
        ),
    )


_MONTH = "/months/{month}"

OPERATIONS = (
    Operation(
        "POST",
        f"{_MONTH}/close",
        "close",
        "close",
        "Close a month of all or some agreements and objectives, each by itself",
        MonthClosed,
        _close,
        body=NewClosing,
    ),
    Operation(
        "GET",
        f"{_MONTH}/closings",
        "closings",
        "read",
        "What is in the books of a month, the newest revision of each",
        ClosedMonth,
        _closings,
        many=True,
    ),
    Operation(
        "GET",
        f"{_MONTH}/proposals",
        "proposals",
        "read",
        "What revisions of a closed month would change; nothing where nothing differs",
        Proposed,
        _proposals,
        many=True,
        costly=True,
    ),
    Operation(
        "GET",
        f"{_MONTH}/verification",
        "verification",
        "read",
        "The closed month computed again from what is stored now, and the ledger checked",
        Verified,
        _verification,
        costly=True,
    ),
    *_of_subject(Subject.AGREEMENT, "/agreements/{id}/months/{month}", "agreement"),
    *_of_subject(Subject.OBJECTIVE, "/months/{month}/components/{id}", "objective"),
)

"""Maintenance: announced, revised, ended. Writes requests only: the hub stamps a notice once the page shows it."""

from functools import partial

from monitor.api.bodies import NewMaintenance, Nothing, Revision
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.problems import Mistake, Problem
from monitor.api.queries import Everything
from monitor.api.reading import mistaken
from monitor.api.records import Maintained, MaintainedWithWords
from monitor.core.notice import NoticeAction, NoticeEvent, extend
from monitor.reader.announced import Stored, announced_so, new_id, planned, stored
from monitor.reader.asking import NotThere
from monitor.reader.effects import capped
from monitor.reports import notice_words as words
from monitor.settings.wording import near
from monitor.storage.notices import NoticeRecord
from monitor.storage.store import Store

_SOON = (
    "Not published yet: the hub does that once the page shows it, within seconds, and notice counts from then. "
    "What is said above holds for a publication right now."
)


def _all(desk: Desk, call: Call) -> Answer:
    records, everything = desk.store.notices.all(), call.asked(Everything).all
    return Answer([words.document(item, desk.now) for item in planned(records, desk.now, everything=everything)])


def _one(desk: Desk, call: Call) -> Answer:
    return Answer(words.document(_found(desk, call), desk.now))


def _announce(desk: Desk, call: Call) -> Change:
    body = call.said(NewMaintenance)
    # Rounded up: a server's stamp is never in our favour.
    event = NoticeEvent(
        desk.now + 1, NoticeAction.ANNOUNCE, body.start, body.end, body.components, body.title, body.description
    )

    def write(store: Store) -> tuple[NoticeRecord, bool]:
        taken = stored(store.notices.all())
        there = announced_so(taken.values(), event, call.actor)
        if there is not None:
            return there, True
        return store.notices.append(new_id(body.title, body.start, desk.zone, taken), event, actor=call.actor), False

    def then(written: tuple[NoticeRecord, bool]) -> Answer:
        record, again = written
        now = Stored(record.maintenance, (record,))
        says = [
            words.period(now.says, desk.zone),
            *words.verdicts(desk.settings, event.at, body.start, body.components),
            *_beyond_cap(desk, now),
        ]
        return Answer(_document(desk, now, says), location=f"/maintenance/{record.maintenance}", again=again)

    return Change(write, then)


def _revise(desk: Desk, call: Call) -> Answer | Change:
    before, body = _found(desk, call), call.said(Revision)
    if all(getattr(body, name) is None for name in body.model_fields_set - {"preview"}):
        raise mistaken([Mistake(pointer="#", detail="there is nothing to change; name what shall be otherwise")])
    now = before.says
    event = NoticeEvent(
        before.not_before(desk.now + 1),
        NoticeAction.REVISE,
        body.start if body.start != now.start else None,
        body.end if body.end != now.end else None,
        body.components,
        body.title,
        body.description,
    )
    would = _follows(before, event)
    if body.preview:
        says = [*words.in_short("This change", before.events, would)]
        return Answer(_document(desk, before, [*says, *words.consequences(before.events, would, desk.zone)]))

    def then(record: NoticeRecord) -> Answer:
        after = _as_it_is(desk, record)
        says = [words.period(after.says, desk.zone), *words.consequences(after.events[:-1], after.events, desk.zone)]
        says += _beyond_cap(desk, after)
        return Answer(_document(desk, after, says))

    return Change(lambda store: store.notices.append(before.id, event, actor=call.actor), then)


def _beyond_cap(desk: Desk, item: Stored) -> list[str]:
    return list(words.beyond_cap(capped(desk.accounts, desk.settings, item.id, item.events, desk.now)))


def _end(action: NoticeAction, desk: Desk, call: Call) -> Change:
    before = _found(desk, call)
    event = NoticeEvent(before.not_before(desk.now), action)
    _follows(before, event)
    if not before.published:
        raise Problem(
            409,
            "its announcement or a change of it is not published yet, and what was never shown cannot be ended; "
            "do this again in a few seconds",
        )

    def then(record: NoticeRecord) -> Answer:
        after = _as_it_is(desk, record)
        return Answer(_document(desk, after, [words.ended(after.events, desk.zone)]))

    return Change(lambda store: store.notices.append(before.id, event, actor=call.actor), then)


def _follows(before: Stored, event: NoticeEvent) -> tuple[NoticeEvent, ...]:
    """The events with one more. Raises Problem with the sentence of `core.notice` where it does not follow from what
    stands."""
    try:
        return extend(before.events, event)
    except ValueError as error:
        raise Problem(409, str(error)) from None


def _as_it_is(desk: Desk, record: NoticeRecord) -> Stored:
    """The maintenance up to a record, as the hub may have stamped it meanwhile."""
    now = stored(desk.store.notices.all())[record.maintenance]
    return Stored(now.id, tuple(each for each in now.records if each.no <= record.no))


def _document(desk: Desk, now: Stored, says: list[str]) -> dict[str, object]:
    return {**words.document(now, desk.now), "says": says if now.published else [*says, _SOON]}


def _found(desk: Desk, call: Call) -> Stored:
    id_, known = call.path["id"], stored(desk.store.notices.all())
    if id_ not in known:
        raise NotThere(f"there is no maintenance {id_}; {near(id_, list(known))}")
    return known[id_]


_PATH = "/maintenance"

OPERATIONS = (
    Operation(
        "GET",
        _PATH,
        "maintenances",
        "read",
        "What is announced or under way",
        Maintained,
        _all,
        many=True,
        query=Everything,
    ),
    Operation(
        "POST",
        _PATH,
        "announce_maintenance",
        "maintenance",
        "Announce planned work, and learn whether its time will count",
        MaintainedWithWords,
        _announce,
        status=201,
        body=NewMaintenance,
    ),
    Operation("GET", f"{_PATH}/{{id}}", "maintenance", "read", "One maintenance and its notices", Maintained, _one),
    Operation(
        "POST",
        f"{_PATH}/{{id}}/revise",
        "revise_maintenance",
        "maintenance",
        "Change it; what lies outside the period announced before is a new notice",
        MaintainedWithWords,
        _revise,
        body=Revision,
    ),
    Operation(
        "POST",
        f"{_PATH}/{{id}}/complete",
        "complete_maintenance",
        "maintenance",
        "Say that the work is done: from now on downtime counts again",
        MaintainedWithWords,
        partial(_end, NoticeAction.COMPLETE),
        body=Nothing,
    ),
    Operation(
        "POST",
        f"{_PATH}/{{id}}/cancel",
        "cancel_maintenance",
        "maintenance",
        "Call the work off; after its start this is the same as completing it",
        MaintainedWithWords,
        partial(_end, NoticeAction.CANCEL),
        body=Nothing,
    ),
)

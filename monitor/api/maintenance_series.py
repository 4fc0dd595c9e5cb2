"""Recurring maintenance: every occurrence is announced now, each a maintenance of its own, or called off together."""

from monitor.api.bodies import Nothing
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.problems import Mistake, Problem
from monitor.api.reading import mistaken
from monitor.api.records import MaintenanceSeries
from monitor.api.series_bodies import NewSeries
from monitor.core.model import Interval
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.reader.announced import Stored, series_ids, stored, to_come
from monitor.reader.asking import NotThere
from monitor.reader.recurrence import occurrences
from monitor.reports import notice_words as words
from monitor.settings.wording import near
from monitor.storage.store import Store


def _announce(desk: Desk, call: Call) -> Change:
    body = call.said(NewSeries)
    try:
        periods = occurrences(body.repeat, body.start, body.end - body.start, desk.zone)
    except ValueError as error:
        raise mistaken([Mistake(pointer="#/repeat", detail=str(error))]) from None
    at = desk.now + 1  # rounded up: a server's stamp is never in our favour

    def write(store: Store) -> tuple[list[str], bool]:
        known = stored(store.notices.all())
        again = _announced_so(store, known, periods, body, call.actor)
        if again:
            return again, True
        ids = series_ids(body.title, periods, desk.zone, known)
        events = [(id_, _event(body, each, at)) for id_, each in zip(ids, periods, strict=True)]
        store.notices.append_all(events, actor=call.actor, series=ids[0])
        return ids, False

    def then(written: tuple[list[str], bool]) -> Answer:
        ids, again = written
        says = list(words.series(desk.settings, at, periods, body.components))
        return Answer(_document(desk, ids, says), location=f"/maintenance/{ids[0]}", again=again)

    return Change(write, then)


def _announced_so(
    store: Store, known: dict[str, Stored], periods: list[Interval], body: NewSeries, actor: str
) -> list[str]:
    """The recurrence that says the same in every word, by the same holder, if nothing else was said of it since."""
    found: dict[str, list[str]] = {}
    for id_, first in store.notices.series().items():
        found.setdefault(first, []).append(id_)
    for ids in found.values():
        items = [known[id_] for id_ in ids]
        wanted = [_event(body, each, 0) for each in periods]
        said = [_event(body, Interval(item.says.start, item.says.end), 0) for item in items]
        untouched = all(len(item.records) == 1 and item.records[0].actor == actor for item in items)
        same = all(
            (item.says.title, item.says.components, item.says.description)
            == (body.title, body.components, body.description)
            for item in items
        )
        if untouched and same and said == wanted:
            return ids
    return []


def _event(body: NewSeries, period: Interval, at: int) -> NoticeEvent:
    return NoticeEvent(
        at, NoticeAction.ANNOUNCE, period.start, period.end, body.components, body.title, body.description
    )


def _cancel(desk: Desk, call: Call) -> Change:
    id_, known = call.path["id"], stored(desk.store.notices.all())
    if id_ not in known:
        raise NotThere(f"there is no maintenance {id_}; {near(id_, list(known))}")
    left = to_come(known, desk.store.notices.series(), id_, desk.now)
    if not left:
        raise Problem(409, "nothing of this recurrence is still to come")
    if not all(item.published for item in left):
        raise Problem(409, "a part of it is not published yet; do this again in a few seconds")
    events = [(item.id, NoticeEvent(item.not_before(desk.now), NoticeAction.CANCEL)) for item in left]

    def write(store: Store) -> list[str]:
        store.notices.append_all(events, actor=call.actor)
        return [item.id for item in left]

    says = [f"{len(left)} are called off before their start: nothing of them is left."]
    return Change(write, lambda ids: Answer(_document(desk, ids, says)))


def _document(desk: Desk, ids: list[str], says: list[str]) -> dict[str, object]:
    now = stored(desk.store.notices.all())
    return {
        "series": desk.store.notices.series()[ids[0]],
        "maintenances": [words.document(now[id_], desk.now) for id_ in ids],
        "says": says,
    }


OPERATIONS = (
    Operation(
        "POST",
        "/maintenance/series",
        "announce_series",
        "maintenance",
        "Announce every occurrence of recurring work, at most 13 months of it",
        MaintenanceSeries,
        _announce,
        status=201,
        body=NewSeries,
    ),
    Operation(
        "POST",
        "/maintenance/{id}/cancel-series",
        "cancel_series",
        "maintenance",
        "Call off what is still to come of the recurrence that it is of",
        MaintenanceSeries,
        _cancel,
        body=Nothing,
    ),
)

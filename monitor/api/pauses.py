"""Pauses: listed, begun and ended; the same steps as `janji pause` and `janji resume`."""

from pydantic import ConfigDict

from monitor.api.bodies import Instant, Prose, Sent
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.pause_answers import PauseSeen
from monitor.api.problems import Mistake
from monitor.api.reading import mistaken
from monitor.core.pause import Pause, check
from monitor.reader.asking import NotThere
from monitor.reader.pausing import check_paused, wanted
from monitor.reports import pause_words as words
from monitor.settings.wording import near
from monitor.storage.store import Store


class NewPause(Sent):
    """From now on a component is not probed. Its time is unknown, and no alert is raised of it."""

    component: str
    until: Instant
    reason: Prose

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"component": "database", "until": "2026-12-06T03:00:00Z", "reason": "Moved to another data centre"}
            ]
        }
    )


class BegunPause(PauseSeen):
    """With what it means."""

    says: list[str]


def _all(desk: Desk, call: Call) -> Answer:
    return Answer([words.document(item, desk.now) for item in desk.store.pauses.all()])


def _begin(desk: Desk, call: Call) -> Change:
    body = call.said(NewPause)
    pause = wanted(body.component, body.until, body.reason, now=desk.now, actor=call.actor)
    try:
        check_paused(desk.settings, body.component)
    except NotThere as error:
        raise mistaken([Mistake(pointer="#/component", detail=str(error))]) from None
    try:
        check(pause)
    except ValueError as error:
        raise mistaken([Mistake(pointer="#/until", detail=str(error))]) from None

    def then(stored: Pause) -> Answer:
        document = {**words.document(stored, desk.now), "says": [words.done(stored, desk.zone)]}
        return Answer(document, location=f"/pauses/{stored.id}")

    return Change(lambda store: store.pauses.append(pause), then)


def _one(desk: Desk, call: Call) -> Answer:
    return Answer(words.document(_found(desk, call), desk.now))


def _resume(desk: Desk, call: Call) -> Change:
    component = _found(desk, call).component

    def write(store: Store) -> Pause:
        return store.pauses.resume(component, now=desk.now, actor=call.actor)

    def then(stored: Pause) -> Answer:
        return Answer({**words.document(stored, desk.now), "says": [words.resumed(stored, desk.zone)]})

    return Change(write, then)


def _found(desk: Desk, call: Call) -> Pause:
    found = {item.id: item for item in desk.store.pauses.all()}
    id_ = call.path["id"]
    if id_ not in found:
        raise NotThere(f"there is no pause {id_}; {near(id_, list(found))}")
    return found[id_]


OPERATIONS = (
    Operation("GET", "/pauses", "pauses", "read", "Every pause in the order decided", PauseSeen, _all, many=True),
    Operation(
        "POST",
        "/pauses",
        "pause",
        "pause",
        "Do not probe a component from now on, until a moment: unknown, and no alert",
        BegunPause,
        _begin,
        status=201,
        body=NewPause,
    ),
    Operation("GET", "/pauses/{id}", "pause_of", "read", "One pause", PauseSeen, _one),
    Operation(
        "POST",
        "/pauses/{id}/resume",
        "resume",
        "pause",
        "Probe its component again from the next slot on",
        BegunPause,
        _resume,
    ),
)

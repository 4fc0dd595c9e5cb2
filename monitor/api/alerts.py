"""Alerts: what fires, acknowledging it, silences. On the admin listener."""

from pydantic import ConfigDict, Field

from monitor.api.answered import Answered
from monitor.api.bodies import Instant, Nothing, Sent
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.problems import Mistake
from monitor.api.queries import Query
from monitor.api.reading import mistaken
from monitor.core.alerting.episode import Silence
from monitor.reader.asking import NotThere
from monitor.reports import alert_rows as rows
from monitor.settings.wording import near

SCOPE = "alert"
_NEWEST = 200


class Listed(Query):
    """Of a list of alerts or silences."""

    all: bool = Field(False, description="What is over, too: the newest 200.")


class ToldChannel(Answered):
    channel: str
    says: str = Field(description="What it was told, or what holds the message back.")
    told_at: str | None


class Alert(Answered):
    """One firing of one rule, from its beginning to its end."""

    no: int
    title: str
    on: str = Field(description="down, degraded, unknown, uptime, burn, month, certificate, location, gap, credentials")
    about: str = Field(description="A component, component/check, a location, or agreement:ID.")
    urgency: str = Field(description="page or ticket")
    flapping: bool
    since: str
    fired_at: str
    recovered_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    channels: list[ToldChannel]


class Silenced(Answered):
    """A silence; without components it is about all of them."""

    no: int
    components: list[str]
    holds: bool
    start: str
    until: str
    reason: str
    by: str
    ended_at: str | None
    ended_by: str | None


class NewSilence(Sent):
    """From now on nobody is told of these components. Accounting is not touched by it."""

    components: list[str] = Field(default=[], max_length=1000, description="None: all of them.")
    until: Instant
    reason: str = Field(min_length=1, max_length=500)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"components": ["api"], "until": "2026-11-28T20:00:00Z", "reason": "A new version."}]
        }
    )


def _all(desk: Desk, call: Call) -> Answer:
    found = desk.store.alerts.newest(_NEWEST)
    wanted = [item for item in found if call.asked(Listed).all or not item.over]
    return Answer([rows.document(item, desk.settings) for item in wanted])


def _one(desk: Desk, call: Call) -> Answer:
    no = _number(call)
    found = desk.store.alerts.of([no])
    if not found:
        raise NotThere(f"there is no alert {no}")
    return Answer(rows.document(found[0], desk.settings))


def _acknowledge(desk: Desk, call: Call) -> Change:
    no = _number(call)
    if not desk.store.alerts.of([no]):
        raise NotThere(f"there is no alert {no}")
    return Change(
        lambda store: store.acknowledgements.acknowledge([no], by=call.actor, now=desk.now),
        lambda found: Answer(rows.document(found[0], desk.settings)),
    )


def _silences(desk: Desk, call: Call) -> Answer:
    found = desk.store.alerts.silences.all(None if call.asked(Listed).all else desk.now)
    return Answer([rows.silence_document(item, desk.now) for item in found[:_NEWEST]])


def _silence(desk: Desk, call: Call) -> Change:
    body = call.said(NewSilence)
    known = [component.id for component in desk.settings.components]
    for number, name in enumerate(body.components):
        if name not in known:
            said = f"there is no component {name}; {near(name, known)}"
            raise mistaken([Mistake(pointer=f"#/components/{number}", detail=said)])
    if body.until <= desk.now:
        raise mistaken([Mistake(pointer="#/until", detail="this is over already; look at the date")])
    wanted = Silence(0, tuple(dict.fromkeys(body.components)), desk.now, body.until, body.reason, call.actor)
    return Change(
        lambda store: store.alerts.silences.add(wanted),
        lambda made: Answer(rows.silence_document(made, desk.now), location=f"/silences/{made.no}"),
    )


def _end(desk: Desk, call: Call) -> Change:
    no = _number(call)
    if no not in {item.no for item in desk.store.alerts.silences.all()}:
        raise NotThere(f"there is no silence {no}")
    return Change(
        lambda store: store.alerts.silences.end(no, now=desk.now, actor=call.actor),
        lambda ended: Answer(rows.silence_document(ended, desk.now)),
    )


def _number(call: Call) -> int:
    text = call.path["no"]
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotThere(f"there is nothing with the number {text}")
    return int(text)


OPERATIONS = (
    Operation("GET", "/alerts", "alerts", "read", "What fires now", Alert, _all, many=True, query=Listed),
    Operation("GET", "/alerts/{no}", "alert", "read", "One alert, and what each channel was told", Alert, _one),
    Operation(
        "POST",
        "/alerts/{no}/acknowledge",
        "acknowledge_alert",
        SCOPE,
        "Say that you work on it: nobody is reminded, and it does not escalate",
        Alert,
        _acknowledge,
        body=Nothing,
    ),
    Operation(
        "GET", "/silences", "silences", "read", "What holds alerts back", Silenced, _silences, many=True, query=Listed
    ),
    Operation(
        "POST",
        "/silences",
        "silence",
        SCOPE,
        "Hold alerts of components back until a moment",
        Silenced,
        _silence,
        status=201,
        body=NewSilence,
    ),
    Operation("POST", "/silences/{no}/end", "end_silence", SCOPE, "End a silence now", Silenced, _end, body=Nothing),
)

"""Alerts and silences over the API: what fires, acknowledging it, holding it back."""

from monitor.core.alert import Channel, On, Plan, Rule, Urgency
from monitor.core.alerting.conditions import Condition, Turns
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.reports.world import NOW
from tests.storage.telling import tell

RULE = Rule(On.CERTIFICATE, channels=("ops",))
PLAN = Plan((RULE,), {"ops": Channel(("json://127.0.0.1:9",))}, wait=0)


def fire(house: House) -> None:
    found = Condition(RULE, "api/http", 1, Urgency.TICKET, NOW - 60, {"expires": NOW + 86_400})
    house.store.alerts.turn(Turns(fires=(found,)), NOW)
    tell(house.store, PLAN, NOW)


async def test_what_fires_is_listed_and_acknowledged_by_the_holder_of_a_token(house: House, api: Caller) -> None:
    fire(house)
    (alert,) = (await api.get("/alerts")).json
    assert (alert["no"], alert["on"], alert["about"], alert["urgency"]) == (1, "certificate", "api/http", "ticket")
    assert alert["channels"] == [{"channel": "ops", "says": "told", "told_at": "2026-02-09T17:00:00Z"}]
    assert (await api.post("/alerts/1/acknowledge", "reader", {})).status == 403
    acknowledged = (await api.post("/alerts/1/acknowledge", "eko", {})).json
    assert (acknowledged["acknowledged_by"], acknowledged["acknowledged_at"]) == ("eko", "2026-02-09T17:00:00Z")
    assert (await api.get("/alerts/1")).json == acknowledged
    house.store.alerts.turn(Turns(over=(1,)), NOW + 1)
    assert (await api.get("/alerts")).json == []
    assert len((await api.get("/alerts", query="all=true")).json) == 1
    assert (await api.post("/alerts/1/acknowledge", "eko", {})).status == 409


async def test_what_is_not_there_is_said(api: Caller) -> None:
    for path in ("/alerts/7", "/alerts/x", "/alerts/" + "9" * 30):
        assert (await api.get(path)).status == 404
    assert (await api.post("/alerts/7/acknowledge", "eko", {})).status == 404
    assert (await api.post("/silences/7/end", "eko", {})).status == 404


async def test_a_silence_is_set_listed_and_ended_and_stands_in_the_ledger(house: House, api: Caller) -> None:
    body = {"components": ["api"], "until": "2026-02-09T18:00:00Z", "reason": "racks"}
    answer = await api.post("/silences", "eko", body)
    assert (answer.status, answer.headers["location"]) == (201, "/api/v1/silences/1")
    assert (answer.json["holds"], answer.json["by"], answer.json["reason"]) == (True, "eko", "racks")
    assert (await api.get("/silences")).json == [answer.json]
    ended = (await api.post("/silences/1/end", "eko", {})).json
    assert (ended["holds"], ended["ended_by"]) == (False, "eko")
    assert (await api.post("/silences/1/end", "eko", {})).status == 409
    assert (await api.get("/silences")).json == []
    assert len((await api.get("/silences", query="all=true")).json) == 1
    assert house.actors("silence") == [("silence", "eko"), ("silence", "eko")]


async def test_a_silence_of_nothing_known_or_of_the_past_is_refused(api: Caller) -> None:
    until = "2026-02-09T18:00:00Z"
    wrong = await api.post("/silences", "eko", {"components": ["apy"], "until": until, "reason": "r"})
    assert (wrong.status, wrong.errors) == (422, {"#/components/0": "there is no component apy; did you mean api?"})
    late = await api.post("/silences", "eko", {"until": "2026-02-09T16:00:00Z", "reason": "r"})
    assert (late.status, list(late.errors)) == (422, ["#/until"])

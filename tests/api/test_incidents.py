"""Incidents over the API: as a chat bot and a pipeline work them."""

from typing import Any

from tests.api.asking import Caller
from tests.api.conftest import House

SLOW: dict[str, Any] = {"title": "Slow pages", "text": "Up to 8 s.", "impacts": {"web": "degraded"}}
WHY = (
    "## Timeline\n- x\n## Root cause\nx\n## Contributing factors\nx\n## Preventive actions\n"
    "- Move reports (owner: Budi, due: 2026-03-05)\n"
)


def told(house: House) -> list[str]:
    return [row.message.title for row in house.store.outbox.public()]


async def test_an_incident_is_worked_from_its_opening_to_its_postmortem(house: House, api: Caller) -> None:
    opened = await api.post("/incidents", "eka", {**SLOW, "next_update": "30m", "severity": "high"})
    assert opened.status == 201
    id_ = opened.json["id"]
    assert opened.headers["location"] == f"/api/v1/incidents/{id_}"
    assert opened.json["impacts"] == {"web": "degraded"}
    assert [(clock["kind"], clock["done_at"] is None) for clock in opened.json["clocks"]] == [
        ("update", True),
        ("respond", False),
        ("resolve", True),
    ]
    house.now += 600
    text = {"en": "A query.", "id": "Sebuah kueri."}
    updated = await api.post(f"/incidents/{id_}/updates", "eka", {"phase": "identified", "text": text})
    assert updated.json["updates"][1]["text"] == text
    house.now += 600
    over = await api.post(f"/incidents/{id_}/resolve", "eka", {})
    assert (over.json["phase"], over.json["updates"][2]["text"]["id"]) == ("resolved", "Masalah ini telah selesai.")
    half = await api.post(f"/incidents/{id_}/postmortem", "eka", {"text": "## Timeline\n- x", "publish": True})
    assert half.status == 422
    assert (await api.post(f"/incidents/{id_}/postmortem", "eka", {"text": WHY, "publish": True})).status == 200
    found = (await api.get(f"/incidents/{id_}")).json
    assert found["postmortem"]["actions"] == [{"what": "Move reports", "owner": "Budi", "due": "2026-03-05"}]
    assert (await api.get("/incidents")).json == []
    assert [item["id"] for item in (await api.get("/incidents", query="all=true")).json] == [id_]
    assert told(house) == [
        "Investigating: Slow pages",
        "Identified: Slow pages",
        "Resolved: Slow pages",
        "Post-mortem: Slow pages",
    ]
    assert house.actors("incident") == [("incident", "eka")] * 4


async def test_what_is_sent_again_is_said_once(house: House, api: Caller) -> None:
    first = await api.post("/incidents", "eka", SLOW)
    house.now += 60
    again = await api.post("/incidents", "eka", SLOW)
    assert (again.status, again.json["id"]) == (200, first.json["id"])
    path = f"/incidents/{first.json['id']}/updates"
    for _ in range(2):
        answer = await api.post(path, "eka", {"text": "More."})
    assert len(answer.json["updates"]) == 2
    assert len(told(house)) == 2


async def test_a_draft_by_a_template_is_published_edited_and_merged(house: House, api: Caller) -> None:
    draft = (await api.post("/incidents", "eka", {"template": "outage", "impacts": {"api": None}, "draft": True})).json
    assert (draft["public"], draft["title"]["id"][:12]) == (False, "Gangguan pad")
    assert told(house) == []
    other = (await api.post("/incidents", "eka", SLOW)).json
    refused = await api.post(f"/incidents/{other['id']}/merge", "eka", {"into": draft["id"]})
    assert (refused.status, "publish" in refused.detail) == (409, True)
    assert (await api.post(f"/incidents/{draft['id']}/publish", "eka", {"next_update": "1h"})).json["public"]
    edited = await api.post(f"/incidents/{draft['id']}/edit", "eka", {"update": 1, "text": "It is the switch."})
    assert edited.json["updates"][0]["earlier"] != []
    merged = await api.post(f"/incidents/{other['id']}/merge", "eka", {"into": draft["id"]})
    assert merged.json["absorbed"] == [other["id"]]
    third = (await api.post("/incidents", "eka", SLOW)).json["id"]
    await api.post(f"/incidents/{draft['id']}/resolve", "eka", {})
    over = await api.post(f"/incidents/{third}/merge", "eka", {"into": draft["id"]})
    assert (over.status, "merge the other way round" in over.detail) == (409, True)
    assert (await api.post(f"/incidents/{other['id']}/updates", "eka", {"text": "x"})).status == 409


async def test_all_mistakes_are_told_at_once_and_what_is_not_there_by_its_name(api: Caller) -> None:
    wrong = {**SLOW, "impacts": {"wbe": "degraded", "api": "gone"}, "title": {"id": "Lambat"}, "phase": "done"}
    answer = await api.post("/incidents", "eka", wrong)
    assert answer.status == 422
    assert {"#/title/en", "#/impacts/api", "#/phase"} <= set(answer.errors), answer.errors
    for body, pointer in (
        ({**SLOW, "template": "slo"}, "#/template"),
        ({**SLOW, "severity": "hih"}, "#/severity"),
        ({"title": "x"}, "#"),
        ({**SLOW, "text": "x" * 10_001}, "#/text/en"),
        ({**SLOW, "next_update": "soon"}, "#/next_update"),
    ):
        assert set((await api.post("/incidents", "eka", body)).errors) == {pointer}
    assert (await api.get("/incidents/nobody")).status == 404
    assert (await api.post("/incidents", "reader", SLOW)).status == 403
    assert (await api.post("/incidents/nobody/resolve", "eka", {})).status == 404

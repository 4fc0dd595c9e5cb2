"""Vendor reports over the API: a `powerbi` that its vendor reports beside the written-down months.

January 2026 has 2,678,400 s; one hour down leaves 99.8655 %.
"""

from typing import Any

import pytest

from monitor.core.token import hash_token
from monitor.hub.wanted import wanted_components
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.reports.world import NOW, settings_of, wib

POWERBI = "  - {id: powerbi, source: reported, objective: 99%, since: 2026-01-01}\nagreements:"
JANUARY: dict[str, Any] = {
    "component": "powerbi",
    "month": "2026-01",
    "outages": [{"start": "2026-01-09T07:00:00Z", "end": "2026-01-09T08:00:00Z", "note": "Region West"}],
    "source": "Their service history",
    "evidence": "https://vendor.example/january",
}


@pytest.fixture
def vendor(house: House) -> Caller:
    house.file.write_text(house.file.read_text().replace("agreements:", POWERBI))
    house.settings = settings_of(house.file)
    wanted = wanted_components(house.settings)
    house.store.adopt(house.settings.digest, house.settings.document, wanted, now=wib("01 Jan 00:00") - 1, actor="test")
    house.caller.tokens["eva"] = token = "janji_eva_" + "x" * 20
    house.store.tokens.create("eva", ("report",), hash_token(token), now=NOW, actor="test")
    return house.caller


async def test_a_report_is_entered_and_says_what_it_changed(house: House, vendor: Caller) -> None:
    answer = await vendor.post("/reported", "eva", JANUARY)
    assert (answer.status, answer.headers["location"]) == (201, "/api/v1/reported/report-1")
    found = answer.json
    assert (found["start"], found["end"]) == ("2025-12-31T17:00:00Z", "2026-01-31T17:00:00Z")
    assert (found["down_seconds"], found["entered_by"], found["enterer_proven"]) == (3_600, "eva", True)
    [effect] = found["effects"]
    assert (effect["id"], effect["before"]["availability_percent"]) == ("powerbi", None)
    assert effect["after"]["availability_percent"] == "99.8655"
    assert found["says"][-1].startswith("report-1 is entered: powerbi, ")
    assert house.actors("vendor report") == [("vendor report", "eva")]


async def test_it_is_listed_shown_and_named_by_the_explanation(vendor: Caller) -> None:
    await vendor.post("/reported", "eva", JANUARY)
    [listed] = (await vendor.get("/reported", query="component=powerbi")).json
    assert (await vendor.get("/reported/report-1")).json == listed
    assert listed["outages"][0]["note"] == "Region West"
    explained = (await vendor.get("/months/2026-01/components/powerbi/explanation")).json
    [source] = explained["vendor_reports"]
    assert [item["id"] for item in source["reports"]] == ["report-1"]
    assert explained["outages_seen"][0]["reason_text"] == "Reported by the vendor: Region West."


async def test_what_is_sent_again_is_the_one_that_is_there(house: House, vendor: Caller) -> None:
    first = await vendor.post("/reported", "eva", JANUARY)
    house.now += 60
    again = await vendor.post("/reported", "eva", JANUARY)
    assert (first.status, again.status, again.json["id"]) == (201, 200, "report-1")
    assert (await vendor.post("/reported", "eva", JANUARY | {"outages": []})).json["id"] == "report-2"
    assert (await vendor.post("/reported", "eva", JANUARY)).json["id"] == "report-3"


@pytest.mark.parametrize(
    ("change", "pointer", "told"),
    [
        ({"component": "api"}, "#/component", "api is probed; only a component with `source: reported` takes"),
        ({"component": "powerbl"}, "#/component", "did you mean powerbi?"),
        ({"month": "2026-02"}, "#/month", "its period is not over yet"),
        ({"month": "Jan"}, "#/month", "'Jan' is not a month"),
        ({"start": "2026-01-01T00:00:00Z"}, "#", "name the period: month, or both start and end"),
        ({"source": " "}, "#/source", "this is blank"),
        ({"outages": [{"start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00Z"}]}, "#/outages/0", "outside"),
        ({"outages": [{"start": "2026-01-09", "end": "2026-01-10"}]}, "#/outages/0/start", "is not an instant"),
    ],
)
async def test_what_is_wrong_is_told_at_its_place(
    vendor: Caller, change: dict[str, Any], pointer: str, told: str
) -> None:
    answer = await vendor.post("/reported", "eva", JANUARY | change)
    assert answer.status == 422
    assert told in answer.errors[pointer]
    assert (await vendor.get("/reported")).json == []


async def test_entering_needs_the_scope_report(vendor: Caller) -> None:
    answer = await vendor.post("/reported", "ana", JANUARY)
    assert (answer.status, answer.json["scope"]) == (403, "report")


async def test_one_that_is_not_there_is_a_404(vendor: Caller) -> None:
    answer = await vendor.get("/reported/report-9")
    assert (answer.status, answer.detail) == (404, "there is no vendor report report-9; none is known here")

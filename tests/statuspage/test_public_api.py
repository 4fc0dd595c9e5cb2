"""The public API: every answer is as its description says, and v2 is what clients of Statuspage expect."""

import json

import pytest

from monitor.core.model import State
from monitor.reader.views import PageView
from statuspage.app import create_app
from statuspage.openapi import MODELS
from tests.statuspage import views
from tests.statuspage.asking import ask
from tests.statuspage.test_feeds import resolved, site
from tests.statuspage.views import NOW, FakeReader, a_component, a_page, an_incident

LOOKS = [views.one_slow, views.one_down, views.under_maintenance, views.unmeasured, views.at_the_start]


@pytest.mark.parametrize("path", MODELS)
async def test_every_answer_is_as_described(path: str) -> None:
    answer = await ask(site(an_incident(), resolved()), path.replace("{id}", "web-dashboard"))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    MODELS[path].model_validate_json(answer.text)


@pytest.mark.parametrize("look", LOOKS)
async def test_whatever_the_state_is_the_answers_are_as_described(look: object) -> None:
    app = create_app(FakeReader(look()))  # type: ignore[operator]
    app.pages.refresh(NOW)
    for path, model in MODELS.items():
        model.model_validate_json((await ask(app, path.replace("{id}", "production-api"))).text)


async def test_the_description_names_every_path_and_resolves_its_references() -> None:
    body = json.loads((await ask(site(), "/api/openapi.json")).text)
    assert body["openapi"] == "3.1.0"
    assert set(body["paths"]) == set(MODELS)
    schemas = body["components"]["schemas"]
    named = {part.split('"')[0] for part in json.dumps(body).split("#/components/schemas/")[1:]}
    assert named <= set(schemas)


def statuses(*states: State) -> PageView:
    return a_page(*(a_component(f"Service {n}", state=state) for n, state in enumerate(states)))


@pytest.mark.parametrize(
    ("view", "indicator", "components"),
    [
        (statuses(State.UP, State.UP), "none", ["operational", "operational"]),
        (statuses(State.UP, State.DEGRADED), "minor", ["operational", "degraded_performance"]),
        (statuses(State.UP, State.DOWN), "major", ["operational", "major_outage"]),
        (statuses(State.DOWN, State.DOWN), "critical", ["major_outage", "major_outage"]),
        (statuses(State.UP, State.UNKNOWN), "minor", ["operational", "degraded_performance"]),
        (views.under_maintenance(), "maintenance", ["operational", "under_maintenance"]),
        (a_page(a_component(), a_component("Vendor", reported=True)), "none", ["operational"]),
    ],
)
async def test_states_become_the_words_of_statuspage(view: PageView, indicator: str, components: list[str]) -> None:
    app = create_app(FakeReader(view))
    app.pages.refresh(NOW)
    body = json.loads((await ask(app, "/api/v2/summary.json")).text)
    assert body["status"]["indicator"] == indicator
    assert [item["status"] for item in body["components"]] == components


async def test_incidents_and_maintenance_are_told_apart_by_their_state() -> None:
    app = site(an_incident(), resolved())

    async def names(path: str, key: str) -> list[str]:
        return [item["id"] for item in json.loads((await ask(app, f"/api/v2/{path}")).text)[key]]

    assert await names("incidents.json", "incidents") == ["a2b3c4", "zz9zz9"]
    assert await names("incidents/unresolved.json", "incidents") == ["a2b3c4"]
    assert await names("scheduled-maintenances.json", "scheduled_maintenances") == ["m1"]
    assert await names("scheduled-maintenances/upcoming.json", "scheduled_maintenances") == ["m1"]
    assert await names("scheduled-maintenances/active.json", "scheduled_maintenances") == []


async def test_an_incident_reads_as_statuspage_writes_it() -> None:
    body = json.loads((await ask(site(an_incident()), "/api/v2/incidents.json")).text)["incidents"][0]
    assert (body["status"], body["impact"], body["resolved_at"]) == ("identified", "minor", None)
    assert body["shortlink"] == "https://status.pwbi.co.id/incidents/a2b3c4/"
    assert [item["body"] for item in body["incident_updates"]] == [
        "A report query is holding connections.",
        "Pages take up to 8 seconds to load.",
    ]
    assert [item["id"] for item in body["components"]] == ["web-dashboard"]

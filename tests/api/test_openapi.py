import re
from typing import Any

import pytest
from pydantic import BaseModel

from monitor.api.app import create_api, operations
from monitor.api.operation import Operation
from monitor.api.work import Work
from tests.api.asking import Caller
from tests.api.conftest import House

BODIES = sorted({item.body for item in operations() if item.body}, key=lambda body: body.__name__)


@pytest.fixture
async def described(api: Caller) -> dict[str, Any]:
    document: dict[str, Any] = (await api.get("/openapi.json", by=None)).json
    return document


async def test_every_route_is_described_and_nothing_else(house: House, described: dict[str, Any]) -> None:
    work = Work(house.store, house.store, lambda: house.settings, lambda: 0, None, None, lambda: 0)  # type: ignore[arg-type]
    routes: list[Any] = list(create_api(work, lambda: 0).routes)
    served = {(route.path, method) for route in routes for method in route.methods - {"HEAD"}}
    assert {(path, verb.upper()) for path, verbs in described["paths"].items() for verb in verbs} == served
    assert ("/api/v1/openapi.json", "GET") in served
    assert len(served) == len(operations())


async def test_every_operation_has_a_name_of_its_own_and_says_its_scope(described: dict[str, Any]) -> None:
    found = [verb for verbs in described["paths"].values() for verb in verbs.values()]
    names = [item["operationId"] for item in found]
    assert len(set(names)) == len(names)
    post = described["paths"]["/api/v1/exclusions/{id}/approve"]["post"]
    assert post["security"] == [{"token": ["approve"]}]
    assert [item["name"] for item in post["parameters"]] == ["id"]
    assert post["requestBody"]["required"] is False
    assert described["paths"]["/api/v1/exclusions"]["post"]["requestBody"]["required"] is True


async def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    for reference in re.findall(r"'\$ref': '([^']+)'", str(described)):
        here: Any = described
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
async def test_every_body_has_examples_and_each_can_be_sent(body: type[BaseModel], described: dict[str, Any]) -> None:
    import json

    examples = described["components"]["schemas"][body.__name__]["examples"]
    assert examples
    for example in examples:
        body.model_validate_json(json.dumps(example))


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
def test_every_part_of_a_path_is_explained(operation: Operation) -> None:
    assert set(re.findall(r"\{(\w+)\}", operation.path)) <= {"month", "id", "no", "period", "revision"}

"""The OpenAPI document, made from the operations and their models."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from monitor import __version__
from monitor.api.operation import Operation
from monitor.api.problems import MEDIA_TYPE, ProblemDetails

_NAME = re.compile(r"\{(\w+)\}")
_WORDS = {
    "month": "A month, such as 2026-11.",
    "period": "A month, a quarter or a year, such as 2026-11, 2026-Q4 or 2026.",
    "revision": "0 for the closing itself, then 1, 2 and so on.",
    "id": "The id of what is asked for.",
    "no": "The number of what is asked for.",
}
_REFUSED = {
    400: "It cannot be read: no JSON, cut off, or a query of far too many names.",
    401: "No token that is in use came along.",
    403: "The token has not the scope, or its holder may not do this.",
    404: "What is asked for is not there; the nearest is named.",
    408: "The body was not here in time.",
    409: "It does not follow from what stands.",
    413: "The body is too large.",
    415: "The body is not sent as JSON.",
    426: "The agent's protocol is not spoken here; `Janji-Protocol` names the newest one that is.",
    422: "Every mistake in what was sent, each with its place.",
    429: "Too often; `Retry-After` says how many seconds to wait.",
    500: "Janji itself failed.",
    503: "The database is away; `Retry-After` says how many seconds to wait.",
}
_ABOUT = (
    "Figures, the books, files, exclusions and corrections with four eyes, maintenance, incidents. Documents are those "
    "that the commands print with --json. Instants are UTC, units are in the keys, exact values are texts; percentages "
    "are cut off after four decimals, never rounded up. Each answer may get more fields. Refusals are problem details "
    "(RFC 9457)."
)


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """OpenAPI 3.1 of these operations."""
    answered: set[type[BaseModel]] = {ProblemDetails, *(item.answers for item in operations if item.answers)}
    sent = {item.body for item in operations if item.body is not None}
    paths: dict[str, dict[str, Any]] = {}
    for item in operations:
        paths.setdefault(item.whole_path, {})[item.method.lower()] = _operation(item)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Janji", "version": __version__, "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": _schemas(answered, sent),
            "responses": {
                str(status): _content(about, _reference("ProblemDetails"), MEDIA_TYPE)
                for status, about in _REFUSED.items()
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "`janji token create NAME --scope SCOPE`"}
            },
        },
    }


def refusals(item: Operation) -> list[int]:
    """The statuses with which an operation may refuse."""
    found = {400, 429, 500, 503, 426 if item.agents else 422}
    if item.scope is not None:
        found |= {401, 403}
    if _NAME.search(item.path):
        found.add(404)
    if item.method == "POST" and not item.agents:
        found.add(409)
    if item.body is not None:
        found |= {408, 413, 415}
    return sorted(found)


def _schemas(answered: Iterable[type[BaseModel]], sent: Iterable[type[BaseModel]]) -> dict[str, Any]:
    pairs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in _named(answered)]
    pairs += [(model, "validation") for model in _named(sent)]
    _, found = models_json_schema(pairs, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = found["$defs"]
    return dict(sorted(schemas.items()))


def _named(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: model.__name__)


def _operation(item: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": item.name,
        "summary": item.summary,
        "security": [] if item.scope is None else [{"token": [item.scope]}],
        "parameters": list(_parameters(item)),
        "responses": {
            **_answers(item),
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in refusals(item)},
        },
    }
    if item.body is not None:
        needed = any(field.is_required() for field in item.body.model_fields.values())
        made["requestBody"] = {
            "required": needed,
            "content": {"application/json": {"schema": _reference(item.body.__name__)}},
        }
    return made


def _parameters(item: Operation) -> Iterable[dict[str, Any]]:
    for name in _NAME.findall(item.path):
        about = {"name": name, "in": "path", "required": True, "description": _WORDS[name]}
        yield {**about, "schema": {"type": "string"}}
    if item.query is None:
        return
    properties = item.query.model_json_schema()["properties"]
    for name, schema in properties.items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _answers(item: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "contentMediaType": item.media_type}
    if item.answers is not None:
        one = _reference(item.answers.__name__)
        schema = {"type": "array", "items": one} if item.many else one
    answered = _content(item.summary, schema, item.media_type)
    if item.method == "GET":
        answered["headers"] = _header("ETag", "The same for the same bytes; send it as If-None-Match.")
        return {str(item.status): answered, "304": {"description": "It is what If-None-Match names."}}
    if item.status != 201:
        return {str(item.status): answered}
    answered["headers"] = _header("Location", "Where it is from now on.")
    return {"200": {**answered, "description": "It was there already, in the same words."}, "201": answered}


def _header(name: str, about: str) -> dict[str, Any]:
    return {name: {"description": about, "schema": {"type": "string"}}}


def _content(about: str, schema: dict[str, Any], media_type: str) -> dict[str, Any]:
    return {"description": about, "content": {media_type: {"schema": schema}}}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}

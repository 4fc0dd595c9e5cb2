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
_WORDS = {"month": "A month, such as 2026-11.", "id": "The id of what is asked for."}
_ABOUT = (
    "Figures, exclusions and corrections with four eyes, and maintenance. The documents are those that the commands "
    "print with --json. Instants are UTC, units are in the keys, exact values are texts; percentages are cut off after "
    "four decimals, never rounded up. Each answer may get more fields. Refusals are problem details (RFC 9457)."
)


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """OpenAPI 3.1 of these operations."""
    answered: set[type[BaseModel]] = {ProblemDetails, *(item.answers for item in operations)}
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
            "responses": {"Problem": _content("Why it was refused.", "ProblemDetails", MEDIA_TYPE)},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "`janji token create NAME --scope SCOPE`"}
            },
        },
    }


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
            str(item.status): _answer(item),
            "4XX": {"$ref": "#/components/responses/Problem"},
            "5XX": {"$ref": "#/components/responses/Problem"},
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


def _answer(item: Operation) -> dict[str, Any]:
    answered = _content(item.summary, item.answers.__name__, "application/json", many=item.many)
    if item.status == 201:
        answered["headers"] = {"Location": {"description": "Where it is from now on.", "schema": {"type": "string"}}}
    return answered


def _content(about: str, model: str, media_type: str, *, many: bool = False) -> dict[str, Any]:
    schema = {"type": "array", "items": _reference(model)} if many else _reference(model)
    return {"description": about, "content": {media_type: {"schema": schema}}}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}

"""The JSON Schema of the settings, for editors. `python -m monitor.settings.schema` prints it."""

import json
from typing import Any

from monitor.probes import KINDS
from monitor.settings.hub import Settings


def json_schema() -> str:
    """The text of `config/janji.schema.json`. It knows the keys and their types, not the rules across keys."""
    schema = _without_null(Settings.model_json_schema(by_alias=True, mode="validation"))
    for kind, model in KINDS.items():
        definition = schema["$defs"][model.__name__]
        # Without its kind a check would fit several definitions, and editors would complain about all of them.
        definition["required"] = sorted({"kind", *definition.get("required", ())})
        definition["properties"]["kind"] = {"const": kind, "title": "Kind", "type": "string"}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Janji settings"}
    return json.dumps({**schema, **head}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _without_null(value: Any) -> Any:
    """The schema without `null` (a key is written with a value or left out) and without ISO durations as defaults."""
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _without_null(item) for key, item in value.items() if key != "default" or _says_something(item)}
    members = found.get("anyOf")
    if isinstance(members, list):
        found["anyOf"] = [item for item in members if item != {"type": "null"}]
        if len(found["anyOf"]) == 1:
            found.update(found.pop("anyOf")[0])
    return found


def _says_something(default: Any) -> bool:
    return default is not None and not (
        isinstance(default, str) and default.startswith("P") and default[1:2] in "T0123456789"
    )


if __name__ == "__main__":
    print(json_schema(), end="")

"""What answers are held against: values by JSON type, texts, status codes, paths into JSON.

Pure: gives a Failure or None. Knows no protocol and no driver.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from monitor.core.model import Failure, FailureKind
from monitor.probes.base import Expect

Scalar: TypeAlias = StrictBool | StrictInt | StrictFloat | StrictStr

_CLASS = re.compile(r"[1-5]xx")
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\['([^']*)'\]")


class ValueExpect(Expect):
    """What a query's answer should be: its first column of its first row, and how many rows."""

    value: Scalar | None = None
    rows: Annotated[int, Field(ge=0)] | None = None


def _status(value: object) -> tuple[int | str, ...]:
    listed: list[Any] = list(value) if isinstance(value, list | tuple) else [value]
    for item in listed:
        if isinstance(item, str) and _CLASS.fullmatch(item):
            continue
        if isinstance(item, bool) or not isinstance(item, int) or not 100 <= item <= 599:
            raise ValueError(f"{item!r} is not a status; write 200, [200, 204] or 2xx")
    if not listed:
        raise ValueError("an empty list of statuses can never be met; write 200, [200, 204] or 2xx")
    return tuple(listed)


Status: TypeAlias = Annotated[
    tuple[int | str, ...],
    BeforeValidator(_status, json_schema_input_type=int | str | list[int | str]),
]
"""Statuses that will do: `200`, `[200, 204]`, `2xx`."""


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


def _path(path: str) -> str:
    steps(path)
    return path


Regex: TypeAlias = Annotated[str, AfterValidator(_regex)]
JsonPath: TypeAlias = Annotated[str, AfterValidator(_path)]


def steps(path: str) -> tuple[str | int, ...]:
    """`$.a.b[0]` as ("a", "b", 0). Raises ValueError saying how to write one."""
    found: list[str | int] = []
    at = 1
    while path.startswith("$") and at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            break
        name, index, quoted = match.groups()
        found.append(int(index) if index is not None else name if name is not None else quoted)
        at = match.end()
    if not path.startswith("$") or at < len(path):
        raise ValueError(f"{path!r} is not a path; write $.a.b[0] or $['a b']")
    return tuple(found)


def same(expected: object, actual: object) -> bool:
    """Equal by JSON type: true is not 1, "1" is not 1, but 1 is 1.0."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return expected.keys() == actual.keys() and all(same(expected[key], actual[key]) for key in expected)
    if isinstance(expected, float) and isinstance(actual, Decimal):
        return Decimal(repr(expected)) == actual
    return expected == actual


def status_failure(expected: tuple[int | str, ...], status: int) -> Failure | None:
    if status in expected or f"{status // 100}xx" in expected:
        return None
    return Failure(FailureKind.STATUS, f"status {status}, expected {' or '.join(map(str, expected))}")


def json_failure(expected: Mapping[str, object], body: str) -> Failure | None:
    """The first path whose value is not as expected; a body that is not JSON fails too."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return Failure(FailureKind.JSON, "the body is not JSON")
    for path, value in expected.items():
        try:
            actual = walk_json(document, path)
        except LookupError:
            return Failure(FailureKind.JSON, f"{path} is missing, expected {_shown(value)}")
        if not same(value, actual):
            return Failure(FailureKind.JSON, f"{path} is {_shown(actual)}, expected {_shown(value)}")
    return None


def value_failure(expect: ValueExpect, first: object, rows: int) -> Failure | None:
    """Holds a query's first value and number of rows against what is expected."""
    if expect.rows is not None and rows != expect.rows:
        return Failure(FailureKind.VALUE, f"{rows} rows, expected {expect.rows}")
    if expect.value is None:
        return None
    if not rows:
        return Failure(FailureKind.VALUE, f"no row, expected {_shown(expect.value)}")
    actual = plain(first)
    if same(expect.value, actual):
        return None
    return Failure(FailureKind.VALUE, f"value {_shown(actual)}, expected {_shown(expect.value)}")


def plain(value: object) -> object:
    """A driver's value as JSON knows it: bytes and dates become text, numbers and None stay."""
    if value is None or isinstance(value, bool | int | float | str | Decimal):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, list | dict) else str(value)


def walk_json(document: object, path: str) -> object:
    """What stands at a path. Raises LookupError where nothing does."""
    for step in steps(path):
        if (isinstance(step, int) and isinstance(document, list)) or (
            isinstance(step, str) and isinstance(document, dict)
        ):
            document = document[step]  # type: ignore[index]
        else:
            raise LookupError(path)  # noqa: TRY004 - a wrong turn, whatever stands there
    return document


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."

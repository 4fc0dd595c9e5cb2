"""Whatever stands where something else should, the answer is mistakes with lines, never a traceback."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.settings.errors import SettingsError
from monitor.settings.loader import load
from monitor.settings.nodes import read
from tests.settings.test_pairs import VALID

ODD: list[Any] = [5, -1, 1.5, "x", "", True, None, [], [[]], {}, {"a": {}}, [{"id": 5}]]


def replaced(value: Any, odd: Any) -> Iterator[Any]:
    """The value with each of its parts, one after the other, replaced."""
    yield odd
    if isinstance(value, dict):
        for key in value:
            yield from ({**value, key: part} for part in replaced(value[key], odd))
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from ([*value[:number], part, *value[number + 1 :]] for part in replaced(item, odd))


@pytest.mark.parametrize("odd", ODD, ids=json.dumps)
def test_the_wrong_thing_anywhere_is_a_mistake_with_a_line(tmp_path: Path, odd: Any) -> None:
    path = tmp_path / "janji.yaml"
    for document in replaced(read(VALID, lambda *_mistake: None).plain(), odd):
        path.write_text(json.dumps(document), encoding="utf-8")
        try:
            load(path, secrets=lambda _name: True)
        except SettingsError as error:
            assert error.mistakes  # noqa: PT017 - some parts may be what stands there
            assert all(item.line >= 1 for item in error.mistakes)  # noqa: PT017

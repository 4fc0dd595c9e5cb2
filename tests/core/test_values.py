"""What every value of the ground has in common."""

import dataclasses
import importlib
import pkgutil
from functools import cached_property

import pytest

import monitor.core


def values() -> list[type]:
    modules = [
        importlib.import_module(f"monitor.core.{one.name}") for one in pkgutil.iter_modules(monitor.core.__path__)
    ]
    classes = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    return sorted({each for each in classes if dataclasses.is_dataclass(each)}, key=lambda each: each.__qualname__)


@pytest.mark.parametrize("value", values(), ids=lambda value: value.__name__)
def test_a_value_cannot_be_changed_and_takes_no_further_field(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    caches = any(isinstance(each, cached_property) for each in vars(value).values())
    assert caches or "__slots__" in vars(value)

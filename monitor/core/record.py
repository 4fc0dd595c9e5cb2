"""Frozen values as JSON values and back: how the books keep an account exactly as it was.

Knows what accounts are made of: frozen dataclasses, texts, whole numbers, fractions, decimals, enums, tuples and sets.
A field with `metadata={"kept": False}` is left out. One that an older record lacks gets its default.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

_PLAIN = frozenset({str, int, bool, NoneType})


def encode(value: object) -> Any:
    """The value as JSON values. Raises TypeError for a kind of value that is not known here."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(encode(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: encode(getattr(value, item.name)) for item in fields(value) if _is_kept(item)}
    raise TypeError(f"the books cannot keep a {type(value).__name__}")


def decode(wanted: type[T], value: object) -> T:
    """What `encode` made the JSON values from. Raises ValueError naming what does not fit."""
    return cast(T, _decode(wanted, value))


def _decode(wanted: Any, value: Any) -> Any:
    if wanted in _PLAIN:
        return _plain(wanted, value)
    origin = get_origin(wanted)
    if origin in (Union, UnionType):
        return _one_of(get_args(wanted), value)
    if origin is tuple:
        return _tuple(get_args(wanted), value)
    if origin is frozenset:
        return frozenset(_decode(get_args(wanted)[0], item) for item in _listed(value))
    if is_dataclass(wanted):
        return _dataclass(wanted, value)
    if wanted in (Fraction, Decimal) or (isinstance(wanted, type) and issubclass(wanted, Enum)):
        return wanted(value)
    raise ValueError(f"the books keep nothing as {getattr(wanted, '__name__', wanted)}")


def _plain(wanted: Any, value: Any) -> Any:
    if type(value) is not wanted:
        raise ValueError(f"{value!r} is not what the books keep as {wanted.__name__}")
    return value


def _dataclass(wanted: Any, value: Any) -> Any:
    hints, known = _shape(wanted)
    if not isinstance(value, dict) or not _fits(known, value):
        raise ValueError(f"this is no {wanted.__name__}: {value!r}")
    return wanted(**{name: _decode(hints[name], item) for name, item in value.items()})


@cache
def _shape(wanted: Any) -> tuple[Mapping[str, Any], Mapping[str, "Field[Any]"]]:
    """Types and fields of a dataclass by name: looked up once, results come by the thousand."""
    return get_type_hints(wanted), {item.name: item for item in fields(wanted) if _is_kept(item)}


def _fits(known: Mapping[str, "Field[Any]"], value: Mapping[str, object]) -> bool:
    needed = {name for name, item in known.items() if item.default is MISSING and item.default_factory is MISSING}
    return needed <= value.keys() <= known.keys()


def _tuple(wanted: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    listed = _listed(value)
    if len(wanted) == 2 and wanted[1] is Ellipsis:
        return tuple(_decode(wanted[0], item) for item in listed)
    if len(wanted) != len(listed):
        raise ValueError(f"{len(wanted)} values belong here: {value!r}")
    return tuple(_decode(each, item) for each, item in zip(wanted, listed, strict=True))


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"a list belongs here: {value!r}")  # noqa: TRY004 - as everything that does not fit
    return value


def _one_of(wanted: tuple[Any, ...], value: Any) -> Any:
    """The first of the types that the value fits: their field names, or kinds of values, tell them apart."""
    if value is None and NoneType in wanted:
        return None
    for each in wanted:
        try:
            return _decode(each, value)
        except (ValueError, TypeError, ArithmeticError):
            continue
    raise ValueError(f"{value!r} fits none of {', '.join(str(each) for each in wanted)}")


def _is_kept(item: "Field[Any]") -> bool:
    return item.metadata.get("kept", True) is not False

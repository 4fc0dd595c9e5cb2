"""What the models say about wrong values, in the operator's words and at the operator's place in the file."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, Tag
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from monitor.settings.nodes import Place

_PATTERNS = {
    r"^[a-z0-9][a-z0-9-]{0,62}$": "write lower-case letters, digits and hyphens, such as web-shop",
    r"^[0-9]{4}-(0[1-9]|1[0-2])$": "write a month such as 2027-01",
    r"^[A-Z]{3,10}$": "write an HTTP method in capitals, such as GET or HEAD",
}
_TYPES = {
    "string_type": "write a text, in quotes where it looks like something else",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "tuple_type": "write a list, such as [one, two]",
    "list_type": "write a list, such as [one, two]",
    "dict_type": "write keys and values",
    "mapping_type": "write keys and values",
    "model_type": "write keys and values",
    "model_attributes_type": "write keys and values",
    "date_type": "write a date such as 2026-01-31",
    "date_parsing": "write a date such as 2026-01-31",
    "date_from_datetime_parsing": "write a date such as 2026-01-31",
    "date_from_datetime_inexact": "write a date such as 2026-01-31",
    "string_too_short": "this is empty; write something, or leave the key out",
}


def near(word: object, known: Sequence[str]) -> str:
    """`did you mean http?`, or else the words that are known."""
    close = get_close_matches(str(word), known, 1, 0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"known here: {', '.join(known)}" if known else "none is known here"


def remarks(errors: Sequence[ErrorDetails], model: Any) -> Iterator[tuple[Place, str]]:
    """One place and message for each place that is wrong; what the members of a union say is joined."""
    said: dict[Place, list[str]] = {}
    for error in errors:
        place, kinds = _resolved(error["loc"], model)
        message = _message(error, kinds)
        if message not in said.setdefault(place, []):
            said[place].append(message)
    for place, messages in said.items():
        first, *others = messages
        yield place, ", or ".join([first, *(other.removeprefix("write ") for other in others)])


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a mapping may have, as the settings write them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _message(error: ErrorDetails, model: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return f"unknown key; {near(error['loc'][-1], keys_of(model) if _is_model(model) else [])}"
        case "missing":
            return "this key is missing"
        case "value_error":
            return str(context["error"])
        case "literal_error" | "enum":
            words = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            return f"write {_either(words)}"
        case "string_pattern_mismatch":
            return _PATTERNS.get(context["pattern"], f"write what matches {context['pattern']}")
        case "greater_than_equal":
            return f"write {context['ge']} or more"
        case "less_than_equal":
            return f"write {context['le']} or less"
        case "too_short":
            return f"write at least {context['min_length']}"
        case "too_long" | "string_too_long":
            return f"write at most {context['max_length']}"
        case _:
            return _TYPES.get(kind, error["msg"])


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _resolved(location: Sequence[str | int], model: Any) -> tuple[Place, Any]:
    """The place in the file, and the type that holds its last step; names of union members are left out."""
    place: list[str | int] = []
    holder, kind = model, model
    for step in location:
        kind, tags = _bare(kind)
        if tags:
            kind = tags.get(str(step), kind)
            continue
        if kind is None or step == "[key]":
            break
        place.append(step)
        holder, kind = kind, _below(kind, step)
    return tuple(place), holder


def _below(kind: Any, step: str | int) -> Any:
    """The type under a key or number; None where it is not known."""
    if _is_model(kind):
        field = next((item for name, item in kind.model_fields.items() if step in (name, item.alias)), None)
        return None if field is None else _declared(field)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple and arguments:
        inside = arguments[0] if len(arguments) == 2 and arguments[1] is Ellipsis else None
        return inside or (arguments[step] if isinstance(step, int) and step < len(arguments) else None)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return arguments[1]
    return None


def _declared(field: FieldInfo) -> Any:
    chosen = next((item for item in field.metadata if isinstance(item, Discriminator)), None)
    chosen = field.discriminator if isinstance(field.discriminator, Discriminator) else chosen
    return field.annotation if chosen is None else Annotated[field.annotation, chosen]


def _bare(kind: Any) -> tuple[Any, dict[str, Any]]:
    """The type without Annotated and None, and for a tagged union its members by tag. A plain union is None."""
    tagged = False
    while True:
        if get_origin(kind) is Annotated:
            tagged = tagged or any(isinstance(item, Discriminator) for item in get_args(kind)[1:])
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, UnionType):
            members = [member for member in get_args(kind) if member is not type(None)]
            if len(members) > 1:
                return (kind, {_tag(member): get_args(member)[0] for member in members}) if tagged else (None, {})
            kind = members[0]
        else:
            return kind, {}


def _tag(member: Any) -> str:
    found = get_args(member)[1:] if get_origin(member) is Annotated else ()
    return next((str(item.tag) for item in found if isinstance(item, Tag)), "")

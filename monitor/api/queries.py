"""What may be asked after the question mark, as models. Values come as texts; names that are not known are refused."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitor.core.model import Seconds
from monitor.core.text import parse_duration


class Query(BaseModel):
    """Of every query."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Unasked(Query):
    """Of an operation without a query: a name that is ignored would be taken for one that works."""


class Zoned(Query):
    """Of a component's month."""

    zone: str | None = Field(None, description="Zone of the components' month; default: the page's.")


class Written(Query):
    """Of a statement."""

    language: Literal["en", "id"] | None = Field(None, description="Default: the page's first.")


def _lengths(value: object) -> object:
    """`20m,2h` as whole seconds."""
    if not isinstance(value, str):
        return value
    found = []
    for text in value.split(",") if value else ():
        try:
            length = parse_duration(text.strip())
        except OverflowError:
            raise ValueError(f"{text.strip()!r} is longer than a month") from None
        if length % timedelta(seconds=1):
            raise ValueError(f"{text.strip()!r} is not in whole seconds")
        found.append(length // timedelta(seconds=1))
    return tuple(found)


class Lengths(Query):
    """Of an outlook."""

    down: Annotated[
        tuple[Seconds, ...],
        BeforeValidator(_lengths),
        Field(max_length=20),
        WithJsonSchema({"type": "string", "examples": ["20m", "20m,2h"]}),
    ] = Field((), description="More downtime to come: a length, or several with commas.")


class Undecided(Query):
    """Of a list of requests."""

    pending: bool = Field(False, description="Only those that nobody has decided.")


class Everything(Query):
    """Of a list of maintenances."""

    all: bool = Field(False, description="What is over, completed or cancelled too.")

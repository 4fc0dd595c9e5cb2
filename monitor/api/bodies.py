"""What may be sent: bodies as strict models. Everything that can be checked field by field is checked here,
so that all mistakes of one request are told at once."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic import field_validator as checked
from pydantic import model_validator as model_checked

from monitor.core.calendar import parse_instant
from monitor.core.model import Seconds
from monitor.settings.wording import near

_LONGEST: Seconds = 366 * 86_400
_FIRST: Seconds = 946_684_800  # 2000-01-01
_LAST: Seconds = 4_102_444_800  # 2100-01-01


@dataclass(frozen=True, slots=True)
class Known:
    """What a body is checked against."""

    measured: Sequence[str]  # components that have facts
    configured: Sequence[str]  # components of the settings
    now: Seconds


def instant_of(value: object) -> Seconds:
    if not isinstance(value, str):
        raise ValueError("write an instant as a text: 2026-04-01T00:00:00Z")  # noqa: TRY004 - pydantic catches it
    try:
        found = parse_instant(value)
    except OverflowError:
        found = -1
    if not _FIRST <= found < _LAST:
        raise ValueError(f"{value!r} does not lie between 2000 and 2100")
    return found


def plain(value: str) -> str:
    """Without blanks around it; refuses what cannot be shown or stored."""
    text = value.strip()
    if not text:
        raise ValueError("this is blank; write something")
    return _shown(text)


def _shown(value: str) -> str:
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in value):
        raise ValueError("control characters cannot be shown; leave them out")
    return value


def _link(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError(f"evidence is a link, and {value!r} does not begin with https:// or http://")
    return _shown(value)


Instant: TypeAlias = Annotated[
    int,
    BeforeValidator(instant_of),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "Whole seconds with Z or an offset."}),
]
Title: TypeAlias = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain)]
Prose: TypeAlias = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(plain)]
Said: TypeAlias = Annotated[str, Field(max_length=4000), AfterValidator(_shown)]
Link: TypeAlias = Annotated[str, Field(max_length=2000, json_schema_extra={"format": "uri"}), AfterValidator(_link)]


class Sent(BaseModel):
    """Of every body: JSON types as they are, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Nothing(Sent):
    """Nothing is needed: an empty object, or no body at all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class _Period(Sent):
    component: str
    start: Instant
    end: Instant

    @checked("component")
    @classmethod
    def _is_measured(cls, value: str, info: ValidationInfo) -> str:
        return _among(value, info.context.measured) if info.context else value

    @checked("end")
    @classmethod
    def _is_over(cls, value: Seconds, info: ValidationInfo) -> Seconds:
        _follows(value, info)
        if info.context and value > info.context.now:
            raise ValueError("the period is not over yet, and nothing is decided in advance; ask when it is")
        return value


class NewExclusion(_Period):
    """Somebody else caused it: this time shall not count."""

    kind: Literal["customer_caused", "force_majeure", "third_party"]
    reason: Prose
    evidence: Link | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "component": "api",
                    "kind": "third_party",
                    "start": "2026-11-09T07:00:00Z",
                    "end": "2026-11-09T07:40:00Z",
                    "reason": "The provider's network failed",
                    "evidence": "https://provider.example/incidents/7",
                }
            ]
        }
    )


class NewCorrection(_Period):
    """Our own measurement was wrong: this time shall be unknown."""

    check: str | None = Field(None, description="This check alone; the component is judged again without it.")
    reason: Prose
    evidence: Link | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "component": "api",
                    "start": "2026-11-09T07:00:00Z",
                    "end": "2026-11-09T07:40:00Z",
                    "reason": "An expired password of ours",
                }
            ]
        }
    )


class Approval(Sent):
    """Why it is approved; may be left out."""

    reason: Said = ""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Seen on their status page"}, {}]})


class Rejection(Sent):
    """Why it is rejected; an auditor reads it."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "It was our own change"}]})


_Subjects: TypeAlias = Annotated[tuple[str, ...], Field(max_length=500)]


class NewClosing(Sent):
    """What to close of a month: everything that is open, or some of it."""

    all: bool = False
    agreements: _Subjects = ()
    objectives: _Subjects = ()
    reason: Said = ""
    early: bool = False

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"all": True},
                {"agreements": ["acme"], "objectives": ["api"]},
                {"agreements": ["acme"], "early": True, "reason": "The contract ended; the customer waits"},
            ]
        }
    )

    @model_checked(mode="after")
    def _names_something(self) -> "NewClosing":
        if self.all == bool(self.agreements or self.objectives):
            raise ValueError("name what to close: agreements, objectives, or all alone")
        return self


class NewRevision(Sent):
    """Why what came in later is accepted; an auditor reads it."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The provider confirmed its failure"}]})


def configured(name: str, info: ValidationInfo) -> str:
    return _among(name, info.context.configured) if info.context else name


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


_Named: TypeAlias = Annotated[
    tuple[Annotated[str, AfterValidator(configured)], ...],
    Field(min_length=1, max_length=500),
    AfterValidator(_once),
]


class NewMaintenance(Sent):
    """Planned work, announced. Whether its time counts follows from when the page shows it."""

    title: Title
    components: _Named
    start: Instant
    end: Instant
    description: Said = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Database upgrade",
                    "components": ["database"],
                    "start": "2026-11-28T18:00:00Z",
                    "end": "2026-11-28T20:00:00Z",
                    "description": "Version 17.",
                }
            ]
        }
    )

    @checked("end")
    @classmethod
    def _is_to_come(cls, value: Seconds, info: ValidationInfo) -> Seconds:
        _follows(value, info)
        if info.context and value <= info.context.now:
            raise ValueError("this would have ended already; look at the date")
        return value


class Revision(Sent):
    """What changes of a maintenance; what is not named stays as it was."""

    title: Title | None = None
    components: _Named | None = None
    start: Instant | None = None
    end: Instant | None = None
    description: Said | None = None
    preview: bool = Field(False, description="Say what it would be worth, and change nothing.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"end": "2026-11-28T21:00:00Z"}, {"end": "2026-11-28T21:00:00Z", "preview": True}]
        }
    )

    @checked("end")
    @classmethod
    def _ends_later(cls, value: Seconds | None, info: ValidationInfo) -> Seconds | None:
        if value is not None:
            _follows(value, info)
        return value


def _among(name: str, known: Sequence[str]) -> str:
    if name not in known:
        raise ValueError(f"there is no component {name}; {near(name, sorted(known))}")
    return name


def _follows(end: Seconds, info: ValidationInfo) -> None:
    start: Any = info.data.get("start")
    if start is None:
        return
    if end <= start:
        raise ValueError("a period ends after it starts")
    if end - start > _LONGEST:
        raise ValueError("a period is no longer than 366 days; split it")

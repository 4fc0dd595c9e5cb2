"""What may be sent of incidents; see `bodies`. Texts are Markdown; a plain text is English."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic import model_validator as model_checked

from monitor.api.bodies import Instant, Sent, Title, configured, instant_of, plain
from monitor.core.incident import Words
from monitor.core.incident_fold import LONGEST_TEXT
from monitor.core.model import Seconds
from monitor.core.text import parse_duration

_LENGTH = re.compile(r"\d{1,9}[smhd]", re.ASCII)


def _by_language(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _due(value: object, info: ValidationInfo) -> Seconds:
    """An instant, or how long from now."""
    if not isinstance(value, str) or _LENGTH.fullmatch(value) is None:
        return instant_of(value)
    try:
        length = parse_duration(value) // timedelta(seconds=1)
    except OverflowError:
        raise ValueError(f"{value!r} is too long") from None
    return length + (info.context.now if info.context else 0)


def _schema(longest: int) -> WithJsonSchema:
    text = {"type": "string", "minLength": 1, "maxLength": longest}
    both = {"type": "object", "properties": {"en": text, "id": text}, "required": ["en"], "additionalProperties": False}
    return WithJsonSchema({"anyOf": [text, both]})


class _TitleWords(Sent):
    en: Title
    id: Title | None = None


Markdown: TypeAlias = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(plain)]


class _TextWords(Sent):
    en: Markdown
    id: Markdown | None = None


TitleSaid: TypeAlias = Annotated[_TitleWords, BeforeValidator(_by_language), _schema(200)]
TextSaid: TypeAlias = Annotated[_TextWords, BeforeValidator(_by_language), _schema(LONGEST_TEXT)]
ImpactSaid: TypeAlias = Literal["down", "degraded", "none"]
PhaseSaid: TypeAlias = Literal["investigating", "identified", "monitoring", "resolved"]
Impacts: TypeAlias = Annotated[
    Mapping[Annotated[str, AfterValidator(configured)], ImpactSaid | None],
    Field(max_length=500, description="By component; null: as we measure it."),
]
Due: TypeAlias = Annotated[
    int,
    BeforeValidator(_due),
    WithJsonSchema({"type": "string", "description": "An instant, or a length from now: 30m."}),
]
Severity: TypeAlias = Annotated[str, Field(min_length=1, max_length=100, description="Its rank or its label.")]
Template: TypeAlias = Annotated[str, Field(min_length=1, max_length=63)]


class NewIncident(Sent):
    """Something is wrong, or was. With a template its words stand where you give none."""

    title: TitleSaid | None = None
    text: TextSaid | None = None
    template: Template | None = None
    impacts: Impacts = Field(default_factory=dict)
    phase: PhaseSaid | None = None
    severity: Severity | None = None
    since: Instant | None = None
    at: Instant | None = None
    next_update: Due | None = None
    draft: bool = False
    quiet: bool = Field(False, description="Show it on the page, and tell no subscriber.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Slow page loads",
                    "text": {"en": "Pages take up to 8 s.", "id": "Halaman butuh hingga 8 detik."},
                    "impacts": {"web": "degraded"},
                    "next_update": "30m",
                },
                {"template": "outage", "impacts": {"api": None}, "draft": True},
            ]
        }
    )

    @model_checked(mode="after")
    def _says_something(self) -> "NewIncident":
        if self.template is None and (self.title is None or self.text is None):
            raise ValueError("an incident opens with a title and a text, or with a template")
        return self


class IncidentUpdate(Sent):
    """What is new; what is not named stays as it was. A phase after resolved opens it again."""

    text: TextSaid | None = None
    template: Template | None = None
    phase: PhaseSaid | None = None
    impacts: Impacts = Field(default_factory=dict)
    severity: Severity | None = None
    at: Instant | None = None
    next_update: Due | None = None
    quiet: bool = False

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"phase": "identified", "text": "A report query holds connections.", "next_update": "30m"}]
        }
    )


class Resolution(Sent):
    """It is over; without a text in the words of the template `resolved`."""

    text: TextSaid | None = None
    at: Instant | None = None
    quiet: bool = False

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"text": "Reports run on the replica now."}]})


class Publication(Sent):
    """A draft is shown to customers."""

    next_update: Due | None = None
    quiet: bool = False

    model_config = ConfigDict(json_schema_extra={"examples": [{"next_update": "30m"}]})


class IncidentEdit(Sent):
    """What shall read otherwise: the text of an update, or the incident's title, severity or beginning."""

    update: Annotated[int, Field(ge=1)] | None = None
    text: TextSaid | None = None
    title: TitleSaid | None = None
    severity: Severity | None = None
    since: Instant | None = None
    notify: bool = Field(False, description="Tell subscribers of it.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"update": 2, "text": "Two report queries."}]})

    @model_checked(mode="after")
    def _belongs(self) -> "IncidentEdit":
        if (self.update is None) != (self.text is None):
            raise ValueError("a text belongs to an update; name both, or neither")
        return self


class Merge(Sent):
    """The incident that this one is put into."""

    into: Annotated[str, Field(min_length=1, max_length=63)]

    model_config = ConfigDict(json_schema_extra={"examples": [{"into": "k7m2qx"}]})


class NewPostmortem(Sent):
    """Markdown with the sections Timeline, Root cause, Contributing factors and Preventive actions."""

    text: TextSaid
    publish: bool = False

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "## Timeline\n- 09:12 it began\n## Root cause\nA lock.\n"
                    "## Contributing factors\nNo limit.\n"
                    "## Preventive actions\n- Move reports to the replica (owner: Budi, due: 2026-12-05)\n",
                    "publish": True,
                }
            ]
        }
    )


def words(said: _TitleWords | _TextWords | None) -> Words:
    """By language, what was given."""
    if said is None:
        return {}
    values: dict[str, Any] = said.model_dump(exclude_none=True)
    return values

"""What the settings say of incidents: when an outage opens one, who is reminded, severities, templates."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from monitor.core.incident import ENGLISH, Impact, Phase
from monitor.core.incident_fold import LONGEST_TEXT, LONGEST_TITLE
from monitor.core.incident_template import Template
from monitor.core.severity import Severity, WorkingHours
from monitor.probes.base import Identifier, WallTime
from monitor.settings.findings import Findings, texts
from monitor.settings.nodes import Place
from monitor.settings.section import Section
from monitor.settings.values import Filled, Interval, Text, WholeSeconds

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _by_language(value: Any) -> Any:
    """A plain text is English."""
    return {ENGLISH: value} if isinstance(value, str) else value


def _english(words: Mapping[str, str]) -> Mapping[str, str]:
    if ENGLISH not in words:
        raise ValueError("write it in English too, as en; it is what is shown where nothing else was written")
    return words


_Title: TypeAlias = Mapping[Literal["en", "id"], Annotated[Text, Field(max_length=LONGEST_TITLE)]]
_Text: TypeAlias = Mapping[Literal["en", "id"], Annotated[Text, Field(max_length=LONGEST_TEXT)]]
TitleWords: TypeAlias = Annotated[
    _Title, BeforeValidator(_by_language, json_schema_input_type=str | _Title), AfterValidator(_english)
]
TextWords: TypeAlias = Annotated[
    _Text, BeforeValidator(_by_language, json_schema_input_type=str | _Text), AfterValidator(_english)
]


class TemplateSettings(Section):
    """Words for what happens again and again; `{components}` becomes their names. One of a name that is built in
    takes its place."""

    id: Identifier
    title: TitleWords | None = None
    text: TextWords
    phase: Phase | None = None
    impact: Impact | None = None

    def template(self) -> Template:
        title, text = ({str(key): value for key, value in (words or {}).items()} for words in (self.title, self.text))
        return Template(self.id, text, title, self.phase, self.impact)


class SeveritySettings(Section):
    """A rank orders severities, 1 being the gravest; a label is what people call it."""

    rank: Annotated[int, Field(ge=1, le=20)]
    label: Text
    respond: Interval | None = None
    resolve: Interval | None = None
    update: Interval | None = None
    postmortem: Interval | None = None
    hours: Literal["always", "working"] = "always"

    def severity(self) -> Severity:
        return Severity(
            self.rank,
            self.label,
            _seconds(self.respond),
            _seconds(self.resolve),
            _seconds(self.update),
            _seconds(self.postmortem),
            self.hours == "working",
        )


class WorkingSettings(Section):
    """When the clocks of severities with `hours: working` run, in the page's zone."""

    days: Filled[Day] = ("mon", "tue", "wed", "thu", "fri")
    from_: WallTime = Field(time(9), alias="from")
    until: WallTime = time(18)

    def hours(self, zone: ZoneInfo) -> WorkingHours:
        return WorkingHours(frozenset(DAYS.index(day) for day in self.days), self.from_, self.until, zone)


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_USUAL = (
    SeveritySettings(
        rank=1, label="Critical", respond=15 * _MINUTE, resolve=4 * _HOUR, update=2 * _HOUR, postmortem=_DAY
    ),
    SeveritySettings(rank=2, label="High", respond=_HOUR, resolve=_DAY, update=4 * _HOUR, postmortem=_DAY),
    SeveritySettings(rank=3, label="Medium", respond=4 * _HOUR, resolve=2 * _DAY, update=8 * _HOUR, hours="working"),
    SeveritySettings(rank=4, label="Low", respond=_DAY, resolve=7 * _DAY, hours="working"),
)


class Incidents(Section):
    """When a measured outage opens an incident, who is told of what is to be written, and by when."""

    open: Literal["never", "draft", "published"] = "draft"
    after: Annotated[int, Field(ge=1, le=1000)] = 3
    together: WholeSeconds = timedelta(minutes=10)
    resolve_after: WholeSeconds = timedelta(minutes=10)
    notify: tuple[Identifier, ...] = ()
    severities: Filled[SeveritySettings] = _USUAL
    working: WorkingSettings = WorkingSettings()
    templates: tuple[TemplateSettings, ...] = ()

    def ranks(self) -> tuple[Severity, ...]:
        """The severities, gravest first."""
        return tuple(sorted((item.severity() for item in self.severities), key=lambda item: item.rank))

    def own_templates(self) -> list[Template]:
        return [item.template() for item in self.templates]


def check_incidents(findings: Findings, channels: Sequence[str]) -> None:
    """The rules across the keys of `incidents`."""
    section = findings.root.get("incidents")
    if section is None:
        return
    place: Place = ("incidents",)
    notify = texts(section, "notify", place)
    findings.once(notify)
    for where, name in notify:
        findings.known(where, name, channels, "channel")
    templates = ((number, item.text("id")) for number, item in enumerate(section.items("templates")))
    findings.unique([((*place, "templates", n, "id"), name) for n, name in templates if name is not None], "template")
    ranks = ((number, item.get("rank")) for number, item in enumerate(section.items("severities")))
    findings.unique(
        [((*place, "severities", n, "rank"), str(rank.value)) for n, rank in ranks if rank is not None], "severity"
    )
    working = section.get("working")
    if working is not None:
        first, last = (working.text(key) or default for key, default in (("from", "09:00"), ("until", "18:00")))
        if first >= last:
            findings.mistake((*place, "working", "until"), "working hours end after they begin; write a later time")


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(seconds=1)

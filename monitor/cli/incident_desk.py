"""What the incident commands work with: options that several take, stored incidents, and the way to write to them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.moments import parse_length, parse_time
from monitor.cli.output import write_json
from monitor.core.incident import ENGLISH, Impact, Incident, IncidentEvent, Phase, Words
from monitor.core.model import Seconds
from monitor.reader.incident_views import MeasuredOutage
from monitor.reader.incidents import measured_outages
from monitor.reader.telling import Asked, names_of, rank_of, telling
from monitor.reports import incident_words as words
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.store import Store

F = TypeVar("F", bound=Callable[..., Any])

SCOPE = "incident"
OTHER_LANGUAGES = ("id",)

incident_argument = click.argument("id_", metavar="ID")
_OPTIONS = {
    "title": click.option("--title", metavar="TEXT", help="What customers read first, in English."),
    "title_in": click.option(
        "--title-in", nargs=2, multiple=True, metavar="LANGUAGE TEXT", help="The title in another language: id."
    ),
    "text": click.option("--text", "-m", metavar="MARKDOWN", help="What customers read, in English; - for stdin."),
    "text_in": click.option(
        "--text-in", nargs=2, multiple=True, metavar="LANGUAGE MARKDOWN", help="The same in another language: id."
    ),
    "template": click.option("--template", metavar="NAME", help="Words that are ready; what you give comes first."),
    "phase": click.option("--phase", type=click.Choice([phase.value for phase in Phase]), help="How far it is."),
    "severity": click.option("--severity", metavar="RANK|LABEL", help="How grave it is: 1, or Critical."),
    "components": click.option(
        "--component",
        "components",
        multiple=True,
        metavar="ID[=IMPACT]",
        help="What it shows in, and how: down, degraded or none. Repeat it.",
    ),
    "next_update": click.option(
        "--next-update", metavar="DURATION|TIME", help="By when you will say more: 30m, or a time."
    ),
    "at": click.option("--at", metavar="TIME", help="The moment this speaks for, where that is not now."),
    "since": click.option("--since", metavar="TIME", help="When it began."),
}


def options(*names: str) -> Callable[[F], F]:
    """Those options, in that order."""

    def add(function: F) -> F:
        for name in reversed(names):
            function = _OPTIONS[name](function)
        return function

    return add


@dataclass(frozen=True, slots=True)
class Desk:
    """What each of these commands works with."""

    settings: Settings
    store: Store

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.page.zone)

    def one(self, id_: str) -> Incident:
        """Raises click.UsageError naming the nearest to one that is not there."""
        found = self.store.incidents.all()
        if id_ not in found:
            raise click.UsageError(f"there is no incident {id_}; {near(id_, list(found))}")
        return found[id_]

    def asked(self, instant: Seconds, /, **said: Any) -> Asked:
        """What the options say. Raises click.UsageError and click.BadParameter for what cannot be read."""
        phase, severity, next_update = said.get("phase"), said.get("severity"), said.get("next_update")
        try:
            return Asked(
                title=_words(said.get("title"), said.get("title_in", ())),
                text=_words(_read(said.get("text")), said.get("text_in", ())),
                template=said.get("template"),
                phase=None if phase is None else Phase(phase),
                severity=None if severity is None else rank_of(self.settings, severity),
                impacts=self.impacts(said.get("components", ())),
                since=self._time(said.get("since")),
                at=self._time(said.get("at")),
                next_update=None if next_update is None else self._due(next_update, instant),
            )
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    def impacts(self, written: Sequence[str]) -> dict[str, Impact | None]:
        """`web=degraded`, or `web` alone. Raises ValueError naming what comes near."""
        known, found = list(names_of(self.settings)), dict[str, Impact | None]()
        for text in written:
            name, _, impact = text.partition("=")
            if name not in known:
                raise ValueError(f"there is no component {name}; {near(name, known)}")
            impacts = [each.value for each in Impact]
            if impact and impact not in impacts:
                raise ValueError(f"there is no impact {impact}; {near(impact, impacts)}")
            found[name] = Impact(impact) if impact else None
        return found

    def write(self, *events: tuple[str, IncidentEvent], again: bool = False, quiet: bool = False) -> Incident:
        """Writes events, the last one's message with it. Raises click.ClickException where one does not follow."""
        tell = telling(self.settings, again=again, quiet=quiet or len(events) > 1)
        try:
            return self.store.incidents.append(*events, tell=tell)[-1]
        except ValueError as error:
            raise click.ClickException(str(error)) from None

    def measured(self, incident: Incident) -> tuple[MeasuredOutage, ...]:
        return measured_outages(self.store, names_of(self.settings), incident)

    def actor(self) -> str:
        return actor(self.store, SCOPE)

    def answer(self, incident: Incident, as_json: bool, *before: str) -> None:
        """What was written: sentences and what is due now, or the whole as JSON."""
        if as_json:
            write_json(words.document(self.settings, incident, self.measured(incident), now()))
            return
        for line in before:
            click.echo(line)
        due = words.due(self.settings, incident, now())
        click.echo(f"{incident.id}: {words.status(incident)}{'; ' + due if due else ''}")

    def _time(self, text: str | None) -> Seconds | None:
        return None if text is None else parse_time(text, self.zone)

    def _due(self, text: str, at: Seconds) -> Seconds:
        try:
            return at + parse_length(text)
        except click.BadParameter:
            return parse_time(text, self.zone)


@contextmanager
def desk_of(context: Context, *, reading: bool = False) -> Iterator[Desk]:
    """A desk on the settings' store, closed afterwards."""
    settings = context.load().settings
    store = context.reading(settings) if reading else context.store(settings)
    try:
        yield Desk(settings, store)
    finally:
        store.close()


def read_file(path: Path) -> str:
    """The text of a file, or of stdin for `-`. Raises click.ClickException."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from None


def _read(text: str | None) -> str | None:
    return sys.stdin.read().strip() if text == "-" else text


def _words(english: str | None, others: Sequence[tuple[str, str]]) -> Words:
    """Raises ValueError for a language that the page does not speak."""
    found = {} if english is None else {ENGLISH: english}
    for language, text in others:
        if language not in OTHER_LANGUAGES:
            raise ValueError(f"there is no language {language}; {near(language, OTHER_LANGUAGES)}")
        found[language] = text
    return found

"""From a file to `Settings`, or to every mistake in it at once: its text, its values, its rules across keys.

Reads files; resolves no secret and opens no connection. What it cannot know (zones, secrets that are set,
addresses of channels) is asked of functions that the caller hands in.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from monitor.core.secret import references
from monitor.notify.template import wrong_with_template
from monitor.probes import KINDS
from monitor.probes.base import Check
from monitor.probes.sharing import Sharing
from monitor.settings import crosschecks
from monitor.settings.checks import completed
from monitor.settings.errors import Remark, SettingsError
from monitor.settings.files import read_file
from monitor.settings.findings import Findings
from monitor.settings.hub import ComponentSettings, Reports, Settings
from monitor.settings.nodes import Node, Place, walk
from monitor.settings.wording import remarks

M = TypeVar("M", bound=BaseModel)

DEFAULT = Path("config/janji.yaml")
LANGUAGES = ("en", "id")
"""What the page speaks as it is shipped; whoever knows its catalogues hands in all of them."""
_UNKNOWN = "extra_forbidden"
_STAND_IN = {"kind": "tcp", "host": "stand-in", "port": 1}
"""Takes the place of a check of no known kind, so that the models can say what else is wrong."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings that can be used, what is doubtful about them, and the references that are not set."""

    settings: Settings
    warnings: tuple[Remark, ...]
    unset: tuple[str, ...] = ()


def find(option: Path | None, environ: Mapping[str, str]) -> Path:
    """The settings file: the option, else $JANJI_CONFIG, else config/janji.yaml."""
    if option is not None:
        return option
    return Path(environ["JANJI_CONFIG"]) if environ.get("JANJI_CONFIG") else DEFAULT


def load(
    path: Path,
    *,
    secrets: Callable[[str], bool],
    zones: Callable[[str], bool] | None = None,
    check_channel: Callable[[str], str | None] | None = None,
    languages: Sequence[str] = LANGUAGES,
    strict: bool = False,
) -> Loaded:
    """The settings in a file. Raises SettingsError with all mistakes; `strict` refuses references that
    are not set, too.

    `secrets` says whether a reference (`NAME`, `file:/path`) can be resolved, `zones` whether a zone exists (by
    default in this process's zone data), `check_channel` what is wrong with an Apprise URL, `languages` what
    the page can speak.
    """
    world = crosschecks.World(
        zones or crosschecks.has_zone,
        secrets,
        check_channel,
        strict,
        languages=tuple(languages),
        check_template=wrong_with_template,
    )
    findings, settings = _examined(path, world)
    if findings.mistakes or settings is None:
        raise SettingsError(findings.mistakes)
    named = (ref for _, node in walk(findings.root) if isinstance(node.value, str) for ref in references(node.value))
    unset = tuple(reference for reference in dict.fromkeys(named) if not secrets(reference))
    return Loaded(settings, findings.warnings, unset)


def _examined(path: Path, world: crosschecks.World) -> tuple[Findings, Settings | None]:
    """What was found, and the settings where nothing is wrong."""
    findings = read_file(path, named_by="--config FILE or $JANJI_CONFIG", first="components")
    crosschecks.run(findings, world)
    settings = _modelled(findings)
    return findings, settings


def _modelled(findings: Findings) -> Settings | None:
    """What the models say of the file's values, and the settings if they take them."""
    plain: dict[str, Any] = findings.root.plain()
    for place, check in _of_no_kind(findings.root):
        _judge_apart(findings, check, place)
        _, number, _, index = place
        plain["components"][number]["checks"][index] = _STAND_IN
    try:
        return _made(plain)
    except ValidationError as error:
        for place, message in remarks(error.errors(include_url=False, include_input=False), Settings):
            findings.mistake(place, message)
        return None


def _made(plain: dict[str, Any]) -> Settings:
    """The settings that the values make. Raises ValidationError with everything that is wrong with them.

    Component by component: a parser that takes thousands of checks at once leaves holes that the process keeps.
    """
    written = plain.get("components")
    if not isinstance(written, list):
        return _completed(_valid(Settings, plain), ())
    try:
        settings = _valid(Settings, {**plain, "components": written[:1]})
        sharing = Sharing()
        parts = (_valid(ComponentSettings, part) for part in written)
        return _completed(settings, tuple(_completed_component(part, settings, sharing) for part in parts))
    except ValidationError:
        _valid(Settings, plain)
        raise


def _valid(model: type[M], plain: Any) -> M:
    return model.model_validate_json(json.dumps(plain), strict=True)


def _of_no_kind(root: Node) -> list[tuple[Place, Node]]:
    """Checks whose kind the models do not know."""
    return [
        (("components", number, "checks", index), check)
        for number, component in enumerate(root.items("components"))
        for index, check in enumerate(component.items("checks"))
        if check.text("kind") not in KINDS
    ]


def _judge_apart(findings: Findings, check: Node, place: Place) -> None:
    """Says what is wrong with the keys that every check has; keys of a kind nobody knows are not judged."""
    if not isinstance(check.value, dict):
        return
    plain = {**check.plain(), "kind": ""}
    try:
        TypeAdapter(Check).validate_json(json.dumps({**plain, "expect": {}}), strict=True)
    except ValidationError as error:
        wrong = [item for item in error.errors(include_url=False, include_input=False) if item["type"] != _UNKNOWN]
        for below, message in remarks(wrong, Check):
            findings.mistake((*place, *below), message)


def _completed(settings: Settings, components: tuple[ComponentSettings, ...]) -> Settings:
    """The settings of these components, with every default written out that depends on another key."""
    agreements = [item.model_copy(update={"zone": item.zone or settings.page.zone}) for item in settings.agreements]
    reports = _completed_reports(settings)
    return settings.model_copy(update={"components": components, "agreements": tuple(agreements), "reports": reports})


def _completed_reports(settings: Settings) -> Reports:
    review, statements = settings.reports.review, settings.reports.statements
    first = settings.page.written
    if review is not None:
        review = review.model_copy(update={"language": review.language or first})
    if statements is not None:
        named = statements.agreements or tuple(item.id for item in settings.agreements)
        statements = statements.model_copy(update={"language": statements.language or first, "agreements": named})
    return Reports(review=review, statements=statements)


def _completed_component(component: ComponentSettings, settings: Settings, sharing: Sharing) -> ComponentSettings:
    names = [location.name for location in settings.locations]
    at_hub = [location.name for location in settings.locations if not location.agent]
    zone = settings.page.zone
    checks = tuple(sharing.check(completed(check, names, at_hub=at_hub, zone=zone)) for check in component.checks)
    name = component.name or component.id.replace("-", " ").title()
    return component.model_copy(update={"name": name, "checks": checks})

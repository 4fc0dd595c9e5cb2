"""The page of how we measure in words: the rules, with this page's settings and a month worked through."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.exclusion import NOTICE_SECONDS
from monitor.core.model import Seconds
from monitor.core.text import used_seconds, used_time
from monitor.reader.views import CheckedView, MeasuredView, MethodView
from statuspage.arithmetic import lines_of
from statuspage.language import N_, Language
from statuspage.moments import Moments

RULES = {
    "majority": N_("more than half of the locations that report see it down"),
    "any": N_("one location sees it down"),
    "all": N_("every location that reports sees it down"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One row: a component has one for each way in which its critical checks are made."""

    name: str
    every: str
    places: str
    rule: str


@dataclass(frozen=True, slots=True)
class Worked:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MethodSheet:
    """The whole page in one language; `lesser` says whether some checks do not decide."""

    checks: tuple[Checked, ...]
    lesser: bool
    several: bool
    bridges: tuple[str, ...]
    reported: str  # the names of services that are not probed; empty where all are
    notice: str
    worked: Worked | None
    ledger_head: str


def method_sheet(view: MethodView, language: Language, moments: Moments) -> MethodSheet:
    """Everything the page says that is not the same everywhere."""
    checks = [check for component in view.components for check in component.checks]
    return MethodSheet(
        checks=tuple(row for component in view.components for row in _rows(component, language)),
        lesser=any(component.lesser for component in view.components),
        several=any(check.locations > 1 for check in checks),
        bridges=tuple(_bridges(view, language)),
        reported=language.join([component.name for component in view.components if component.reported]),
        notice=used_seconds(NOTICE_SECONDS, language.wording),
        worked=_worked(view, language, moments),
        ledger_head=view.ledger_head or "",
    )


def _rows(component: MeasuredView, language: Language) -> Iterator[Checked]:
    for check in component.checks:
        yield Checked(
            name=component.name,
            every=used_time(check.every, language.wording, detail=True),
            places=_places(check, language),
            rule=_rule(check, language),
        )


def _places(check: CheckedView, language: Language) -> str:
    """Locations that are not public are counted and not named."""
    more = check.locations - len(check.places)
    if not check.places:
        return language.count("%(n)d location", "%(n)d locations", more)
    if more:
        return language.join([*check.places, language.say("%(n)s more", n=more)])
    return language.join(check.places)


def _rule(check: CheckedView, language: Language) -> str:
    if check.locations == 1:
        return language.say("it is seen down")
    if isinstance(check.mode, int):
        return language.count("%(n)d location sees it down", "%(n)d locations see it down", check.mode)
    return language.say(RULES[check.mode])


def _bridges(view: MethodView, language: Language) -> Iterator[str]:
    """One sentence for each length of gap that is bridged; with names where they differ."""
    lengths: dict[Seconds, list[str]] = {}
    for component in view.components:
        if not component.reported:
            lengths.setdefault(component.bridge, []).append(component.name)
    for length, names in lengths.items():
        said = language.say("Gaps are never filled in: nobody saw what happened in them.")
        if length:
            said = language.say(
                "A gap of at most %(length)s between two times down counts as down, because nobody saw a recovery. "
                "It is listed as inferred. A longer one stays not measured.",
                length=used_time(length, language.wording, detail=True),
            )
        yield said if len(lengths) == 1 else f"{language.join(names)}: {said}"


def _worked(view: MethodView, language: Language, moments: Moments) -> Worked | None:
    if view.example is None:
        return None
    month = view.example.month
    title = f"{view.example.name}, {moments.month_title(month.month)}"
    return Worked(title, tuple(lines_of(month, language, moments)))

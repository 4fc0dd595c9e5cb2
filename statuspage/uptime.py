"""The Uptime page in words: a table of months for each component, each month opened into its arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from monitor.core.availability import Judgement
from monitor.core.text import left_time, percent, target_percent, used_time
from monitor.reader.views import Outlook, Stage, UptimeComponent, UptimeMonth, UptimeView
from statuspage.arithmetic import lines_of
from statuspage.language import N_, Language
from statuspage.moments import Moments
from statuspage.places import evidence_path

VERDICTS = {
    Judgement.MET: ("met", N_("target met")),
    Judgement.BREACHED: ("missed", N_("target missed")),
    Judgement.INDETERMINATE: ("open", N_("not proven")),
}
OUTLOOKS = {
    Outlook.ON_TRACK: ("met", N_("on track")),
    Outlook.AT_RISK: ("open", N_("at risk")),
    Outlook.LOST: ("missed", N_("lost")),
}
STAGES = {Stage.RUNNING: N_("running"), Stage.PROVISIONAL: N_("provisional"), Stage.CLOSED: N_("closed")}

_NONE = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """One month. `sign` is met, missed, open, or empty where nothing is judged; `evidence` a path, or empty."""

    id: str
    month: str
    books: str
    sign: str
    judged: str
    share: str
    downtime: str
    allowed: str
    maintenance: str
    unmeasured: str
    heading: str
    lines: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    name: str
    target: str
    rows: Markup  # empty before anything was measured


@dataclass(frozen=True, slots=True)
class UptimeSheet:
    """The whole page in one language."""

    tables: tuple[Table, ...]


class Months:
    """Draws months in one language. One that is over stays the same view, and is drawn once."""

    def __init__(self, language: Language, render: Callable[..., str]) -> None:
        self._language = language
        self._render = render
        self._kept: dict[tuple[str, str], tuple[UptimeMonth, str]] = {}

    def draw(self, component: UptimeComponent, moments: Moments) -> Markup:
        """The table's bodies, newest month first."""
        drawn = [self._draw(component, month, moments) for month in component.months]
        # Made by a template of this package, which escapes what is not its own.
        return Markup("".join(drawn))  # noqa: S704

    def _draw(self, component: UptimeComponent, month: UptimeMonth, moments: Moments) -> str:
        key = (component.id, month.month)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is month:
            return kept[1]
        html = self._render(row=row_of(component.id, month, self._language, moments))
        self._kept[key] = (month, html)
        return html


def uptime_sheet(view: UptimeView, language: Language, moments: Moments, months: Months) -> UptimeSheet:
    """Every component's table."""
    return UptimeSheet(
        tuple(
            Table(
                id=component.id,
                name=component.name,
                target=_target(component, language),
                rows=months.draw(component, moments),
            )
            for component in view.components
        )
    )


def row_of(component: str, month: UptimeMonth, language: Language, moments: Moments) -> Row:
    """A month's row, and what it opens into."""
    figure, title = month.figure, moments.month_title(month.month)
    sign, judged = _judged(month)
    share = _NONE if figure.availability is None else f"{percent(figure.availability, language.wording)} %"
    heading = language.say("%(month)s: how %(share)s was reached", month=title, share=share)
    if figure.availability is None:
        heading = language.say("%(month)s: why there is no figure", month=title)
    return Row(
        id=f"{component}-{month.month}",
        month=title,
        books=_books(month, language),
        sign=sign,
        judged=language.say(judged) if judged else "",
        share=language.say("No data") if figure.availability is None else share,
        downtime=used_time(figure.downtime_equivalent, language.wording),
        allowed=_NONE if month.allowed is None else left_time(month.allowed, language.wording),
        maintenance=used_time(figure.excluded_seconds, language.wording),
        unmeasured=used_time(figure.unknown_seconds, language.wording),
        heading=heading,
        lines=tuple(lines_of(month, language, moments)),
        evidence="" if month.target is None else evidence_path(component, month.month),
    )


def _judged(month: UptimeMonth) -> tuple[str, str]:
    if month.verdict is not None:
        return VERDICTS[month.verdict]
    return OUTLOOKS[month.outlook] if month.outlook is not None else ("", "")


def _books(month: UptimeMonth, language: Language) -> str:
    stage = language.say(STAGES[month.books.stage])
    if month.books.revision:
        return language.say("%(stage)s, revision %(n)s", stage=stage, n=month.books.revision)
    if month.outlook in (Outlook.AT_RISK, Outlook.LOST):
        return f"{stage}, {language.say(OUTLOOKS[month.outlook][1])}"
    return stage


def _target(component: UptimeComponent, language: Language) -> str:
    if component.target is None:
        return language.say("measured, not judged")
    return language.say("target %(target)s", target=f"{target_percent(component.target, language.wording)} %")

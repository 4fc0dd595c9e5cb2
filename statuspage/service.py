"""One component's card: its bars, its month, its allowance, its response time."""

from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from monitor.core.text import latency, left_time, percent, target_percent, used_time
from monitor.reader.views import ComponentView, MonthView, Outlook
from statuspage.days import Days
from statuspage.language import Language
from statuspage.moments import Moments
from statuspage.places import component_place
from statuspage.shapes import meter_share, spark_lines
from statuspage.words import LABELS


@dataclass(frozen=True, slots=True)
class Month:
    """This month so far. `meter` is None where there is no target."""

    title: str
    share: str
    target: str
    remark: str
    lost: bool
    meter: str | None
    allowance: str


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    place: str  # of its page, below the language's home
    name: str
    description: str
    state: str
    label: str
    reported: str  # how far its vendor reported it; empty for one that is probed
    paused: str  # until when it is not checked; empty for one that is
    in_maintenance: bool
    ninety: str
    bars: Markup
    first_day: str
    rows: Markup
    month: Month
    p95: str | None
    sparks: tuple[str, ...]


def service_of(component: ComponentView, language: Language, moments: Moments, days: Days) -> Service:
    """Everything the card of a component says and draws."""
    drawn = days.draw(component.id, component.days)
    return Service(
        id=component.id,
        place=component_place(component.id),
        name=component.name,
        description=component.description,
        state=component.state,
        label=language.say("Reported by its vendor") if component.reported else language.say(LABELS[component.state]),
        reported=_reported(component, language, moments),
        paused=paused(component, language, moments),
        in_maintenance=component.in_maintenance,
        ninety=_ninety(component, language),
        bars=drawn.bars,
        first_day=language.count("%(n)d day ago", "%(n)d days ago", len(component.days)),
        rows=drawn.rows,
        month=_month(component.month, language, moments),
        p95=latency(component.p95_ms, language.wording) if component.p95_ms is not None else None,
        sparks=tuple(spark_lines(component.spark_ms)),
    )


def _reported(component: ComponentView, language: Language, moments: Moments) -> str:
    if not component.reported:
        return ""
    if component.as_of is None:
        return language.say("Not measured by us. Its vendor has reported nothing yet.")
    day = moments.long_day(component.as_of - 1)
    return language.say("Not measured by us. Its vendor's last report reaches up to %(day)s.", day=day)


def paused(component: ComponentView, language: Language, moments: Moments) -> str:
    """`Checking is paused until 09:12 WIB.`; empty for a component that is checked."""
    if component.paused_until is None:
        return ""
    until = moments.until(component.paused_until)
    return language.say("We have paused checking it until %(moment)s. This time counts as not measured.", moment=until)


def _share(value: Fraction | None, language: Language) -> str:
    if value is None:
        return language.say("No data")
    return f"{percent(value, language.wording)} %"


def _ninety(component: ComponentView, language: Language) -> str:
    if component.ninety.availability is None:
        return language.say("No data yet")
    return language.count(
        "%(share)s over %(n)d day",
        "%(share)s over %(n)d days",
        component.measured_days,
        share=_share(component.ninety.availability, language),
    )


def _month(month: MonthView, language: Language, moments: Moments) -> Month:
    target = remark = allowance = ""
    meter = None
    if month.target is not None:
        target = language.say("target %(target)s", target=f"{target_percent(month.target, language.wording)} %")
    if month.outlook is Outlook.LOST:
        remark = language.say("lost")
    elif month.outlook is Outlook.AT_RISK:
        remark = language.say("at risk")
    if month.used_seconds is not None and month.budget_seconds is not None:
        meter = meter_share(month.used_seconds, month.budget_seconds)
        allowance = language.say(
            "%(used)s of %(allowed)s used",
            used=used_time(month.used_seconds, language.wording),
            allowed=left_time(month.budget_seconds, language.wording),
        )
    return Month(
        title=language.say("%(month)s so far", month=moments.month_name(month.month)),
        share=_share(month.figure.availability, language),
        target=target,
        remark=remark,
        lost=month.outlook is Outlook.LOST,
        meter=meter,
        allowance=allowance,
    )

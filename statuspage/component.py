"""One component's page in words: as it is now, its days as a calendar, its response times, its outages."""

from dataclasses import dataclass, replace

from monitor.core.failure import SENTENCES
from monitor.core.text import used_time
from monitor.reader.detail import DetailView
from monitor.reader.views import OutageView
from statuspage.charts import Chart, chart_of
from statuspage.days import Days
from statuspage.grid import Sheet, Weekday, month_sheets, weekdays
from statuspage.language import Language
from statuspage.moments import Moments
from statuspage.service import Service, service_of


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage: when, how long, and why as far as anybody knows."""

    when: str
    iso: str
    length: str
    reason: str
    ongoing: bool


@dataclass(frozen=True, slots=True)
class ComponentSheet:
    """The whole page in one language."""

    service: Service
    since: str
    weekdays: tuple[Weekday, ...]
    months: tuple[Sheet, ...]
    charts: tuple[Chart, ...]
    answered: bool  # whether any chart has a line
    outages: tuple[Outage, ...]
    more: str  # what is said of outages that are not listed
    none: str  # what is said when there are none


def component_sheet(view: DetailView, language: Language, moments: Moments, drawn: Days) -> ComponentSheet:
    """Everything that the page says and draws."""
    component = view.component
    service = service_of(component, language, moments, drawn)
    more = language.count("%(n)d older outage.", "%(n)d older outages.", view.more_outages) if view.more_outages else ""
    charts = tuple(chart_of(item, language, moments) for item in view.responses)
    return ComponentSheet(
        service=replace(service, rows=drawn.anchored(component.days)),
        since="" if component.since is None or component.reported else moments.since(component.since).text,
        weekdays=weekdays(language),
        months=month_sheets(component.days, language, moments),
        charts=charts,
        answered=any(chart.p95 for chart in charts),
        outages=tuple(_outage(item, language, moments) for item in view.outages),
        more=more,
        none=language.say("No outages.") if component.measured_days else language.say("Not measured."),
    )


def _outage(outage: OutageView, language: Language, moments: Moments) -> Outage:
    length = used_time(outage.down_seconds, language.wording, detail=True)
    if outage.inferred_seconds:
        inferred = used_time(outage.inferred_seconds, language.wording, detail=True)
        length = language.say("%(length)s, of which %(inferred)s inferred", length=length, inferred=inferred)
    if outage.end is None:
        when, length = moments.since(outage.start).text, language.say("%(length)s, ongoing", length=length)
    else:
        when = moments.window(outage.start, outage.end)
    return Outage(
        when=when,
        iso=moments.since(outage.start).iso,
        length=length,
        reason=language.say(SENTENCES[outage.reason]) if outage.reason else "",
        ongoing=outage.end is None,
    )

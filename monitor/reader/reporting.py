"""What a vendor report does to figures, before it is entered; and who may be reported on.

One path for whoever asks: the command and the API.
"""

from collections.abc import Iterator, Mapping, Sequence

from monitor.core.change import period, stretches
from monitor.core.interval import Intervals, intersect, subtract
from monitor.core.model import Interval
from monitor.core.timeline import Terms
from monitor.core.vendor import VendorReport, timeline
from monitor.reader.accounts import Accounts
from monitor.reader.asking import NotThere
from monitor.reader.effects import Effect, agreed, own
from monitor.reader.snapshot import Facts
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.store import Store
from monitor.storage.vendor_reports import measured


def reported_components(settings: Settings) -> list[str]:
    """The ids of those that are not probed."""
    return [item.id for item in settings.components if item.reported]


def check_component(settings: Settings, component: str) -> None:
    """Raises NotThere for a component that no vendor reports on."""
    known = reported_components(settings)
    if component in known:
        return
    if any(item.id == component for item in settings.components):
        raise NotThere(f"{component} is probed; only a component with `source: reported` takes vendor reports")
    raise NotThere(f"there is no reported component {component}; {near(component, known)}")


def report_effects(facts: Facts, accounts: Accounts, settings: Settings, report: VendorReport) -> list[Effect]:
    """Each month of the component and of agreements over it that the report concerns, without and with it."""
    now, checked = report.entered_at, measured(facts.terms().get(report.component, ()))
    found = (*own(accounts, settings, report, now), *agreed(accounts, settings, report, now))
    return [Effect(account, account.supposing_report(report, checked)) for account in found]


def superseded(facts: Facts, report: VendorReport) -> list[VendorReport]:
    """The reports before it that it takes the place of, in whole or in part."""
    before = facts.vendor_reports.by_component().get(report.component, ())
    return [item for item in before if intersect([item.period], [report.period])]


def told(store: Store, terms: Mapping[str, Sequence[Terms]]) -> dict[str, Intervals]:
    """By component: the time of which its vendor's reports speak, and no check."""
    found = store.vendor_reports.by_component()
    return {
        name: subtract([report.period for report in reports], measured(terms.get(name, ())))
        for name, reports in found.items()
    }


def misreported(store: Store) -> Iterator[str]:
    """A sentence for each stretch of reported time whose stored state is not what the vendor's reports make of it."""
    facts, reports = store.components(), store.vendor_reports.by_component()
    for component, stretch_of in told(store, store.terms()).items():
        since = facts[component].since if component in facts else None
        if since is None or not stretch_of:
            continue
        whole = Interval(since, max(since, stretch_of[-1].end))
        stored = store.spans(component, whole.start, whole.end)
        said = timeline(reports[component], whole.start, whole.end)
        for piece in intersect(stretch_of, [whole]):
            for stretch, now, then in stretches(stored, said, piece):
                yield f"{component}: {period(stretch)} is {now}, and its vendor's reports say {then}"

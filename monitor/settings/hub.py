"""All that a hub is told: page, server, locations, components, alerts, agreements. Frozen; no rule across keys.

Attributes are named like the YAML. Rules that look at more than one key are in `crosschecks`; they run on the
file's nodes, because model validators hide one another.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, Tag

from monitor.core import credit
from monitor.core.credit import CreditTerms
from monitor.core.model import Seconds, canonical, digest_of
from monitor.probes import AnyCheck
from monitor.probes.base import Identifier, WallTime, Way
from monitor.settings.alerts import Alerts, Rule
from monitor.settings.incidents import Incidents
from monitor.settings.maintenance import Maintenance
from monitor.settings.page import Page, Written
from monitor.settings.section import Section
from monitor.settings.subscriptions import Subscriptions
from monitor.settings.values import (
    Address,
    ControlTarget,
    Database,
    Fee,
    Filled,
    IpAddress,
    Link,
    Listen,
    Money,
    Month,
    Network,
    Percentage,
    ProxyUrl,
    Target,
    Text,
    Weight,
    WholeSeconds,
)

__all__ = ["Address", "AgreementSettings", "ComponentSettings", "Location", "Money", "Rule", "Settings"]

_REPORTED: dict[str, Any] = {"properties": {"source": {"const": "reported"}}, "required": ["source"]}
_CHECKED: dict[str, Any] = {"properties": {"checks": {"minItems": 1}}, "required": ["checks"]}
Source: TypeAlias = Literal["probed", "reported"]
ExclusionKind: TypeAlias = Literal["maintenance", "force_majeure", "third_party", "customer_caused"]


class Server(Section):
    """Listeners and database of the hub."""

    listen: Listen = Address("127.0.0.1", 8000)
    admin: Listen = Address("127.0.0.1", 8001)
    database: Database = "sqlite:///var/janji.db"
    trusted_proxies: tuple[Network, ...] = ()


class Location(Section):
    """A place that probes from. The name of one that is not public is never shown to customers."""

    name: Identifier
    agent: bool = False
    label: Text | None = None
    public: bool = True
    controls: tuple[ControlTarget, ...] | None = None  # default: those of all locations
    source_address: IpAddress | None = None
    proxy: ProxyUrl | None = None

    @property
    def way(self) -> Way:
        """How its probes leave."""
        return Way(self.source_address, self.proxy)


class ComponentSettings(Section):
    """What a customer knows by name, and what tells its state: checks, or the reports of its vendor."""

    model_config = ConfigDict(json_schema_extra={"if": _REPORTED, "then": {"not": _CHECKED}, "else": _CHECKED})

    id: Identifier
    name: Text = ""  # settings fill in the id as a title
    description: str = ""
    group: str = ""
    objective: Target | None = None
    bridge: WholeSeconds = timedelta(minutes=10)
    since: date | None = None
    until: date | None = None
    was: Identifier | None = None
    depends_on: tuple[Identifier, ...] | None = None
    runbook: Link | None = None
    source: Source = "probed"
    checks: tuple[AnyCheck, ...] = ()

    @property
    def reported(self) -> bool:
        """Whether its vendor's reports are all that is known of it."""
        return self.source == "reported"


class Slope(Section):
    """`per` of the fee for each percent below `below`."""

    per: Percentage
    below: Percentage
    step: credit.Step = credit.Step.LINEAR
    cap: Percentage | None = None

    def schedule(self) -> credit.Slope:
        return credit.Slope(self.per, self.below, self.step, self.cap)


class Bands(Section):
    """`[low, high, share]` each: an availability from low to just under high earns that share of the fee."""

    bands: Filled[tuple[Percentage, Percentage, Percentage]]
    cap: Percentage | None = None

    def schedule(self) -> credit.Bands:
        return credit.Bands(tuple(credit.Band(*band) for band in self.bands), self.cap)


def credit_form(value: Any) -> str:
    """Which of the two forms a credit schedule is written in."""
    return "bands" if (isinstance(value, dict) and "bands" in value) or isinstance(value, Bands) else "slope"


Credit: TypeAlias = Annotated[
    Annotated[Slope, Tag("slope")] | Annotated[Bands, Tag("bands")],
    Discriminator(credit_form),
]


class TermsSettings(Section):
    """What an agreement says otherwise from a month on; what is left out stays as it was."""

    from_: Month = Field(alias="from")
    components: Filled[str] | None = None
    target: Target | None = None
    excludes: tuple[ExclusionKind, ...] | None = None
    notice: WholeSeconds | None = None
    maintenance_cap: WholeSeconds | None = None
    degraded_weight: Weight | None = None
    min_outage: WholeSeconds | None = None
    fee: Fee | None = None
    credit: Credit | None = None

    @property
    def otherwise(self) -> dict[str, Any]:
        """What it says, by the names of `AgreementSettings`."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "from_"}
        return {name: value for name, value in values.items() if value is not None}


class AgreementSettings(Section):
    """A contract: what a customer was promised, and what is owed when it is not kept."""

    id: Identifier
    customer: Text
    components: Filled[str]
    target: Target
    zone: str | None = None  # settings fill in the page's
    excludes: tuple[ExclusionKind, ...] = ("maintenance",)
    notice: WholeSeconds = timedelta(days=7)
    degraded_weight: Weight = Fraction(0)
    min_outage: WholeSeconds = timedelta(0)
    maintenance_cap: WholeSeconds | None = None
    fee: Fee | None = None
    credit: Credit | None = None
    since: date | None = None
    until: date | None = None
    terms: tuple[TermsSettings, ...] = ()

    def in_month(self, month: str) -> "AgreementSettings":
        """What it says in a month: every entry of `terms` up to then is laid over it, in order; none is left."""
        said: dict[str, Any] = {}
        for entry in self.terms:
            if entry.from_ <= month:
                said |= entry.otherwise
        return self.model_copy(update={**said, "terms": ()})

    @property
    def credit_terms(self) -> CreditTerms:
        """What it says of credits."""
        return CreditTerms(
            schedule=None if self.credit is None else self.credit.schedule(),
            fee=None if self.fee is None else self.fee.amount,
            currency=None if self.fee is None else self.fee.currency,
        )


_Kept: TypeAlias = Annotated[WholeSeconds, Field(ge=timedelta(days=90))]


class Retention(Section):
    """How long what is kept is kept: results, and alerts that were delivered or given up. Spans, notices, decisions,
    incidents, books and the ledger stay for ever."""

    results: _Kept = timedelta(days=730)
    messages: _Kept = timedelta(days=730)


class ReviewSending(Section):
    """Who gets the review of the month before, on the first Monday at a wall time of the page's zone."""

    notify: Filled[Identifier]
    at: WallTime = time(9)
    language: Written | None = None  # settings fill in the page's first


class StatementSending(Section):
    """Who gets the statement of each agreement's month when it is closed, and again when it is revised."""

    notify: Filled[Identifier]
    agreements: Filled[Identifier] | None = None  # settings fill in all
    language: Written | None = None  # settings fill in the page's first


class Reports(Section):
    """Reports that are sent by themselves."""

    review: ReviewSending | None = None
    statements: StatementSending | None = None


class Settings(Section):
    """One loaded version of the settings, every default filled in."""

    page: Page = Page()
    server: Server = Server()
    locations: Filled[Location] = (Location(name="local"),)
    controls: tuple[ControlTarget, ...] = ()
    components: Filled[ComponentSettings]
    alerts: Alerts = Alerts()
    retention: Retention = Retention()
    agreements: tuple[AgreementSettings, ...] = ()
    reports: Reports = Reports()
    publish: Text | None = None
    subscriptions: Subscriptions = Subscriptions()
    incidents: Incidents = Incidents()
    maintenance: Maintenance = Maintenance()

    def controls_of(self, location: str) -> tuple[ControlTarget, ...]:
        """What must answer at a location: when none does, its own network is gone."""
        own = next((item.controls for item in self.locations if item.name == location), None)
        return self.controls if own is None else own

    def shortest_slot(self, location: str) -> Seconds:
        """The shortest slot that a location probes in."""
        everies = (
            check.every // timedelta(seconds=1)
            for component in self.components
            for check in component.checks
            if check.locations is None or location in check.locations
        )
        return min(everies, default=60)

    def document(self) -> dict[str, Any]:
        """The settings as JSON values, every default written out, secrets as references."""
        return _written(self)

    def promises(self) -> dict[str, Any]:
        """Of the document what months are judged by and sent by: all but how components are probed."""
        return _written(self, exclude={"components": {"__all__": {"checks"}}})

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the document: equal settings have equal digests, however they are written."""
        return digest_of(self._canonical())

    def _canonical(self) -> Iterator[str]:
        """The document's canonical form, component by component: thousands of checks at once take much memory."""
        rest = _written(self, exclude={"components"})
        before, after = ({key: rest[key] for key in rest if (key < "components") is first} for first in (True, False))
        yield canonical(before).removesuffix("}") + ("," if before else "") + '"components":['
        for number, component in enumerate(self.components):
            yield ("," if number else "") + canonical(_written(component))
        yield "]" + ("," if after else "") + canonical(after).removeprefix("{")


def _written(section: Section, exclude: Any = None) -> dict[str, Any]:
    return section.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=exclude)

"""Alerts as settings write them: channels, rules, escalation. No rule across keys: those are in `alert_checks`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag, model_serializer

from monitor.core.alert import USUAL_RATE, USUAL_WAIT
from monitor.probes.base import Identifier, WallTime
from monitor.settings.section import Section
from monitor.settings.values import Filled, Interval, Link, Text, WholeSeconds

On: TypeAlias = Literal[
    "down", "degraded", "unknown", "uptime", "burn", "month", "certificate", "location", "gap", "credentials", "hub"
]


class EscalationSettings(Section):
    """Whom to tell, too, when nobody has acknowledged so long after the firing."""

    after: Interval
    notify: Filled[Identifier]


class Rule(Section):
    """When to tell whom. Accounting is not touched by it."""

    on: On
    after: Annotated[int, Field(ge=1, le=1000)] | None = None  # default 1, of burn and credentials 2
    clear_after: Annotated[int, Field(ge=1, le=1000)] = 1
    notify: Filled[Identifier]
    components: Filled[Identifier] | None = None
    urgency: Literal["page", "ticket"] | None = None
    remind: Interval | None = None
    escalate: tuple[EscalationSettings, ...] = ()
    over: Interval | None = None
    days: Annotated[int, Field(ge=1, le=365)] | None = None

    @model_serializer(mode="wrap")
    def _short(self, handler: Any) -> dict[str, Any]:
        """Without what says nothing, so that settings of an older version keep their digest."""
        found: dict[str, Any] = handler(self)
        if self.clear_after == 1:
            found.pop("clear_after", None)
        if not self.escalate:
            found.pop("escalate", None)
        if self.after is None and self.on in ("down", "degraded", "unknown"):
            found["after"] = 1
        return found


class QuietSettings(Section):
    """From when to when, on the page's clock, only what is urgent comes through."""

    from_: WallTime = Field(alias="from")
    until: WallTime


def _within_an_hour(length: timedelta) -> timedelta:
    if length > timedelta(hours=1):
        raise ValueError("write 1h or less")
    return length


class RateSettings(Section):
    """At most so many messages at once, then one more each time: within the hour that is looked back."""

    burst: Annotated[int, Field(ge=1, le=1000)] = USUAL_RATE.burst
    every: Annotated[Interval, AfterValidator(_within_an_hour)] = timedelta(milliseconds=USUAL_RATE.interval_ms)


class ChannelWords(Section):
    """Words of one's own, as Jinja templates."""

    title: Text | None = None
    body: Text | None = None


class Channel(Section):
    """Addresses, and how messages are written for them."""

    to: Filled[Text]
    format: Literal["text", "markdown", "html"] = "text"
    language: Literal["en", "id"] | None = None  # settings fill in the page's first
    quiet: QuietSettings | None = None
    rate: RateSettings = RateSettings()
    fallback: Identifier | None = None
    template: ChannelWords = ChannelWords()


def channel_form(value: Any) -> str:
    """Which of the two forms a channel is written in."""
    return "addresses" if isinstance(value, list | tuple) else "channel"


ChannelSettings: TypeAlias = Annotated[
    Annotated[Filled[Text], Tag("addresses")] | Annotated[Channel, Tag("channel")],
    Discriminator(channel_form),
]
"""A list of addresses, or addresses and more."""


class BreachSettings(Section):
    """Who is told when a promised month is lost or about to be, and whether the customer is."""

    agreements: Filled[Identifier] | None = None  # default: all
    notify: Filled[Identifier]
    customer: tuple[Identifier, ...] = ()
    language: Literal["en", "id"] | None = None  # default: the page's first
    lead: Text | None = None
    updates: Interval | None = None


class Alerts(Section):
    """Where messages go, and by which rules."""

    channels: Mapping[Identifier, ChannelSettings] = {}
    rules: tuple[Rule, ...] = ()
    breaches: tuple[BreachSettings, ...] = ()
    wait: WholeSeconds = timedelta(seconds=USUAL_WAIT)
    ping: Link | None = None

    @model_serializer(mode="wrap")
    def _short(self, handler: Any) -> dict[str, Any]:
        """Without a `wait` that is the usual one: settings of an older version keep their digest."""
        found: dict[str, Any] = handler(self)
        if not self.breaches:
            found.pop("breaches", None)
        if self.wait == timedelta(seconds=USUAL_WAIT):
            found.pop("wait", None)
        return found

    def channel(self, name: str) -> Channel:
        """A channel in its long form. Raises KeyError."""
        found = self.channels[name]
        return found if isinstance(found, Channel) else Channel(to=found)

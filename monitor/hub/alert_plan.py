"""From settings to the plan by which alerts are decided and worded."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor.core.alert import Channel, Escalation, Format, On, Plan, Quiet, Rule, Subject, Urgency
from monitor.core.alerting.own import USUAL_BOUND
from monitor.core.allowance import ROLLING_SECONDS
from monitor.core.model import Seconds
from monitor.core.rate import Rate
from monitor.settings import alerts
from monitor.settings.hub import ComponentSettings, Settings

_USUAL_SLOT: Seconds = 60
_USUAL_AFTER = {On.BURN: 2, On.CREDENTIALS: 2}
_USUAL_OVER = {On.HUB: USUAL_BOUND}


def alert_plan(settings: Settings) -> Plan:
    """What alerts are owed by, and how they are written."""
    rules = list(_rules(settings))
    return Plan(
        rules=tuple(rule for rule in rules if rule.on is not On.HUB),
        own=_own(rules),
        channels={name: _channel(settings, name) for name in settings.alerts.channels},
        subjects={component.id: _subject(component) for component in settings.components},
        zone=ZoneInfo(settings.page.zone),
        url=settings.page.url or "",
        wait=seconds(settings.alerts.wait),
    )


def _rules(settings: Settings) -> Iterator[Rule]:
    """The rules; one on uptime tells of its gaps, too, unless another rule does."""
    rules = [_rule(rule) for rule in settings.alerts.rules]
    yield from rules
    if any(rule.on is On.GAP for rule in rules):
        return
    for rule in rules:
        if rule.on is On.UPTIME:
            yield Rule(On.GAP, channels=rule.channels, over=rule.over, components=rule.components)


def _own(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules on the hub itself. Without any, those hear of it who hear of locations, or else of all that is down:
    while the hub is in trouble they hear of nothing else."""
    own = [rule for rule in rules if rule.on is On.HUB]
    others = [rule for rule in rules if rule.on is On.LOCATION] or [
        rule for rule in rules if rule.on is On.DOWN and rule.components is None
    ]
    told = own or [Rule(On.HUB, channels=rule.channels, remind=rule.remind, over=USUAL_BOUND) for rule in others]
    return tuple(dict.fromkeys(told))


def _rule(rule: alerts.Rule) -> Rule:
    on = On(rule.on)
    return Rule(
        on=on,
        after=_USUAL_AFTER.get(on, 1) if rule.after is None else rule.after,
        clear_after=rule.clear_after,
        channels=rule.notify,
        remind=None if rule.remind is None else seconds(rule.remind),
        urgency=None if rule.urgency is None else Urgency(rule.urgency),
        components=None if rule.components is None else frozenset(rule.components),
        over=_USUAL_OVER.get(on, ROLLING_SECONDS) if rule.over is None else seconds(rule.over),
        days=14 if rule.days is None else rule.days,
        escalate=tuple(Escalation(seconds(step.after), step.notify) for step in rule.escalate),
    )


def _channel(settings: Settings, name: str) -> Channel:
    channel, zone = settings.alerts.channel(name), ZoneInfo(settings.page.zone)
    quiet = channel.quiet
    return Channel(
        targets=channel.to,
        rate=Rate(channel.rate.burst, seconds(channel.rate.every) * 1000),
        quiet=None if quiet is None else Quiet(quiet.from_, quiet.until, zone),
        fallback=channel.fallback,
        format=Format(channel.format),
        language=channel.language or settings.page.written,
        title=channel.template.title or "",
        body=channel.template.body or "",
    )


def _subject(component: ComponentSettings) -> Subject:
    everies = [seconds(check.every) for check in component.checks if check.critical]
    return Subject(
        name=component.name or component.id,
        depends_on=component.depends_on or (),
        every=min(everies, default=_USUAL_SLOT),
        runbook=component.runbook or "",
    )


def seconds(length: timedelta) -> Seconds:
    return length // timedelta(seconds=1)

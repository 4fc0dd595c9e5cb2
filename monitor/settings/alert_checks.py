"""Rules about alerts that look at more than one key: names that are there, keys that belong to their rule, cycles."""

from collections.abc import Callable, Sequence

from monitor.settings.findings import Findings, texts
from monitor.settings.nodes import Node, Place, walk
from monitor.settings.wording import near

RULES = (
    "down",
    "degraded",
    "unknown",
    "uptime",
    "burn",
    "month",
    "certificate",
    "location",
    "gap",
    "credentials",
    "hub",
)
_JUDGED = ("uptime", "burn")
_BELONGS = {
    "over": ("uptime", "gap", "hub"),
    "days": ("certificate",),
    "after": ("down", "degraded", "unknown", "burn", "credentials"),
    "clear_after": ("down", "degraded", "unknown"),
    "components": tuple(name for name in RULES if name not in ("location", "hub")),
    # Whoever acknowledges is noted in the database; a second rule with a longer `over` tells others later.
    "escalate": tuple(name for name in RULES if name != "hub"),
}
"""The rules that a key says something to."""


def channel_names(root: Node) -> list[str]:
    """The names of the channels, as far as they can be read."""
    alerts = root.get("alerts")
    channels = None if alerts is None else alerts.get("channels")
    return [] if channels is None else [str(name) for name, _ in channels.children()]


def check_alerts(
    findings: Findings,
    components: Sequence[str],
    agreements: Sequence[str],
    wrong_address: Callable[[str], str | None],
    wrong_template: Callable[[str], str | None],
) -> None:
    """All of `alerts`. `wrong_…` say what is wrong with an address, or with a template; None for nothing."""
    alerts = findings.root.get("alerts")
    if alerts is None:
        return
    names = channel_names(findings.root)
    channels = alerts.get("channels")
    for name, channel in [] if channels is None else channels.children():
        _check_channel(findings, channel, ("alerts", "channels", name), names, wrong_address, wrong_template)
    for number, breach in enumerate(alerts.items("breaches")):
        place: Place = ("alerts", "breaches", number)
        _check_names(findings, breach, place, names)
        for where, name in texts(breach, "customer", place):
            findings.known(where, name, names, "channel")
        for where, name in texts(breach, "agreements", place):
            findings.known(where, name, agreements, "agreement")
    seen: dict[str, int] = {}
    for number, rule in enumerate(alerts.items("rules")):
        _check_rule(findings, rule, ("alerts", "rules", number), names, components, seen)


def check_dependencies(findings: Findings, components: Sequence[str]) -> None:
    """What components depend on is there, and none depends on itself, over whatever steps."""
    depends: dict[str, list[tuple[Place, str]]] = {}
    for number, component in enumerate(findings.root.items("components")):
        listed = texts(component, "depends_on", ("components", number))
        findings.once(listed)
        for where, name in listed:
            findings.known(where, name, components, "component")
        depends[component.text("id") or ""] = listed
    known: set[frozenset[str]] = set()
    for start, listed in depends.items():
        for where, name in listed:
            way = _way_back(start, name, depends)
            if way is not None and frozenset(way) not in known:
                known.add(frozenset(way))
                findings.mistake(
                    where, f"{start} would depend on itself: {' → '.join([start, *way])}; cut one of these"
                )


def _way_back(start: str, first: str, depends: dict[str, list[tuple[Place, str]]]) -> list[str] | None:
    """The steps from `first` back to `start`; None where there are none."""
    ways = {first: [first]}
    waiting = [first]
    while waiting:
        here = waiting.pop()
        if here == start:
            return ways[here]
        for _, name in depends.get(here, ()):
            if name not in ways:
                ways[name] = [*ways[here], name]
                waiting.append(name)
    return None


def _check_channel(
    findings: Findings,
    channel: Node,
    place: Place,
    names: Sequence[str],
    wrong_address: Callable[[str], str | None],
    wrong_template: Callable[[str], str | None],
) -> None:
    addresses = channel if isinstance(channel.value, list) else channel.get("to")
    for where, node in [] if addresses is None else walk(addresses, place if addresses is channel else (*place, "to")):
        wrong = wrong_address(node.value) if isinstance(node.value, str) else None
        if wrong is not None:
            findings.mistake(where, wrong)
    fallback = channel.text("fallback")
    if fallback is not None:
        findings.known((*place, "fallback"), fallback, names, "channel")
        if fallback == place[-1]:
            findings.mistake((*place, "fallback"), "a channel cannot stand in for itself; name another one")
    quiet = channel.get("quiet")
    if quiet is not None and quiet.text("from") is not None and quiet.text("from") == quiet.text("until"):
        findings.mistake((*place, "quiet"), "from and until are the same; leave quiet out, or write two times")
    template = channel.get("template")
    for key in ("title", "body"):
        text = None if template is None else template.text(key)
        wrong = None if text is None else wrong_template(text)
        if wrong is not None:
            findings.mistake((*place, "template", key), wrong)


def _check_rule(
    findings: Findings,
    rule: Node,
    place: Place,
    channels: Sequence[str],
    components: Sequence[str],
    seen: dict[str, int],
) -> None:
    on = rule.text("on")
    if on is not None and on not in RULES:
        findings.mistake((*place, "on"), f"there is no rule on {on}; {near(on, RULES)}")
    for key, rules in _BELONGS.items():
        if rule.get(key) is not None and on in RULES and on not in rules:
            findings.mistake((*place, key), f"{key} says nothing to a rule on {on}; remove it")
    if on in _JUDGED and not any(item.get("objective") for item in findings.root.items("components")):
        findings.warn((*place, "on"), f"no component has an objective, so nothing can fire a rule on {on}")
    if rule.get("escalate") is not None and _page_url(findings.root) is None:
        said = "without page.url messages hold no link to acknowledge by; `janji alert ack` works"
        findings.warn((*place, "escalate"), said)
    _check_names(findings, rule, place, channels)
    for number, step in enumerate(rule.items("escalate")):
        _check_names(findings, step, (*place, "escalate", number), channels)
    named = texts(rule, "components", place)
    findings.once(named)
    for where, name in named:
        findings.known(where, name, components, "component")
    told = sorted(name for _, name in texts(rule, "notify", place))
    parts = [_plain(rule, key) for key in ("over", "days", "urgency")]
    key = str((on, _plain(rule, "after") or 1, *parts, told, sorted(name for _, name in named)))
    if on is not None and key in seen:
        findings.mistake(place, f"this rule says the same as the one on line {seen[key]}; keep one")
    seen.setdefault(key, rule.line)


def _plain(node: Node, key: str) -> object:
    """The value under a key; None where there is none."""
    below = node.get(key)
    return None if below is None else below.plain()


def _page_url(root: Node) -> str | None:
    page = root.get("page")
    return None if page is None else page.text("url")


def _check_names(findings: Findings, node: Node, place: Place, channels: Sequence[str]) -> None:
    notify = texts(node, "notify", place)
    findings.once(notify)
    for where, name in notify:
        findings.known(where, name, channels, "channel")

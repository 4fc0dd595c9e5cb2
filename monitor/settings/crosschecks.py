"""Rules that look at more than one key, on the file's nodes: none hides another, nor what the models say.

What cannot be read here is left to the models, which say so.
"""

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from monitor.core.secret import references
from monitor.probes import KINDS
from monitor.settings.agreements import check_agreement, check_dates, steps
from monitor.settings.alert_checks import channel_names, check_alerts, check_dependencies
from monitor.settings.findings import Findings, duration, share, texts
from monitor.settings.heartbeat import check_heartbeat
from monitor.settings.incidents import check_incidents
from monitor.settings.maintenance import check_maintenance
from monitor.settings.nodes import Node, Place, walk
from monitor.settings.page import check_page
from monitor.settings.reported import check_reported
from monitor.settings.secrets import check_secrets
from monitor.settings.sending import check_reports
from monitor.settings.subscriptions import check_subscriptions
from monitor.settings.timing import check_resolution, check_slot, is_critical
from monitor.settings.ways import check_ways
from monitor.settings.wording import near

DEFAULT_LOCATION = "local"


@dataclass(frozen=True, slots=True)
class World:
    """What settings cannot know by themselves: zones, secrets that are set, what is wrong with a channel's URL."""

    zones: Callable[[str], bool]
    secrets: Callable[[str], bool]
    check_channel: Callable[[str], str | None] | None
    strict: bool = False  # a reference that is not set is a mistake
    check_template: Callable[[str], str | None] = lambda _text: None
    languages: tuple[str, ...] = ()  # that the page can speak


def has_zone(name: str) -> bool:
    """Whether the zone data of this process know a name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def run(findings: Findings, world: World) -> None:
    """All rules across keys."""
    root = findings.root
    _check_nulls(findings)
    check_secrets(findings, world.secrets, strict=world.strict)
    _check_page(findings, world)
    _check_server(findings)
    _check_locations(findings)
    check_ways(findings)
    components = _ids(root, "components")
    for number, component in enumerate(root.items("components")):
        _check_component(findings, component, ("components", number), world)
    _check_ids(findings, components)
    names = [name for _, name in components]
    check_dependencies(findings, names)
    agreements = _ids(root, "agreements")
    promised = [name for _, name in agreements]
    check_alerts(findings, names, promised, lambda text: _wrong_address(text, world), world.check_template)
    findings.unique(agreements, "agreement")
    check_incidents(findings, channel_names(root))
    check_maintenance(findings, channel_names(root))
    check_subscriptions(findings)
    check_reports(findings, channel_names(root), [name for _, name in agreements])
    for number, agreement in enumerate(root.items("agreements")):
        check_agreement(
            findings,
            agreement,
            ("agreements", number),
            names,
            lambda place, node: _check_zone(findings, place, node, world),
        )


def _ids(root: Node, section: str, key: str = "id") -> list[tuple[Place, str]]:
    found = ((number, item.text(key)) for number, item in enumerate(root.items(section)))
    return [((section, number, key), name) for number, name in found if name is not None]


def _check_nulls(findings: Findings) -> None:
    """A key without a value is a mistake, except where JSON's null is expected."""
    for place, node in walk(findings.root):
        if node.value is None and not ("expect" in place and "json" in place):
            findings.mistake(place, "there is no value here; write one, or leave the key out")


def _check_zone(findings: Findings, place: Place, node: Node, world: World) -> None:
    zone = node.text("zone")
    if zone is not None and not world.zones(zone):
        hint = near(zone, sorted(zoneinfo.available_timezones()))
        hint = hint if hint.startswith("did") else "write one such as Asia/Jakarta"
        findings.mistake((*place, "zone"), f"there is no zone {zone}; {hint}")


def _check_page(findings: Findings, world: World) -> None:
    page = findings.root.get("page")
    if page is None:
        return
    _check_zone(findings, ("page",), page, world)
    check_page(findings, page, world.languages, _size)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except (OSError, ValueError):
        return None


def _check_server(findings: Findings) -> None:
    server = findings.root.get("server")
    if server is None:
        return
    listen, admin = server.text("listen") or "127.0.0.1:8000", server.text("admin") or "127.0.0.1:8001"
    if listen == admin and not listen.endswith(":0"):
        key = "admin" if server.get("admin") is not None else "listen"
        findings.mistake(("server", key), "listen and admin are the same address; give admin a port of its own")


def _check_locations(findings: Findings) -> None:
    findings.unique(_ids(findings.root, "locations", "name"), "location")


def _check_ids(findings: Findings, components: list[tuple[Place, str]]) -> None:
    findings.unique(components, "component")
    earlier = _ids(findings.root, "components", "was")
    findings.once(earlier)
    for place, was in earlier:
        if was in {name for _, name in components}:
            findings.mistake(
                place, f"{was} is still the id of a component here; was takes the history of one that is gone"
            )


def location_names(root: Node) -> list[str]:
    """The names that checks may use."""
    if root.get("locations") is None:
        return [DEFAULT_LOCATION]
    return [name for _, name in _ids(root, "locations", "name")]


def at_hub(root: Node) -> list[str]:
    """The names of the locations in the hub's own process."""
    if root.get("locations") is None:
        return [DEFAULT_LOCATION]
    found = ((item.text("name"), item.get("agent")) for item in root.items("locations"))
    return [name for name, agent in found if name is not None and (agent is None or agent.value is not True)]


def _check_component(findings: Findings, component: Node, place: Place, world: World) -> None:
    check_dates(findings, component, place)
    if component.text("source") == "reported":
        check_reported(findings, component, place)
    elif component.get("checks") is None and isinstance(component.value, dict):
        findings.mistake((*place, "checks"), "this key is missing")
    elif (written := component.get("checks")) is not None and written.value == []:
        findings.mistake((*place, "checks"), "this list is empty; write at least one")
    checks = component.items("checks")
    target = _strictest(findings.root, component)
    for number, check in enumerate(checks):
        where = (*place, "checks", number)
        check_slot(findings, check, where)
        _check_kind(findings, check, where)
        _check_witnesses(findings, check, where)
        _check_slower_than(findings, check, where)
        check_heartbeat(
            findings, check, where, at_hub(findings.root), lambda at, node: _check_zone(findings, at, node, world)
        )
        if target is not None:
            check_resolution(findings, check, where, target)
    _check_names(findings, checks, (*place, "checks"))
    if checks and all(is_critical(check) is False for check in checks):
        findings.mistake(
            (*place, "checks"), "none of these is critical, so nothing tells the state; write critical: true on one"
        )


def _strictest(root: Node, component: Node) -> tuple[Fraction, str] | None:
    """The highest target the component is held to, and whose it is."""
    own = share(component.get("objective"))
    found = [] if own is None else [(own, "its objective")]
    for agreement in root.items("agreements"):
        for step in steps(agreement, ()):
            promised = share(step.whole.get("target"))
            names = [name for _, name in texts(step.whole, "components", ())]
            if promised is not None and component.text("id") in names:
                found.append((promised, f"agreement {agreement.text('id')}"))
    return max(found, default=None, key=lambda item: item[0])


def _check_kind(findings: Findings, check: Node, place: Place) -> None:
    if not isinstance(check.value, dict):
        findings.mistake(place, "write keys and values, beginning with kind")
        return
    kind = check.get("kind")
    known = ", ".join(KINDS)
    if kind is None:
        findings.mistake((*place, "kind"), f"this key is missing; known here: {known}")
    elif not isinstance(kind.value, str) or kind.value not in KINDS:
        findings.mistake((*place, "kind"), f"there is no kind {kind.plain()}; {near(kind.value, list(KINDS))}")


def _check_names(findings: Findings, checks: list[Node], place: Place) -> None:
    """Ids, the kind standing in for a missing one, are unique."""
    first: dict[str, int] = {}
    for number, check in enumerate(checks):
        written = check.text("id")
        name = written or (check.text("kind") if check.get("id") is None else None)
        if name is None:
            continue
        if name in first:
            key = "kind" if written is None else "id"
            told = "give this one an id" if written is None else "give this one another id"
            findings.mistake((*place, number, key), f"the check on line {first[name]} is called {name} too; {told}")
        first.setdefault(name, check.line)


def _check_witnesses(findings: Findings, check: Node, place: Place) -> None:
    """Locations exist, and there are as many as the vote asks for."""
    names = location_names(findings.root)
    listed = texts(check, "locations", place)
    findings.once(listed)
    for where, name in listed:
        findings.known(where, name, names, "location")
    written = check.get("locations")
    if written is not None and written.value == []:
        findings.mistake((*place, "locations"), "nobody probes from nowhere; name a location, or leave the key out")
    kind = KINDS.get(check.text("kind") or "")
    if kind is not None and kind.at_hub:
        names = at_hub(findings.root)[:1]
    count = len(names) if written is None else len(listed)
    vote = check.get("vote")
    if count and vote is not None and type(vote.value) is int and vote.value > count:
        number = "1 location" if count == 1 else f"{count} locations"
        findings.mistake((*place, "vote"), f"{vote.value} votes cannot come from {number}; write {count} or less")
    if count == 2:
        where = ("locations",) if written is None else (*place, "locations")
        findings.warn(where, "two locations are worse than one: when they differ nobody decides; use 1 or 3")


def _check_slower_than(findings: Findings, check: Node, place: Place) -> None:
    expect = check.get("expect")
    slow = duration(expect, "slower_than") if expect is not None else None
    timeout = duration(check, "timeout")
    if slow is not None and timeout is not None and slow >= timeout:
        findings.warn((*place, "expect", "slower_than"), "no answer comes later than timeout, so this is never reached")


def _wrong_address(text: str, world: World) -> str | None:
    """What is wrong with the address of a channel; of a reference only its own place tells."""
    return None if references(text) or world.check_channel is None else world.check_channel(text)

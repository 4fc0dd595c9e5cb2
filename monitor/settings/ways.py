"""Rules about how a location's probes leave: from an address, through a proxy; and which checks can keep to that."""

from collections.abc import Iterator

from monitor.probes import KINDS
from monitor.probes.base import ANY_WAY
from monitor.settings.findings import Findings, texts
from monitor.settings.nodes import Node, Place


def check_ways(findings: Findings) -> None:
    """An agent's way is its own machine's; a check at a location keeps to the location's way."""
    ways: dict[str, list[str]] = {}
    for number, location in enumerate(findings.root.items("locations")):
        keys = [key for key in sorted(ANY_WAY) if location.get(key) is not None]
        agent = location.get("agent")
        if agent is not None and agent.value is True:
            for key in keys:
                findings.mistake(
                    ("locations", number, key),
                    f"{key} is for locations of the hub; an agent leaves as its machine does",
                )
        elif (name := location.text("name")) is not None:
            ways[name] = keys
    for place, check in _checks(findings.root):
        _check_kind(findings, place, check, ways)


def _check_kind(findings: Findings, place: Place, check: Node, ways: dict[str, list[str]]) -> None:
    kind = KINDS.get(check.text("kind") or "")
    if kind is None or kind.at_hub:
        return
    listed = texts(check, "locations", place)
    named = listed if check.get("locations") is not None else [((*place, "kind"), name) for name in ways]
    for where, name in named:
        strange = [key for key in ways.get(name, ()) if key not in kind.leaves_by]
        if strange:
            findings.mistake(
                where,
                f"checks of kind {check.text('kind')} cannot keep to the {strange[0]} of {name}; "
                "name other locations for this one",
            )


def _checks(root: Node) -> Iterator[tuple[Place, Node]]:
    for number, component in enumerate(root.items("components")):
        for index, check in enumerate(component.items("checks")):
            yield ("components", number, "checks", index), check

"""Rules about components that are not probed: their vendors' reports are all that is known of them."""

from monitor.settings.findings import Findings
from monitor.settings.nodes import Node, Place


def check_reported(findings: Findings, component: Node, place: Place) -> None:
    """Nothing of it is about probing; without `since` no month before the present one can be entered."""
    if component.get("checks") is not None:
        findings.mistake(
            (*place, "checks"),
            "a reported component is not probed; remove checks, or source. What you probe is a component of its own",
        )
    if component.get("bridge") is not None:
        findings.mistake((*place, "bridge"), "a vendor's report has no gaps to bridge; remove bridge")
    if component.get("since") is None:
        findings.warn(
            (*place, "source"),
            "without since it is in service only from when this is first loaded; write since: with the first day "
            "that its vendor will report",
        )

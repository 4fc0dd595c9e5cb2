"""Rules about reports that send themselves: channels and agreements that are there."""

from collections.abc import Sequence

from monitor.settings.findings import Findings, texts
from monitor.settings.nodes import Node


def check_reports(findings: Findings, channels: Sequence[str], agreements: Sequence[str]) -> None:
    """All of `reports`, given the names that it may use."""
    reports = findings.root.get("reports")
    if reports is None:
        return
    for name, section in reports.children():
        if isinstance(section.value, dict):
            _check_section(findings, str(name), section, channels, agreements)
    statements = reports.get("statements")
    if statements is not None and not agreements:
        findings.mistake(
            ("reports", "statements"), "there are no agreements to send statements of; add one, or remove it"
        )


def _check_section(
    findings: Findings, name: str, section: Node, channels: Sequence[str], agreements: Sequence[str]
) -> None:
    place = ("reports", name)
    notify, named = texts(section, "notify", place), texts(section, "agreements", place)
    findings.once(notify)
    findings.once(named)
    for where, channel in notify:
        findings.known(where, channel, channels, "channel")
    if agreements:
        for where, agreement in named:
            findings.known(where, agreement, agreements, "agreement")

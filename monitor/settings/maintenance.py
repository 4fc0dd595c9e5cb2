"""What the settings say of maintenance: who is told when it is past its announced end."""

from collections.abc import Sequence

from monitor.probes.base import Identifier
from monitor.settings.findings import Findings, texts
from monitor.settings.section import Section


class Maintenance(Section):
    """Who is told that an announced end has come and nobody completed the work."""

    notify: tuple[Identifier, ...] = ()


def check_maintenance(findings: Findings, channels: Sequence[str]) -> None:
    """The channels are there, each once."""
    section = findings.root.get("maintenance")
    notify = [] if section is None else texts(section, "notify", ("maintenance",))
    findings.once(notify)
    for where, name in notify:
        findings.known(where, name, channels, "channel")

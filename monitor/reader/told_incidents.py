"""The public incidents that touched a stretch of time, as reports tell of them: of this moment, drafts left out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from monitor.core.model import Interval, Seconds
from monitor.reader.incident_views import IncidentView
from monitor.reader.incidents import IncidentReader
from monitor.settings.hub import Settings
from monitor.storage.store import Store


@dataclass(frozen=True, slots=True)
class ToldIncidents:
    """Oldest first; `severities` are labels by rank, 1 being the gravest."""

    items: tuple[IncidentView, ...] = ()
    severities: Mapping[int, str] = field(default_factory=dict)

    @property
    def by_severity(self) -> Mapping[int, int]:
        """How many of each severity, the gravest first."""
        ranks = [item.severity for item in self.items]
        return {rank: ranks.count(rank) for rank in sorted(set(ranks))}

    def label(self, rank: int) -> str:
        """What people call a severity; its rank where the settings no longer say."""
        return self.severities.get(rank, str(rank))


NO_INCIDENTS = ToldIncidents()


def told_incidents(
    store: Store, settings: Settings, within: Interval, now: Seconds, components: Collection[str] | None = None
) -> ToldIncidents:
    """Those that were told in a stretch of time, of these components (None: all) or of none in particular."""
    found = [
        item
        for item in IncidentReader(store, settings).public(now, since=within.start)
        if not item.moved
        and item.started < within.end
        and (components is None or not item.component_ids or set(components) & set(item.component_ids))
    ]
    labels = {item.rank: item.label for item in settings.incidents.ranks()}
    return ToldIncidents(tuple(sorted(found, key=lambda item: (item.started, item.id))), labels)

"""Keeps since when the locations in this process are blind, where agents' contacts are kept: one place to look."""

from collections.abc import Mapping

from monitor import __version__
from monitor.core.contact import Contact, Waiting
from monitor.core.model import Seconds
from monitor.storage.store import Store

_SAID_AGAIN: Seconds = 60
"""What goes on is said again, so that it can be told from what a hub said before it stopped."""

_NOTHING_WAITS = Waiting(skew_ms=0, backlog=0, dropped=0, oldest=None)


class Sights:
    """Writes what changed; in the writer's thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: dict[str, tuple[Seconds | None, Seconds]] = {}

    def begin(self) -> None:
        """When this hub begins to lead: what stands may be what another one saw from where it is."""
        self._told = {}

    def note(self, blind: Mapping[str, Seconds | None], now: Seconds) -> bool:
        """Keeps since when each location is blind (None: it sees); says whether any became so, or sees again."""
        turned = False
        for location, since in blind.items():
            known = location in self._told  # at first what an earlier process said is written over
            before, at = self._told.get(location, (None, now))
            if known and since == before and (since is None or now - at < _SAID_AGAIN):
                continue
            turned = turned or since != before
            self._store.contacts.note(Contact(location, now, 0, __version__, _NOTHING_WAITS, blind_since=since))
            self._told[location] = (since, now)
        return turned

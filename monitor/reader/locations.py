"""How each location does: when it was last heard of, what it holds back, what ails it, what its own answers were."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.core.backlog import NOTHING_LOST, Loss, together
from monitor.core.contact import Contact, lag
from monitor.core.model import Seconds, State
from monitor.core.trouble import Ailing, Trouble, ailing
from monitor.settings.hub import Location, Settings
from monitor.storage.store import Store

_DAY: Seconds = 86_400


@dataclass(frozen=True, slots=True)
class LocationView:
    """One location. `contacts` are of its agents, one for each part of its checks; `own` is the share of good ones
    among its own answers of the last 24 h, which no figure is made of; None where it measured nothing."""

    name: str
    label: str | None
    public: bool
    agent: bool
    last_seen: Seconds | None
    lag_seconds: Seconds
    contacts: tuple[Contact, ...]
    troubles: tuple[Ailing, ...]
    own: Fraction | None
    lost: Loss  # by its agents, and by the spools of hubs that probed it themselves

    def has(self, trouble: Trouble) -> bool:
        """Whether any part of it has this trouble."""
        return any(item.trouble is trouble for item in self.troubles)


def locations(store: Store, settings: Settings, now: Seconds) -> list[LocationView]:
    """Those of the settings, in their order."""
    contacts, seen, lost = store.contacts.all(), store.contacts.answers(now - _DAY, now), store.losses.all()
    return [
        _view(item, contacts.get(item.name, ()), seen.get(item.name, {}), lost.get(item.name, NOTHING_LOST), now)
        for item in settings.locations
    ]


def troubles(store: Store, settings: Settings, listening: Seconds, now: Seconds) -> list[Ailing]:
    """What ails the locations of the settings, in their order. `listening`: since when agents could be heard."""
    contacts = store.contacts.all()
    return [
        found
        for item in settings.locations
        for found in ailing(item.name, contacts.get(item.name, ()), agent=item.agent, listening=listening, now=now)
    ]


def _view(
    item: Location, contacts: tuple[Contact, ...], answers: dict[State, tuple[int, Seconds]], lost: Loss, now: Seconds
) -> LocationView:
    said = _current(contacts) if item.agent else ()
    newest = max((slot for _, slot in answers.values()), default=None)
    return LocationView(
        name=item.name,
        label=item.label,
        public=item.public,
        agent=item.agent,
        last_seen=max((contact.seen_at for contact in said), default=None) if item.agent else newest,
        lag_seconds=max(map(lag, said), default=0),
        contacts=said,
        troubles=tuple(ailing(item.name, contacts, agent=item.agent, listening=0, now=now)),
        own=_share({state: count for state, (count, _) in answers.items()}),
        lost=together([lost, *(contact.lost for contact in said)]),
    )


def _current(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """Of the agents that divide the checks as whoever spoke last does: others divided them before."""
    newest = max(contacts, key=lambda contact: contact.seen_at, default=None)
    return tuple(contact for contact in contacts if newest is not None and contact.part.of == newest.part.of)


def _share(counts: dict[State, int]) -> Fraction | None:
    good = counts.get(State.UP, 0) + counts.get(State.DEGRADED, 0)
    measured = good + counts.get(State.DOWN, 0)
    return Fraction(good, measured) if measured else None


def ailing_names(found: Sequence[LocationView]) -> list[str]:
    """Those that do not report at present, wholly or in part."""
    return [item.name for item in found if item.troubles]

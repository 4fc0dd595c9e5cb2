"""How each location does: when it was last heard of, what it holds back, and what its own answers were."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.core.contact import Contact, is_silent, lag
from monitor.core.model import Seconds, State
from monitor.settings.hub import Location, Settings
from monitor.storage.store import Store

_DAY: Seconds = 86_400


@dataclass(frozen=True, slots=True)
class LocationView:
    """One location. `contact` is of an agent; `own` is the share of good ones among its own answers of the last 24 h,
    which no figure is made of; None where it measured nothing."""

    name: str
    label: str | None
    public: bool
    agent: bool
    last_seen: Seconds | None
    silent: bool
    lag_seconds: Seconds
    contact: Contact | None
    own: Fraction | None


def locations(store: Store, settings: Settings, now: Seconds) -> list[LocationView]:
    """Those of the settings, in their order."""
    contacts, seen = store.contacts.all(), store.contacts.answers(now - _DAY, now)
    return [_view(item, contacts.get(item.name), seen.get(item.name, {}), now) for item in settings.locations]


def _view(
    item: Location, contact: Contact | None, answers: dict[State, tuple[int, Seconds]], now: Seconds
) -> LocationView:
    contact = contact if item.agent else None
    newest = max((slot for _, slot in answers.values()), default=None)
    heard = contact.seen_at if contact is not None else None
    return LocationView(
        name=item.name,
        label=item.label,
        public=item.public,
        agent=item.agent,
        last_seen=heard if item.agent else newest,
        silent=item.agent and is_silent(heard, 0, now),
        lag_seconds=0 if contact is None else lag(contact),
        contact=contact,
        own=_share({state: count for state, (count, _) in answers.items()}),
    )


def _share(counts: dict[State, int]) -> Fraction | None:
    good = counts.get(State.UP, 0) + counts.get(State.DEGRADED, 0)
    measured = good + counts.get(State.DOWN, 0)
    return Fraction(good, measured) if measured else None


def silent_names(found: Sequence[LocationView]) -> list[str]:
    """Those that do not report at present."""
    return [item.name for item in found if item.silent]

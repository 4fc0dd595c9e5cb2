"""Telling channels what stands, as the hub does each second, without its threads."""

from monitor.core.alert import Plan
from monitor.core.alerting.dispatch import Decisions, decide
from monitor.core.alerting.holding import World
from monitor.core.model import Seconds
from monitor.hub.dispatching import in_words
from monitor.storage.store import Store


def decided(store: Store, plan: Plan, now: Seconds) -> Decisions:
    """What is to be told now, by what stands in the store."""
    standing = store.alerts.standing(now, plan.all_causes)
    if standing is None:
        return Decisions()
    maintenance = store.alerts.maintenance(now)
    world = World(plan, standing.silences, maintenance, standing.watermarks, standing.recent, standing.down)
    return decide(standing.episodes, world, now)


def tell(store: Store, plan: Plan, now: Seconds) -> list[str]:
    """Owes what is to be told now; the titles."""
    found = decided(store, plan, now)
    letters = [in_words(letter, plan, {}) for letter in found.letters]
    store.alerts.tell(found, letters, now)
    return [letter.message.title for letter in letters]

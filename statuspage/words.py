"""What the page says: the state sentence, what is said under it, and the labels of the states.

Pure rules over views. Sentences hold no time and no figure (counts are words), so equal states give equal text.
"""

from collections.abc import Sequence
from enum import StrEnum

from monitor.core.model import FailureKind, State
from monitor.reader.views import ComponentView, PageView
from statuspage.language import N_, Language


class Standing(StrEnum):
    """How a component, or the whole page, stands. The page stands as its worst component does."""

    DOWN = "down"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    PAUSED = "paused"  # not probed for the time being, by somebody's decision
    MAINTENANCE = "maintenance"
    UP = "up"
    STARTING = "starting"  # of the page only: nothing was ever measured
    REPORTED = "reported"  # not probed: nobody knows how it is now, and that is no trouble of ours


WORST_FIRST = (Standing.DOWN, Standing.DEGRADED, Standing.UNKNOWN, Standing.PAUSED, Standing.MAINTENANCE)

LABELS = {
    State.UP: N_("Operational"),
    State.DEGRADED: N_("Degraded"),
    State.DOWN: N_("Down"),
    State.UNKNOWN: N_("Not measured"),
}

ONE = {
    Standing.DOWN: N_("%(name)s is down"),
    Standing.DEGRADED: N_("%(name)s is degraded"),
    Standing.UNKNOWN: N_("We could not measure %(name)s"),
    Standing.PAUSED: N_("%(name)s is not being checked"),
    Standing.MAINTENANCE: N_("%(name)s is under maintenance"),
}
TWO = {
    Standing.DOWN: N_("%(names)s are down"),
    Standing.DEGRADED: N_("%(names)s are degraded"),
    Standing.UNKNOWN: N_("We could not measure %(names)s"),
    Standing.PAUSED: N_("%(names)s are not being checked"),
    Standing.MAINTENANCE: N_("%(names)s are under maintenance"),
}
SEVERAL = {
    Standing.DOWN: N_("%(count)s services are down"),
    Standing.DEGRADED: N_("%(count)s services are degraded"),
    Standing.UNKNOWN: N_("%(count)s services could not be measured"),
    Standing.PAUSED: N_("%(count)s services are not being checked"),
    Standing.MAINTENANCE: N_("%(count)s services are under maintenance"),
}
ALL = {
    Standing.DOWN: N_("All services are down"),
    Standing.DEGRADED: N_("All services are degraded"),
    Standing.UNKNOWN: N_("No service could be measured"),
    Standing.PAUSED: N_("No service is being checked"),
    Standing.MAINTENANCE: N_("All services are under maintenance"),
}
SLOW_ONE = N_("%(name)s is responding slowly")
SLOW_TWO = N_("%(names)s are responding slowly")
SLOW_SEVERAL = N_("%(count)s services are responding slowly")
SLOW_ALL = N_("All services are responding slowly")

COUNTS = (
    N_("Three"),
    N_("Four"),
    N_("Five"),
    N_("Six"),
    N_("Seven"),
    N_("Eight"),
    N_("Nine"),
    N_("Ten"),
)
MANY = N_("Many")


def standing_of(component: ComponentView, *, stale: bool = False) -> Standing:
    """Maintenance and silence never hide `down`; a window is only said of what works meanwhile."""
    match component.state:
        case _ if component.reported:
            return Standing.REPORTED
        case State.DOWN:
            return Standing.DOWN
        case State.UNKNOWN:
            return Standing.UNKNOWN if component.paused_until is None else Standing.PAUSED
        case _ if stale:
            return Standing.UNKNOWN
        case State.DEGRADED:
            return Standing.DEGRADED
        case _:
            return Standing.MAINTENANCE if component.in_maintenance else Standing.UP


def page_standing(view: PageView) -> Standing:
    """The worst standing of the components that are probed; `starting` before their first result."""
    probed = [component for component in view.components if not component.reported]
    if view.components and not probed:
        return Standing.REPORTED
    if all(component.since is None for component in probed):
        return Standing.STARTING
    found = {standing_of(component, stale=view.stale) for component in probed}
    return next((standing for standing in WORST_FIRST if standing in found), Standing.UP)


def state_sentence(view: PageView, language: Language) -> str:
    """The page's one sentence, without a full stop: `Web dashboard is responding slowly`."""
    match page_standing(view):
        case Standing.STARTING:
            return language.say("The first measurements are on their way")
        case Standing.REPORTED:
            return language.say("All services here are reported by their vendors")
        case Standing.UP if _standing_so(view, Standing.REPORTED):
            return language.say("All services that we measure are working")
        case Standing.UP:
            return language.say("All services are working")
        case standing:
            return _sentence(standing, _standing_so(view, standing), len(view.components), language)


def other_sentences(view: PageView, language: Language) -> list[str]:
    """What else is so, each with its full stop: lesser troubles, then `Everything else is working.`"""
    worst = page_standing(view)
    if worst in (Standing.STARTING, Standing.REPORTED, Standing.UP):
        return []
    lesser = WORST_FIRST[WORST_FIRST.index(worst) + 1 :]
    held = [(standing, _standing_so(view, standing)) for standing in lesser]
    said = [
        _sentence(standing, components, len(view.components), language) + "."
        for standing, components in held
        if components
    ]
    if _standing_so(view, Standing.UP):
        others = language.say("Everything else is working.")
        if _standing_so(view, Standing.REPORTED):
            others = language.say("Everything else that we measure is working.")
        said.append(others)
    return said


def component_sentence(component: ComponentView, standing: Standing, language: Language) -> str:
    """`Web dashboard is down`: the sentence as if it stood alone."""
    return _sentence(standing, [component], 2, language)


def _standing_so(view: PageView, standing: Standing) -> list[ComponentView]:
    return [c for c in view.components if standing_of(c, stale=view.stale) is standing]


def _sentence(standing: Standing, components: Sequence[ComponentView], total: int, language: Language) -> str:
    one, two, several, everything = _forms(standing, components)
    names = [component.name for component in components]
    if len(names) == 1:
        return language.say(one, name=names[0])
    if len(names) == 2:
        return language.say(two, names=language.join(names))
    if len(names) == total:
        return language.say(everything)
    word = COUNTS[len(names) - 3] if len(names) - 3 < len(COUNTS) else MANY
    return language.say(several, count=language.say(word))


def _forms(standing: Standing, components: Sequence[ComponentView]) -> tuple[str, str, str, str]:
    slow = all(component.reason is FailureKind.SLOW for component in components)
    if standing is Standing.DEGRADED and slow:
        return SLOW_ONE, SLOW_TWO, SLOW_SEVERAL, SLOW_ALL
    return ONE[standing], TWO[standing], SEVERAL[standing], ALL[standing]

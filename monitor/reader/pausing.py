"""What somebody who pauses or resumes a component is told, and whether it can be paused at all."""

from monitor.core.model import Seconds
from monitor.core.pause import Pause
from monitor.reader.asking import NotThere
from monitor.settings.hub import Settings
from monitor.settings.wording import near


def check_paused(settings: Settings, component: str) -> None:
    """Raises NotThere for a component that is not there, or that is not probed."""
    found = next((item for item in settings.components if item.id == component), None)
    if found is None:
        raise NotThere(
            f"there is no component {component}; {near(component, [item.id for item in settings.components])}"
        )
    if found.reported:
        raise NotThere(f"{component} is not probed, so there is nothing to pause")


def wanted(component: str, until: Seconds, reason: str, *, now: Seconds, actor: str) -> Pause:
    """A pause from now on."""
    return Pause("", component, now, until, reason.strip(), actor)

"""What the hub drives beside its beat, as it knows it."""

from collections.abc import Callable
from typing import Protocol

from monitor.core.model import Seconds
from monitor.settings.hub import Settings


class Page(Protocol):
    """The part of the status page that the hub drives."""

    def refresh(self, now: Seconds) -> bool:
        """Renders anew where it must; True when it did."""
        ...


class Beside(Protocol):
    """What works beside the beat, at a pace of its own."""

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from now on."""
        ...

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """Works while this hub leads, until it is cancelled; says by `report` what is wrong."""
        ...

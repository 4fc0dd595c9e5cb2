"""By what a month is judged: the terms of agreements and the objectives of components, as loaded when it began."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_bounds
from monitor.core.model import Seconds
from monitor.core.text import parse_percentage
from monitor.settings.hub import AgreementSettings, Settings
from monitor.storage.terms import LoadedSettings


class Versions(Protocol):
    """The versions of the settings that were loaded."""

    def settings_versions(self) -> Sequence[LoadedSettings]: ...


class Agreed:
    """Reads the versions of the settings that were loaded, beside the one in force."""

    def __init__(self, store: Versions, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._read: dict[str, list[tuple[Seconds, Fraction | None]]] = {}

    def zone_of(self, agreement: AgreementSettings) -> ZoneInfo:
        """The agreement's zone, or else the page's."""
        return ZoneInfo(agreement.zone or self._settings.page.zone)

    def terms_of(self, agreement: AgreementSettings, month: str) -> AgreementSettings:
        """The terms of an agreement's month: those loaded at its first instant, or else the first ever loaded; with
        what they state for that month in advance.

        Its end is taken from the newest terms: an agreement that was ended is not held beyond it.
        """
        start = month_bounds(month, self.zone_of(agreement)).start
        versions = [
            (version.at, version.agreements[agreement.id])
            for version in self._store.settings_versions()
            if agreement.id in version.agreements
        ]
        if not versions:
            return agreement.in_month(month)
        loaded = [item for at, item in versions if at <= start]
        terms = AgreementSettings.model_validate(loaded[-1] if loaded else versions[0][1])
        return terms.in_month(month).model_copy(update={"until": agreement.until})

    def objective_of(self, component: str, month: str, zone: ZoneInfo) -> Fraction | None:
        """The objective of a component's month: the one loaded at its first instant, or else the first ever loaded.

        In its first month that is the first objective it was given: later than the component itself, maybe.
        """
        start, versions = month_bounds(month, zone).start, self._objectives(component)
        if not versions:
            wanted = (item.objective for item in self._settings.components if item.id == component)
            return next(wanted, None)
        loaded = [objective for at, objective in versions if at <= start]
        if loaded:
            return loaded[-1]
        return next((objective for _, objective in versions if objective is not None), None)

    def _objectives(self, component: str) -> list[tuple[Seconds, Fraction | None]]:
        """What the component's objective was from when on; once for each time that it changed."""
        if component not in self._read:
            found: list[tuple[Seconds, Fraction | None]] = []
            for version in self._store.settings_versions():
                if component in version.objectives:
                    written = version.objectives[component]
                    objective = None if written is None else parse_percentage(written)
                    if not found or found[-1][1] != objective:
                        found.append((version.at, objective))
            self._read[component] = found
        return self._read[component]

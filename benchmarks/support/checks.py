"""Thousands of checks without a settings file: as the store judges them and as the prober is given them."""

from datetime import timedelta

from monitor.core.model import digest
from monitor.core.schedule import Timing
from monitor.probes.assignment import Assignment
from monitor.probes.http import HttpCheck
from monitor.storage.terms import WantedCheck, WantedComponent

CHECKS = 20
"""Checks of one component."""


def http_checks(count: int, port: int) -> list[HttpCheck]:
    """One a minute each, against a loopback port."""
    return [
        HttpCheck(url=f"http://127.0.0.1:{port}/{number}", timeout=timedelta(seconds=10), retry=timedelta(0))
        for number in range(count)
    ]


def wanted(
    checks: list[HttpCheck], *, each: int = CHECKS, locations: tuple[str, ...] = ("local",)
) -> list[WantedComponent]:
    """Components of twenty checks each, or of as many as told."""
    found = []
    for first in range(0, len(checks), each):
        own = enumerate(checks[first : first + each])
        terms = tuple(
            WantedCheck(f"c{first}", f"k{number}", 60, locations, "majority", True, check.definition())
            for number, check in own
        )
        found.append(WantedComponent(f"c{first}", 600, None, None, terms))
    return found


def assigned(checks: list[HttpCheck]) -> list[Assignment]:
    """The same, for the prober."""
    found = []
    for number, check in enumerate(checks):
        component, name = f"c{number - number % CHECKS}", f"k{number % CHECKS}"
        timing = Timing(f"{component}/{name}", 60, 10_000)
        own = check.model_copy(update={"id": name})
        found.append(Assignment(component, own, digest(check.definition()), timing))
    return found

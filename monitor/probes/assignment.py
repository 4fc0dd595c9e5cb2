"""What a location is to probe: a check made from its definition as stored, and when it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from monitor.core.model import Seconds
from monitor.core.schedule import Timing
from monitor.probes import AnyCheck
from monitor.probes.base import Check

_CHECKS: TypeAdapter[Check] = TypeAdapter(AnyCheck)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One check as this location is to probe it."""

    component: str
    check: Check
    definition: str  # its digest
    timing: Timing


def read_check(definition: Mapping[str, Any]) -> Check:
    """Raises ValueError (pydantic's) for a definition that this version cannot read."""
    return _CHECKS.validate_python(dict(definition))


def assigned(
    component: str, name: str, check: Check, *, digest: str, every: Seconds, start: Seconds, end: Seconds | None
) -> Assignment:
    """A check with when it is due; `digest` is that of its definition."""
    timing = Timing(
        key=f"{component}/{name}",
        every=every,
        timeout_ms=check.budget_of_attempt() // _MILLISECOND,
        retry_ms=check.pause_before_retry() // _MILLISECOND,
        start=start,
        end=end,
    )
    return Assignment(component, check, digest, timing)

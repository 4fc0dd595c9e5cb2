"""Checks as settings complete them: every default filled in. Holds nothing of the hub, so that an agent may use it."""

from collections.abc import Sequence
from datetime import timedelta

from monitor.probes.base import Check
from monitor.probes.heartbeat import HeartbeatCheck

SLOWEST_CRITICAL = timedelta(minutes=5)
_MILLISECOND = timedelta(milliseconds=1)


def completed(check: Check, locations: Sequence[str], *, at_hub: Sequence[str], zone: str) -> Check:
    """The check with its id, timing, locations and weight written out; durations in whole milliseconds.

    `at_hub` names the locations in the hub's own process, `zone` is the page's.
    """
    if check.at_hub:
        locations = at_hub[:1]
    if isinstance(check, HeartbeatCheck) and check.by is not None:
        check = check.model_copy(update={"zone": check.zone or zone})
    return check.model_copy(
        update={
            "id": check.id or check.kind,
            "timeout": _whole(check.budget_of_attempt()),
            "retry": _whole(check.pause_before_retry()),
            "locations": tuple(locations) if check.locations is None else check.locations,
            "critical": critical_by_default(check.kind, check.every) if check.critical is None else check.critical,
        }
    )


def critical_by_default(kind: str, every: timedelta) -> bool:
    """Certificates and what is looked at less than every five minutes do not decide about a component."""
    return kind != "tls" and every <= SLOWEST_CRITICAL


def default_timeout(every: timedelta) -> timedelta:
    """min(10s, every/3)."""
    return _whole(Check(kind="", every=every).budget_of_attempt())


def default_retry(every: timedelta) -> timedelta:
    """min(5s, every/6)."""
    return _whole(Check(kind="", every=every).pause_before_retry())


def budget(timeout: timedelta, retry: timedelta) -> timedelta:
    """The longest that an honest probe may take: one attempt, or two and the pause between."""
    return timeout + retry + timeout if retry else timeout


def _whole(length: timedelta) -> timedelta:
    return length // _MILLISECOND * _MILLISECOND

"""Which checks are refused their credentials, by their newest results."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlmodel import col

from monitor.core.alerting.conditions import Refusals
from monitor.core.failure import FAILURE_CODES
from monitor.core.model import FailureKind, Seconds
from monitor.storage.tables import CheckName, Component, Location, Result

_REFUSED = FAILURE_CODES[FailureKind.AUTH_REFUSED]


def refusals(connection: Connection, everies: Mapping[str, Seconds], slots: int, now: Seconds) -> list[Refusals]:
    """Of each check (`component/check`, by the length of its slots) and location: how many of its newest results in a
    row were refused, looking so many slots back. One without a result there is left out."""
    found: list[Refusals] = []
    for every in sorted(set(everies.values())):
        names = {name for name, length in everies.items() if length == every}
        query = (
            select(col(Component.id), col(CheckName.name), col(Location.name), col(Result.slot), col(Result.kind))
            .join(CheckName, col(CheckName.no) == col(Result.check_no))
            .join(Component, col(Component.no) == col(CheckName.component_no))
            .join(Location, col(Location.no) == col(Result.location_no))
            .where(col(Result.slot) > now - (slots + 2) * every, col(Result.slot) <= now)
            .order_by(col(Result.slot).desc())
        )
        seen: dict[tuple[str, str], list[tuple[Seconds, bool]]] = defaultdict(list)
        for component, check, location, slot, kind in connection.execute(query):
            if (name := f"{component}/{check}") in names:
                seen[name, location].append((slot, kind == _REFUSED))
        found += [_counted(name, location, slots_) for (name, location), slots_ in seen.items()]
    return found


def _counted(name: str, location: str, newest_first: list[tuple[Seconds, bool]]) -> Refusals:
    first = next((number for number, (_, refused) in enumerate(newest_first) if not refused), len(newest_first))
    return Refusals(name, location, first, newest_first[first - 1][0] if first else 0)

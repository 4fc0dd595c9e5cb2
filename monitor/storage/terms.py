"""Settings as loaded, and the terms they set: what judges each check from when on. A change never rewrites history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from monitor.core.model import Seconds
from monitor.core.schedule import change_instant
from monitor.core.timeline import Terms
from monitor.core.vote import Mode
from monitor.storage.registry import Registry
from monitor.storage.tables import CheckName, CheckTerms, Component, Definition, SettingsVersion


@dataclass(frozen=True, slots=True)
class WantedCheck:
    """A check as the settings now have it."""

    component: str
    check: str
    every: Seconds
    locations: tuple[str, ...]
    vote: Mode
    critical: bool
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WantedComponent:
    """A component as the settings now have it; without checks its vendor reports it.

    `since` None: from the first slot of its first settings, or from the moment they were loaded.
    """

    id: str
    bridge: Seconds
    since: Seconds | None
    until: Seconds | None
    checks: tuple[WantedCheck, ...]


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """What a version of the settings says that months are judged by and sent by, in JSON values."""

    at: Seconds  # when it was loaded
    objectives: Mapping[str, str | None]  # by component
    agreements: Mapping[str, Mapping[str, Any]]
    reports: Mapping[str, Any]


def loaded_settings(at: Seconds, body: Mapping[str, Any]) -> LoadedSettings:
    """Of a whole document."""
    return LoadedSettings(
        at=at,
        objectives={item["id"]: item.get("objective") for item in body.get("components", ())},
        agreements={item["id"]: item for item in body.get("agreements", ())},
        reports=body.get("reports", {}),
    )


def read_loaded(connection: Connection, after: int) -> list[tuple[int, LoadedSettings]]:
    """The versions with a number above `after`, in order."""
    query = (
        select(col(SettingsVersion.no), col(SettingsVersion.loaded_at), col(SettingsVersion.body))
        .where(col(SettingsVersion.no) > after)
        .order_by(col(SettingsVersion.no))
    )
    return [(no, loaded_settings(at, body)) for no, at, body in connection.execute(query)]


def remember_settings(connection: Connection, digest: str, body: dict[str, Any], now: Seconds) -> bool:
    """Stores a version of the settings unless it is the one stored last; says whether it did."""
    last = connection.execute(
        select(col(SettingsVersion.digest)).order_by(col(SettingsVersion.no).desc()).limit(1)
    ).scalar()
    if last == digest:
        return False
    connection.execute(insert(SettingsVersion).values(digest=digest, loaded_at=now, body=body))
    return True


def adopt(connection: Connection, registry: Registry, wanted: Sequence[WantedComponent], now: Seconds) -> None:
    """Brings the terms in line with the settings, each change from the next slot under old and new `every`."""
    standing = _standing(connection, now)
    for component in wanted:
        _adopt_component(connection, registry, component, now)
        for check in component.checks:
            for location in check.locations:
                registry.location(connection, location)
            check_no = registry.check(connection, component.id, check.check)
            values = _values(connection, registry, check)
            _adopt_check(connection, check_no, values, standing.pop(check_no, []), now)
    for check_no, versions in standing.items():
        _retire(connection, check_no, versions, now)


def _adopt_component(connection: Connection, registry: Registry, wanted: WantedComponent, now: Seconds) -> None:
    no = registry.component(connection, wanted.id)
    since = connection.execute(select(col(Component.since)).where(col(Component.no) == no)).scalar()
    if since is None:
        first = min((change_instant(now, check.every) for check in wanted.checks if check.critical), default=now)
        since = first if wanted.since is None else wanted.since
    connection.execute(
        update(Component).where(col(Component.no) == no).values(bridge=wanted.bridge, since=since, until=wanted.until)
    )


def _values(connection: Connection, registry: Registry, wanted: WantedCheck) -> dict[str, Any]:
    return {
        "every": wanted.every,
        "locations": list(wanted.locations),
        "vote": str(wanted.vote),
        "critical": wanted.critical,
        "definition_no": registry.definition(connection, wanted.definition),
    }


def _adopt_check(
    connection: Connection, check_no: int, values: dict[str, Any], versions: Sequence[Any], now: Seconds
) -> None:
    """Lets what stands go on where it is as wanted; else ends it and begins anew where both have a slot's start."""
    if versions and versions[-1].end is None and _same(versions[-1], values):
        return
    old = _in_force(connection, check_no, versions, now)
    if old is not None and _same(old, values):
        _end(connection, check_no, old, None)
        return
    everies = [values["every"]] if old is None else [values["every"], old.every]
    start = change_instant(now, *everies)
    if old is not None:
        _end(connection, check_no, old, start)
    connection.execute(insert(CheckTerms).values(check_no=check_no, start=start, end=None, **values))


def _retire(connection: Connection, check_no: int, versions: Sequence[Any], now: Seconds) -> None:
    old = _in_force(connection, check_no, versions, now)
    if old is not None:
        _end(connection, check_no, old, change_instant(now, old.every))


def _in_force(connection: Connection, check_no: int, versions: Sequence[Any], now: Seconds) -> Any:
    """The version that judges now, or None. Versions that have not begun vanish: nothing was judged by them."""
    connection.execute(delete(CheckTerms).where(col(CheckTerms.check_no) == check_no, col(CheckTerms.start) > now))
    return next((version for version in versions if version.start <= now), None)


def _same(version: Any, values: dict[str, Any]) -> bool:
    return all(getattr(version, key) == value for key, value in values.items())


def _end(connection: Connection, check_no: int, version: Any, at: Seconds | None) -> None:
    connection.execute(
        update(CheckTerms)
        .where(col(CheckTerms.check_no) == check_no, col(CheckTerms.start) == version.start)
        .values(end=at)
    )


def _standing(connection: Connection, now: Seconds) -> dict[int, list[Any]]:
    """By check: the versions that have not ended yet, in order of time."""
    query = (
        select(CheckTerms)
        .where(col(CheckTerms.end).is_(None) | (col(CheckTerms.end) > now))
        .order_by(col(CheckTerms.check_no), col(CheckTerms.start))
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.check_no].append(row)
    return found


def read_terms(connection: Connection, after: Seconds = 0) -> dict[int, list[tuple[int, Terms]]]:
    """By component number: the check numbers and terms in force at or after an instant, in order of time."""
    query: Any = (
        select(
            CheckTerms,
            col(CheckName.component_no).label("component_no"),
            col(CheckName.name).label("check"),
            col(Definition.digest).label("definition"),
        )
        .join(CheckName, col(CheckName.no) == col(CheckTerms.check_no))
        .join(Definition, col(Definition.no) == col(CheckTerms.definition_no))
        .where(col(CheckTerms.end).is_(None) | (col(CheckTerms.end) > after))
        .order_by(col(CheckTerms.check_no), col(CheckTerms.start))
    )
    found: dict[int, list[tuple[int, Terms]]] = defaultdict(list)
    for row in connection.execute(query):
        mode: Mode = int(row.vote) if row.vote.isdecimal() else row.vote
        terms = Terms(
            row.check, row.start, row.end, row.every, tuple(row.locations), mode, row.critical, row.definition
        )
        found[row.component_no].append((row.check_no, terms))
    return found

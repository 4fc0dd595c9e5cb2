"""Settings as loaded, and the terms they set: what judges each check from when on. A change never rewrites history."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, delete, insert, select, update
from sqlmodel import col

from monitor.core.model import Seconds
from monitor.core.schedule import change_instant
from monitor.core.timeline import Terms
from monitor.core.vote import Mode
from monitor.storage import renamings
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
    was: str | None = None  # its earlier id


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """What a version of the settings says that months are judged by and sent by, in JSON values."""

    at: Seconds  # when it was loaded
    objectives: Mapping[str, str | None]  # by component
    agreements: Mapping[str, Mapping[str, Any]]
    reports: Mapping[str, Any]

    def renamed(self, names: Mapping[str, str]) -> "LoadedSettings":
        """The same with components called as they are now; `names` are those of earlier ids."""
        if not names:
            return self
        return replace(
            self,
            objectives={names.get(name, name): value for name, value in self.objectives.items()},
            agreements={name: _renamed(value, names) for name, value in self.agreements.items()},
        )


def _renamed(agreement: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """An agreement and what its terms say otherwise, with components called as they are now."""
    found = {**agreement, "components": [names.get(each, each) for each in agreement["components"]]}
    if agreement.get("terms"):
        found["terms"] = [_renamed(each, names) if each.get("components") else each for each in agreement["terms"]]
    return found


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
    body = cast(col(SettingsVersion.body), Text)
    query: Any = (
        select(col(SettingsVersion.no), col(SettingsVersion.loaded_at), body)
        .where(col(SettingsVersion.no) > after)
        .order_by(col(SettingsVersion.no))
    )
    # Most of a document is checks: they are dropped as they are read, component by component.
    return [
        (no, loaded_settings(at, json.loads(text, object_hook=_without_checks)))
        for no, at, text in connection.execute(query)
    ]


def _without_checks(read: dict[str, Any]) -> dict[str, Any]:
    read.pop("checks", None)
    return read


def remember_settings(
    connection: Connection, digest: str, document: Callable[[], Mapping[str, Any]], now: Seconds
) -> bool:
    """Stores a version of the settings unless it is the one stored last; says whether it did."""
    last = connection.execute(
        select(col(SettingsVersion.digest)).order_by(col(SettingsVersion.no).desc()).limit(1)
    ).scalar()
    if last == digest:
        return False
    # Apart from the statement, which SQLAlchemy keeps, values and all.
    connection.execute(insert(SettingsVersion), {"digest": digest, "loaded_at": now, "body": dict(document())})
    return True


def adopt(
    connection: Connection, registry: Registry, wanted: Sequence[WantedComponent], now: Seconds, actor: str
) -> None:
    """Brings the terms in line with the settings, each change from the next slot under old and new `every`.

    Components that got another id are renamed first. Ten thousand checks take the statements of one, save where a
    check changes. Raises NamesClash.
    """
    if renamings.carry_out(connection, {item.id: item.was for item in wanted}, at=now, actor=actor):
        registry.forget()
    standing = _standing(connection, now)
    _adopt_components(connection, registry, wanted, now)
    checks = [check for component in wanted for check in component.checks]
    registry.locations(connection, sorted({location for check in checks for location in check.locations}))
    numbers = registry.checks(connection, [(check.component, check.check) for check in checks])
    definitions = registry.bodies(connection, [check.definition for check in checks])
    begun: list[dict[str, Any]] = []
    for check_no, definition_no, check in zip(numbers, definitions, checks, strict=True):
        values = _values(check, definition_no)
        start = _adopt_check(connection, check_no, values, standing.pop(check_no, []), now)
        if start is not None:
            begun.append({"check_no": check_no, "start": start, "end": None, **values})
    if begun:
        connection.execute(insert(CheckTerms), begun)
    for check_no, versions in standing.items():
        _retire(connection, check_no, versions, now)


def _adopt_components(
    connection: Connection, registry: Registry, wanted: Sequence[WantedComponent], now: Seconds
) -> None:
    numbers = registry.components(connection, [item.id for item in wanted])
    stored = {
        no: (since, until)
        for no, since, until in connection.execute(
            select(col(Component.no), col(Component.since), col(Component.until))
        )
    }
    rows = [
        {"of": no, "bridge": item.bridge, **_service(item, *stored[no], now)}
        for no, item in zip(numbers, wanted, strict=True)
    ]
    if rows:
        table = Component.__table__  # type: ignore[attr-defined]
        changed: dict[str, Any] = {key: bindparam(key) for key in ("bridge", "since", "until")}
        connection.execute(update(table).where(table.c.no == bindparam("of")).values(changed), rows)


def _service(
    wanted: WantedComponent, since: Seconds | None, until: Seconds | None, now: Seconds
) -> dict[str, Seconds | None]:
    """When a component serves. What was promised up to now stays promised: neither moves into the past once loaded."""
    if since is None:
        return {"since": _first(wanted, now), "until": wanted.until}
    if wanted.until is None:
        return {"since": since, "until": None}
    return {"since": since, "until": max(wanted.until, now if until is None else min(until, now))}


def _first(wanted: WantedComponent, now: Seconds) -> Seconds:
    """When a component begins that has no first slot yet."""
    if wanted.since is not None:
        return wanted.since
    return min((change_instant(now, check.every) for check in wanted.checks if check.critical), default=now)


def _values(wanted: WantedCheck, definition_no: int) -> dict[str, Any]:
    return {
        "every": wanted.every,
        "locations": list(wanted.locations),
        "vote": str(wanted.vote),
        "critical": wanted.critical,
        "definition_no": definition_no,
    }


def _adopt_check(
    connection: Connection, check_no: int, values: dict[str, Any], versions: Sequence[Any], now: Seconds
) -> Seconds | None:
    """Lets what stands go on where it is as wanted; else ends it and says when the wanted terms begin: where both have
    a slot's start."""
    if versions and versions[-1].end is None and _same(versions[-1], values):
        return None
    old = _in_force(connection, check_no, versions, now)
    if old is not None and _same(old, values):
        _end(connection, check_no, old, None)
        return None
    everies = [values["every"]] if old is None else [values["every"], old.every]
    start = change_instant(now, *everies)
    if old is not None:
        _end(connection, check_no, old, start)
    return start


def _retire(connection: Connection, check_no: int, versions: Sequence[Any], now: Seconds) -> None:
    old = _in_force(connection, check_no, versions, now)
    if old is not None:
        _end(connection, check_no, old, change_instant(now, old.every))


def _in_force(connection: Connection, check_no: int, versions: Sequence[Any], now: Seconds) -> Any:
    """The version that judges now, or None. Versions that have not begun vanish: nothing was judged by them."""
    if any(version.start > now for version in versions):
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
    # What many rows say alike is kept once: the judge holds the terms of all checks.
    once: dict[Any, Any] = {}
    for row in connection.execute(query):
        mode: Mode = int(row.vote) if row.vote.isdecimal() else once.setdefault(row.vote, row.vote)
        check, locations = once.setdefault(row.check, row.check), tuple(row.locations)
        locations = once.setdefault(locations, locations)
        terms = Terms(check, row.start, row.end, row.every, locations, mode, row.critical, row.definition)
        found[row.component_no].append((row.check_no, terms))
    return found

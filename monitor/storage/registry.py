"""Numbers for names: components, checks, locations and definitions, given out once and kept for ever."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col

from monitor.core.model import digest
from monitor.storage.tables import CheckName, Component, Definition, Location

_AT_ONCE = 1000
"""Names in one statement."""


class Registry:
    """What was read or given out so far. Only committed numbers are remembered: see `forget`."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Drops everything remembered, after a transaction that gave out numbers was rolled back."""
        self._numbers.clear()

    def component(self, connection: Connection, name: str) -> int:
        """The component's number, given out if it is new."""
        known = self._numbers.get(("component", name))
        return self.components(connection, [name])[0] if known is None else known

    def components(self, connection: Connection, names: Sequence[str]) -> list[int]:
        """The numbers of many in few statements."""
        return self._give(connection, Component, "id", [{"id": name, "revision": 0, "bridge": 600} for name in names])

    def location(self, connection: Connection, name: str) -> int:
        known = self._numbers.get(("location", name))
        return self.locations(connection, [name])[0] if known is None else known

    def locations(self, connection: Connection, names: Sequence[str]) -> list[int]:
        return self._give(connection, Location, "name", [{"name": name} for name in names])

    def check(self, connection: Connection, component: str, check: str) -> int:
        known = self._numbers.get(("check_name", f"{component}/{check}"))
        return self.checks(connection, [(component, check)])[0] if known is None else known

    def checks(self, connection: Connection, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """The numbers of many checks (component, name) in few statements."""
        known = self.known_checks(connection, pairs)
        if new := [pair for pair in dict.fromkeys(pairs) if pair not in known]:
            owners = self.components(connection, [component for component, _ in new])
            rows = [{"component_no": no, "name": name} for no, (_, name) in zip(owners, new, strict=True)]
            _give_out(connection, CheckName, rows)
            self.known_checks(connection, new)
        return [self._numbers["check_name", "/".join(pair)] for pair in pairs]

    def bodies(self, connection: Connection, bodies: Sequence[dict[str, Any]]) -> list[int]:
        """The numbers of definitions, given out where they are new."""
        return self._give(connection, Definition, "digest", [{"digest": digest(body), "body": body} for body in bodies])

    def definitions(self, connection: Connection, digests: Iterable[str]) -> dict[str, int]:
        """Numbers of the digests that were ever in force; others are left out."""
        wanted = set(digests)
        self._read(connection, Definition, "digest", wanted)
        return {item: no for item in wanted if (no := self._numbers.get(("definition", item))) is not None}

    def known_checks(self, connection: Connection, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the checks (component, name) that there ever were."""
        asked = {pair: ("check_name", "/".join(pair)) for pair in wanted}
        if any(key not in self._numbers for key in asked.values()):
            for no, pair in check_names(connection).items():
                self._numbers["check_name", "/".join(pair)] = no
        return {pair for pair, key in asked.items() if key in self._numbers}

    def _give(
        self, connection: Connection, table: type[SQLModel], column: str, rows: Sequence[dict[str, Any]]
    ) -> list[int]:
        """The numbers of rows by the column that names them, in order; the new ones are inserted."""
        kind = str(table.__tablename__)
        if self._read(connection, table, column, [row[column] for row in rows]):
            new = {row[column]: row for row in rows if (kind, row[column]) not in self._numbers}
            if new:
                _give_out(connection, table, list(new.values()))
                self._read(connection, table, column, list(new))
        return [self._numbers[kind, row[column]] for row in rows]

    def _read(self, connection: Connection, table: Any, column: str, names: Iterable[str]) -> bool:
        """Looks up the names that are not known yet; says whether there were any."""
        kind = str(table.__tablename__)
        missing = [name for name in dict.fromkeys(names) if (kind, name) not in self._numbers]
        for first in range(0, len(missing), _AT_ONCE):
            named = getattr(table, column)
            rows = connection.execute(select(named, table.no).where(named.in_(missing[first : first + _AT_ONCE])))
            self._numbers.update({(kind, name): no for name, no in rows})
        return bool(missing)


def _give_out(connection: Connection, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows; one that another hub has given out in the meantime stays as it is."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def check_names(connection: Connection, component: str | None = None) -> dict[int, tuple[str, str]]:
    """By number: component and name of every check there ever was, of one component or of all."""
    query = select(col(CheckName.no), col(Component.id), col(CheckName.name)).join(
        Component, col(Component.no) == col(CheckName.component_no)
    )
    if component is not None:
        query = query.where(col(Component.id) == component)
    return {no: (owner, name) for no, owner, name in connection.execute(query) if no is not None}

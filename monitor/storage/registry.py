"""Numbers for names: components, checks, locations and definitions, given out once and kept for ever."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlmodel import SQLModel, col

from monitor.core.model import digest
from monitor.storage.tables import CheckName, Component, Definition, Location


class Registry:
    """What was read or given out so far. Only committed numbers are remembered: see `forget`."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Drops everything remembered, after a transaction that gave out numbers was rolled back."""
        self._numbers.clear()

    def component(self, connection: Connection, name: str) -> int:
        """The component's number, given out if it is new."""
        return self._number(connection, Component, "id", {"id": name, "revision": 0, "bridge": 600})

    def location(self, connection: Connection, name: str) -> int:
        return self._number(connection, Location, "name", {"name": name})

    def check(self, connection: Connection, component: str, check: str) -> int:
        key = ("check_name", f"{component}/{check}")
        if key not in self._numbers:
            table = CheckName
            component_no = self.component(connection, component)
            found = connection.execute(
                select(col(table.no)).where(col(table.component_no) == component_no, col(table.name) == check)
            ).scalar()
            if found is None:
                found = _insert(connection, table, {"component_no": component_no, "name": check})
            self._numbers[key] = found
        return self._numbers[key]

    def definition(self, connection: Connection, body: dict[str, Any]) -> int:
        return self._number(connection, Definition, "digest", {"digest": digest(body), "body": body})

    def definitions(self, connection: Connection, digests: Iterable[str]) -> dict[str, int]:
        """Numbers of the digests that were ever in force; others are left out."""
        wanted = set(digests)
        missing = [item for item in wanted if ("definition", item) not in self._numbers]
        if missing:
            rows = connection.execute(
                select(col(Definition.digest), col(Definition.no)).where(col(Definition.digest).in_(missing))
            )
            self._numbers.update({("definition", item): no for item, no in rows if no is not None})
        return {item: no for item in wanted if (no := self._numbers.get(("definition", item))) is not None}

    def known_checks(self, connection: Connection, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the checks (component, name) that there ever were."""
        asked = {pair: ("check_name", "/".join(pair)) for pair in wanted}
        if any(key not in self._numbers for key in asked.values()):
            for no, pair in check_names(connection).items():
                self._numbers["check_name", "/".join(pair)] = no
        return {pair for pair, key in asked.items() if key in self._numbers}

    def _number(self, connection: Connection, table: type[Any], column: str, values: dict[str, Any]) -> int:
        key = (table.__tablename__, values[column])
        if key not in self._numbers:
            found = connection.execute(select(table.no).where(getattr(table, column) == values[column])).scalar()
            self._numbers[key] = found if found is not None else _insert(connection, table, values)
        return self._numbers[key]


def _insert(connection: Connection, table: type[SQLModel], values: dict[str, Any]) -> int:
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    if key is None:
        raise AssertionError(f"{table.__name__} gave no key")
    return int(key[0])


def check_names(connection: Connection, component: str | None = None) -> dict[int, tuple[str, str]]:
    """By number: component and name of every check there ever was, of one component or of all."""
    query = select(col(CheckName.no), col(Component.id), col(CheckName.name)).join(
        Component, col(Component.no) == col(CheckName.component_no)
    )
    if component is not None:
        query = query.where(col(Component.id) == component)
    return {no: (owner, name) for no, owner, name in connection.execute(query) if no is not None}

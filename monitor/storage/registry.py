"""Numbers for names: components, checks, locations and definitions, given out once and kept for ever."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, select
from sqlmodel import SQLModel, col

from monitor.core.model import digest
from monitor.storage.tables import CheckName, Component, Definition, Location
from monitor.storage.upsert import insert

T = TypeVar("T")

_AT_ONCE = 1000
"""Names in one statement."""


class Registry:
    """What was read or given out so far. Only committed numbers are remembered: see `forget`."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)

    def forget(self) -> None:
        """Drops everything remembered, after a transaction that gave out numbers was rolled back."""
        self._numbers.clear()

    def component(self, connection: Connection, name: str) -> int:
        """The component's number, given out if it is new."""
        known = self._numbers["component"].get(name)
        return self.components(connection, [name])[0] if known is None else known

    def components(self, connection: Connection, names: Sequence[str]) -> list[int]:
        """The numbers of many in few statements."""
        return self._give(connection, Component, "id", [{"id": name, "revision": 0, "bridge": 600} for name in names])

    def location(self, connection: Connection, name: str) -> int:
        known = self._numbers["location"].get(name)
        return self.locations(connection, [name])[0] if known is None else known

    def locations(self, connection: Connection, names: Sequence[str]) -> list[int]:
        return self._give(connection, Location, "name", [{"name": name} for name in names])

    def check(self, connection: Connection, component: str, check: str) -> int:
        known = self._numbers["check_name"].get(f"{component}/{check}")
        return self.checks(connection, [(component, check)])[0] if known is None else known

    def checks(self, connection: Connection, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """The numbers of many checks (component, name) in few statements."""
        known = self.known_checks(connection, pairs)
        if new := [pair for pair in dict.fromkeys(pairs) if pair not in known]:
            owners = self.components(connection, [component for component, _ in new])
            rows = [{"component_no": no, "name": name} for no, (_, name) in zip(owners, new, strict=True)]
            _give_out(connection, CheckName, rows)
            self.known_checks(connection, new)
        return [self._numbers["check_name"]["/".join(pair)] for pair in pairs]

    def bodies(self, connection: Connection, bodies: Sequence[dict[str, Any]]) -> list[int]:
        """The numbers of definitions, given out where they are new."""
        return self._give(connection, Definition, "digest", [{"digest": digest(body), "body": body} for body in bodies])

    def definitions(self, connection: Connection, digests: Iterable[str]) -> dict[str, int]:
        """Numbers of the digests that were ever in force; others are left out."""
        wanted = set(digests)
        self._read(connection, Definition, "digest", wanted)
        known = self._numbers["definition"]
        return {item: known[item] for item in wanted if item in known}

    def known_checks(self, connection: Connection, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the checks (component, name) that there ever were."""
        asked, known = {pair: "/".join(pair) for pair in wanted}, self._numbers["check_name"]
        if any(name not in known for name in asked.values()):
            known.update({"/".join(pair): no for no, pair in check_names(connection).items()})
        return {pair for pair, name in asked.items() if name in known}

    def _give(
        self, connection: Connection, table: type[SQLModel], column: str, rows: Sequence[dict[str, Any]]
    ) -> list[int]:
        """The numbers of rows by the column that names them, in order; the new ones are inserted."""
        known = self._numbers[str(table.__tablename__)]
        if self._read(connection, table, column, [row[column] for row in rows]):
            new = {row[column]: row for row in rows if row[column] not in known}
            if new:
                _give_out(connection, table, list(new.values()))
                self._read(connection, table, column, list(new))
        return [known[row[column]] for row in rows]

    def _read(self, connection: Connection, table: Any, column: str, names: Iterable[str]) -> bool:
        """Looks up the names that are not known yet; says whether there were any."""
        known, named = self._numbers[table.__tablename__], getattr(table, column)
        missing = [name for name in dict.fromkeys(names) if name not in known]
        for some in batched(missing, _AT_ONCE):
            known.update(connection.execute(select(named, table.no).where(named.in_(some))).all())
        return bool(missing)


def _give_out(connection: Connection, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows; one that another hub has given out in the meantime stays as it is."""
    connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)


def check_names(connection: Connection, component: str | None = None) -> dict[int, tuple[str, str]]:
    """By number: component and name of every check there ever was, of one component or of all."""
    query = select(col(CheckName.no), col(Component.id), col(CheckName.name)).join(
        Component, col(Component.no) == col(CheckName.component_no)
    )
    if component is not None:
        query = query.where(col(Component.id) == component)
    return {no: (owner, name) for no, owner, name in connection.execute(query) if no is not None}


def read_definitions(connection: Connection, digests: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By digest: the definitions that are stored."""
    found: dict[str, dict[str, Any]] = {}
    for some in batched(digests, _AT_ONCE):
        query = select(col(Definition.digest), col(Definition.body)).where(col(Definition.digest).in_(some))
        found.update(connection.execute(query).all())
    return found


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`: databases bound the parameters of one statement."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk

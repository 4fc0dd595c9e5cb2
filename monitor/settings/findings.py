"""What was found wrong or doubtful in one file: each place once, in order of lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from monitor.core.text import parse_duration
from monitor.settings.errors import Remark
from monitor.settings.nodes import Node, Place, line_of, shown
from monitor.settings.values import percentage
from monitor.settings.wording import near

T = TypeVar("T")


@dataclass(slots=True)
class Findings:
    """Collects remarks on one tree. A place is called wrong once: the first mistake stands."""

    file: str
    root: Node
    _mistakes: dict[Place, Remark] = field(default_factory=dict)
    _warnings: dict[tuple[Place, str], Remark] = field(default_factory=dict)

    def mistake(self, place: Place, message: str, line: int | None = None) -> None:
        self._mistakes.setdefault(place, self._remark(place, message, line))

    def warn(self, place: Place, message: str) -> None:
        self._warnings.setdefault((place, message), self._remark(place, message, None))

    @property
    def mistakes(self) -> tuple[Remark, ...]:
        return tuple(sorted(self._mistakes.values()))

    @property
    def warnings(self) -> tuple[Remark, ...]:
        return tuple(sorted(self._warnings.values()))

    def unique(self, places: Sequence[tuple[Place, str]], what: str) -> None:
        """Refuses the second and later of equal names; `what` is the thing that bears them: "component"."""
        for place, name, line in self._repeated(places):
            self.mistake(place, f"the {what} on line {line} is called {name} too; give this one a name of its own")

    def once(self, places: Sequence[tuple[Place, str]]) -> None:
        """Refuses the second and later of equal members of a list."""
        for place, name, _ in self._repeated(places):
            self.mistake(place, f"{name} is named twice; keep one")

    def _repeated(self, places: Sequence[tuple[Place, str]]) -> list[tuple[Place, str, int]]:
        """Those that were there before, with the line of the first."""
        first: dict[str, Place] = {}
        again = [(place, name) for place, name in places if first.setdefault(name, place) != place]
        return [(place, name, line_of(self.root, first[name])) for place, name in again]

    def known(self, place: Place, value: object, names: Sequence[str], what: str) -> None:
        """Refuses a text that is not among the names."""
        if isinstance(value, str) and value not in names:
            self.mistake(place, f"there is no {what} {value}; {near(value, names)}")

    def _remark(self, place: Place, message: str, line: int | None) -> Remark:
        return Remark(self.file, line_of(self.root, place) if line is None else line, shown(place), message)


def texts(node: Node, key: str, place: Place) -> list[tuple[Place, str]]:
    """The texts in the list under a key, with their places."""
    members = enumerate(node.items(key))
    return [((*place, key, number), item.value) for number, item in members if isinstance(item.value, str)]


def duration(node: Node, key: str, default: timedelta | None = None) -> timedelta | None:
    """The duration under a key: the default where the key is missing, None where it cannot be read."""
    return default if node.get(key) is None else _parsed(node.text(key), parse_duration)


def share(node: Node | None) -> Fraction | None:
    """The percentage that a node holds, or None."""
    return None if node is None else _parsed(node.value, percentage)


def day(node: Node, key: str) -> date | None:
    """The date under a key, or None."""
    return _parsed(node.text(key), date.fromisoformat)


def _parsed(value: object, parse: Callable[..., T]) -> T | None:
    """None for what cannot be read: the models say so."""
    if value is None:
        return None
    try:
        return parse(value)
    except ValueError:
        return None

"""A settings file as a tree of nodes that know their lines. Reads less than YAML 1.1, and says where it does not.

Plain words are read as in JSON: `true`, `false`, `null`, whole numbers and decimals; all else is text. What
YAML 1.1 would read as something else (`no`, `1:30`, `012`) is a mistake rather than a surprise.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import isinf
from sys import intern
from typing import Any, TypeAlias

import yaml

Place: TypeAlias = tuple[str | int, ...]
Report: TypeAlias = Callable[[Place, int, str], None]
"""Takes a mistake: place, line and message."""

DEEPEST = 32
MOST_NODES = 500_000
MOST_BYTES = 8 * 1024 * 1024

_SWITCH = re.compile(r"yes|no|on|off|y|n", re.IGNORECASE)
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_NULL = re.compile(r"~|null|Null|NULL|")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+([eE][-+]?[0-9]+)?|[-+]?(0|[1-9][0-9]*)[eE][-+]?[0-9]+")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9][0-9_]*(\.[0-9]*)?")
_ODD_NUMBER = re.compile(r"[-+]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*_[0-9_]*|\.(inf|nan))", re.I)
_LONGEST_NUMBER = 15  # digits that a float keeps exactly


class Unreadable(Exception):
    """The text is not YAML, or not YAML that we read: nothing more can be said about the file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


@dataclass(slots=True)
class Node:
    """A value, and the line of its key or list item. `size` counts the nodes below and itself."""

    line: int
    value: "dict[str, Node] | list[Node] | str | int | float | bool | None"
    size: int = 1

    def get(self, key: str) -> "Node | None":
        """The value of a key; None where there is none or this is not a mapping."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def children(self) -> "Iterator[tuple[str | int, Node]]":
        """Keys or numbers, and what stands there; nothing for plain values."""
        match self.value:
            case dict():
                yield from self.value.items()
            case list():
                yield from enumerate(self.value)

    def text(self, key: str) -> str | None:
        """The text under a key, or None where none stands there."""
        found = self.get(key)
        return found.value if found is not None and isinstance(found.value, str) else None

    def items(self, key: str) -> "list[Node]":
        """The members of the list under a key; none where no list stands there."""
        found = self.get(key)
        return found.value if found is not None and isinstance(found.value, list) else []

    def plain(self) -> Any:
        """The tree below as mappings, lists and values."""
        match self.value:
            case dict():
                return {key: node.plain() for key, node in self.value.items()}
            case list():
                return [node.plain() for node in self.value]
            case _:
                return self.value


def walk(node: Node, place: Place = ()) -> Iterator[tuple[Place, Node]]:
    """The node and all below it, each with its place."""
    yield place, node
    for key, child in node.children():
        yield from walk(child, (*place, key))


def line_of(root: Node, place: Place) -> int:
    """The line of a place, or of the nearest one above it that exists."""
    node = root
    for step in place:
        found = next((child for key, child in node.children() if key == step), None)
        if found is None:
            break
        node = found
    return node.line


def shown(place: Place) -> str:
    """`components[0].checks[1].expect.json['$.a']`."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_][\w-]*", step):
            text += f".{step}" if text else step
        else:
            text += f"['{step}']"
    return text


def read(text: str, report: Report, first: str = "components") -> Node:
    """The tree of a text. Raises Unreadable for the mistake that ends reading; reports all others.

    `first` is the key that a file without any is told to begin with.
    """
    return _Reader(_events(text), report).document(first)


def _events(text: str) -> Iterator[yaml.Event]:
    """The parser's events, one at a time: all at once they take more memory than the tree that is made of them.

    The fast parser where it is built in, the other for the wording of mistakes.
    """
    given = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            yield event
            given += 1
    except yaml.YAMLError:
        pass
    else:
        return
    try:
        yield from islice(yaml.parse(text, Loader=yaml.SafeLoader), given, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, _syntax(error.problem or "", text, mark)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(line, "a control character stands here; remove it") from None


def _syntax(problem: str, text: str, mark: yaml.Mark | None) -> str:
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "tag handle" in problem:
        problem = "a tag that nothing defines"
    if "\\t" in problem or "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab stands here; indent with spaces"
    hint = "; a text that begins with %, @, `, {, [, * or & needs quotes" if "cannot start any token" in problem else ""
    return f"this is not YAML ({problem}){hint}"


class _Reader:
    """Builds the tree from events, in one pass, without recursion deeper than DEEPEST."""

    def __init__(self, events: Iterator[yaml.Event], report: Report) -> None:
        self._events = events
        self._report = report
        self._anchors: dict[str, Node] = {}

    def document(self, first: str) -> Node:
        found: list[yaml.Event] = []
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found:
                    raise Unreadable(_line(event), "a second document begins here; one file is one document")
                found.append(event)
                root = self._node(next(self._events), (), 0)
        if not found or root.value is None:
            raise Unreadable(1, f"the file is empty; it needs at least {first}")
        if not isinstance(root.value, dict):
            raise Unreadable(root.line, f"the file must be a mapping of keys to values, beginning with {first}")
        return root

    def _node(self, event: yaml.Event, place: Place, depth: int) -> Node:
        if depth > DEEPEST:
            raise Unreadable(_line(event), f"this is nested more than {DEEPEST} levels deep; write it flat")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if getattr(event, "tag", None) is not None and not isinstance(event, yaml.ScalarEvent):
            self._tag(event, place)
        match event:
            case yaml.MappingStartEvent():
                node = self._mapping(event, place, depth)
            case yaml.SequenceStartEvent():
                node = self._sequence(event, place, depth)
            case _:
                node = self._scalar(event, place)
        if node.size > MOST_NODES:
            raise Unreadable(node.line, f"this holds more than {MOST_NODES} values; write less, or fewer aliases")
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        known = self._anchors.get(str(event.anchor))
        if known is None:
            raise Unreadable(_line(event), "this alias has no anchor before it; a text that begins with * needs quotes")
        return Node(_line(event), known.value, known.size)

    def _mapping(self, event: yaml.Event, place: Place, depth: int) -> Node:
        entries: dict[str, Node] = {}
        size = 1
        for key in iter(lambda: next(self._events), None):
            if isinstance(key, yaml.MappingEndEvent):
                break
            if not isinstance(key, yaml.ScalarEvent):
                raise Unreadable(_line(key), "a key must be plain text")
            name = intern(key.value)
            value = self._node(next(self._events), (*place, name), depth + 1)
            value = Node(_line(key), value.value, value.size)
            size += value.size
            if name == "<<":
                self._report((*place, name), value.line, "merge keys are not read; write the keys out")
            if name in entries:
                first = entries[name].line
                self._report((*place, name), value.line, f"{name} stands here twice (first on line {first}); keep one")
            entries.setdefault(name, value)
        return Node(_line(event), entries, size)

    def _sequence(self, event: yaml.Event, place: Place, depth: int) -> Node:
        items: list[Node] = []
        size = 1
        for item in iter(lambda: next(self._events), None):
            if isinstance(item, yaml.SequenceEndEvent):
                break
            items.append(self._node(item, (*place, len(items)), depth + 1))
            size += items[-1].size
        return Node(_line(event), items, size)

    def _scalar(self, event: Any, place: Place) -> Node:
        if event.tag is not None and event.tag != "!":
            self._tag(event, place)
            return Node(_line(event), event.value)
        if event.style or event.tag == "!":
            return Node(_line(event), event.value)
        trap = _trap(event.value)
        if trap is not None:
            self._report(place, _line(event), trap)
            return Node(_line(event), event.value)
        return Node(_line(event), _plain(event.value))

    def _tag(self, event: Any, place: Place) -> None:
        self._report(place, _line(event), "tags are not read; remove it, or put a text that begins with ! in quotes")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _plain(text: str) -> str | int | float | bool | None:
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _NULL.fullmatch(text):
        return None
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _trap(text: str) -> str | None:
    """What is wrong with a plain word that other readers of YAML take for something else.

    Numbers are not repeated: one may be a password.
    """
    if _SWITCH.fullmatch(text):
        meant = "true" if text.lower() in {"yes", "on", "y"} else "false"
        return f'{text} is a switch in YAML 1.1 and a word elsewhere; write {meant}, or "{text}" for the word'
    if _SEXAGESIMAL.fullmatch(text):
        return "this is a number to the base 60 in YAML 1.1; write a duration such as 90s, or put it in quotes"
    if _LEADING_ZERO.fullmatch(text):
        return "a number that begins with 0 is read to the base 8 in YAML 1.1; drop the 0, or put it in quotes"
    if _ODD_NUMBER.fullmatch(text):
        return "not all readers of YAML see the same number here; write plain digits, or put it in quotes"
    number = _INT.fullmatch(text) or _FLOAT.fullmatch(text)
    if number and (len(text) > _LONGEST_NUMBER or isinf(float(text))):
        return "this number has more digits than are kept; shorten it, or put it in quotes"
    return None

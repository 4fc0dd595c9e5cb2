"""Outages as a vendor's CSV or somebody's keyboard has them, read strictly: all that is wrong is told at once."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.core.calendar import parse_moment
from monitor.core.model import Seconds, State
from monitor.core.vendor import NOT_UP, VendorOutage

COLUMNS = ("start", "end", "state", "note")
NEEDED = ("start", "end")
_SHARES = ("availability", "uptime", "percent", "%")
NO_SHARE = (
    "a percentage cannot be turned into seconds: nobody knows which ones were lost. Ask the vendor for the start and "
    "end of each outage"
)


class Unreadable(ValueError):
    """What is wrong, one a line: `line 3: ...`."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Listed:
    """The outages of a file, each with the number of its line."""

    outages: tuple[VendorOutage, ...]
    lines: tuple[int, ...]


def read_csv(text: str, zone: ZoneInfo) -> Listed:
    """`start,end,state,note` under a header; times in the zone or with `Z`; no state is down. Raises Unreadable.

    A header alone says that there was no outage.
    """
    rows = csv.reader((f"{line}\n" for line in text.removeprefix("\ufeff").split("\n")), strict=True)
    try:
        numbered = [(rows.line_num, [cell.strip() for cell in row]) for row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        raise Unreadable([f"line {rows.line_num}: this is no CSV ({error}); quote what holds a comma"]) from None
    if not numbered:
        raise Unreadable([f"line 1: the file is empty; begin with the header {','.join(COLUMNS)}"])
    head = [name.lower() for name in numbered[0][1]]
    if wrong := list(_of_head(head)):
        raise Unreadable([f"line {numbered[0][0]}: {text}" for text in wrong])
    return _listed(head, numbered[1:], zone)


def parse_outage(text: str, zone: ZoneInfo) -> VendorOutage:
    """`2026-11-03 10:00/2026-11-03 10:45`, and `/degraded` where it was not down. Raises ValueError saying how."""
    start, slash, rest = text.partition("/")
    end, _, state = rest.partition("/")
    if not slash:
        raise ValueError(NO_SHARE if "%" in text else f"{text!r} is no outage; write START/END, or START/END/degraded")
    return VendorOutage(parse_moment(start, zone), parse_moment(end, zone), parse_state(state))


def parse_state(text: str) -> State:
    """`down` (so is nothing) or `degraded`. Raises ValueError."""
    written = text.strip().lower() or State.DOWN.value
    if written not in [state.value for state in NOT_UP]:
        raise ValueError(f"{text!r} is not the state of an outage; write {' or '.join(NOT_UP)}")
    return State(written)


def _of_head(head: Sequence[str]) -> Iterable[str]:
    missing = [name for name in NEEDED if name not in head]
    if missing and any(word in name for name in head for word in _SHARES):
        yield NO_SHARE
        return
    if missing:
        yield f"there is no column {' and none '.join(missing)}; begin with the header {','.join(COLUMNS)}"
    for name in dict.fromkeys(head):
        if name not in COLUMNS:
            yield f"the column {name!r} is not known; the columns are {', '.join(COLUMNS)}"
        elif head.count(name) > 1:
            yield f"the column {name} is there twice; keep one"


def _listed(head: Sequence[str], rows: Iterable[tuple[int, list[str]]], zone: ZoneInfo) -> Listed:
    outages, lines, wrong = list[VendorOutage](), list[int](), list[str]()
    for line, row in rows:
        if len(row) > len(head):
            wrong.append(f"line {line}: more cells than columns; quote what holds a comma")
            continue
        cells = dict.fromkeys(COLUMNS, "") | dict(zip(head, row, strict=False))
        found, faults = _outage(cells, zone)
        wrong += [f"line {line}: {fault}" for fault in faults]
        if found is not None:
            outages.append(found)
            lines.append(line)
    if wrong:
        raise Unreadable(wrong)
    return Listed(tuple(outages), tuple(lines))


def _outage(cells: dict[str, str], zone: ZoneInfo) -> tuple[VendorOutage | None, list[str]]:
    """The outage, or everything that is wrong with its cells."""
    moments, faults = list[Seconds](), list[str]()
    for name in NEEDED:
        try:
            moments.append(parse_moment(cells[name], zone))
        except ValueError as error:
            faults.append(f"{name}: {error}")
    try:
        state = parse_state(cells["state"])
    except ValueError as error:
        return None, [*faults, f"state: {error}"]
    if faults:
        return None, faults
    return VendorOutage(moments[0], moments[1], state, cells["note"]), []

"""A sealed day: all results of one check from one location on one UTC day, in one block of bytes.

Two parts, each compressed on its own: `cells`, what a verdict is made of, on a grid over the day; and the rest.
Kept of every result: slot, outcome, definition, start, total time, attempts, failures with their texts. The other
phases are kept for failures and for every fifteenth slot. The digest is taken of what is inside, before it is
compressed: another version of the compressor changes no digest.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import compress, pairwise
from math import ceil, gcd
from typing import Any

from monitor.core.failure import FAILURE_CODES
from monitor.core.model import STATE_CODES, STATES, Failure, FailureKind, Milliseconds, Phases, Result, Seconds, State

DAY: Seconds = 86400
MISSING = 255
"""In a cell: nothing was reported in this slot."""

_FORMAT = 1
_LEVEL = 9
_SAMPLE = 15
_LENGTH = struct.Struct(">I")
_KINDS = {code: kind for kind, code in FAILURE_CODES.items()}
_ANSWERED = (State.UP, State.DEGRADED)
_ANSWERED_CODES = frozenset(STATE_CODES[state] for state in _ANSWERED)
_TOTAL = 2
"""The column of the rest that holds total times."""

_PHASES = ("dns_ms", "connect_ms", "tls_ms", "first_byte_ms")


@dataclass(frozen=True, slots=True)
class Hour:
    """What a chart shows of an hour: how many results, and p50, p95 and most of the total times of the answers."""

    count: int = 0
    p50_ms: Milliseconds | None = None
    p95_ms: Milliseconds | None = None
    most_ms: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed day: its block, the digest of what is inside, and its 24 hours."""

    block: bytes
    digest: str
    count: int
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """What verdicts are made of. `outcomes` holds a state's code, or MISSING, for each `step` seconds of the day;
    `definitions` the digests, and `defined` which of them each cell was probed by (0 where nothing was)."""

    step: Seconds
    outcomes: bytes
    definitions: tuple[str, ...]
    defined: Sequence[int]

    @property
    def single(self) -> str | None:
        """The one definition of the whole day; None where there are several."""
        return self.definitions[0] if len(self.definitions) == 1 else None

    def slots(self, day: Seconds) -> Iterator[tuple[Seconds, int, str]]:
        """Slot, code of the outcome and definition of every result, in order."""
        for index, outcome in enumerate(self.outcomes):
            if outcome != MISSING:
                yield day + index * self.step, outcome, self.definitions[self.defined[index]]


def seal(day: Seconds, results: Iterable[Result]) -> Sealed:
    """Seals the results of one check from one location whose slots start in `[day, day + DAY)`, in any order.

    Raises ValueError for a slot of another day, for two results of one slot, and for no result at all.
    """
    ordered = sorted(results, key=lambda result: result.slot)
    slots = [result.slot for result in ordered]
    if not slots or slots[0] < day or slots[-1] >= day + DAY:
        raise ValueError("a sealed day holds at least one result, and slots of that day only")
    if len(set(slots)) < len(slots):
        raise ValueError("a sealed day holds one result for each slot")
    parts = _pack(*_cells(day, ordered)), _pack(*_rest(day, ordered))
    packed = [zlib.compress(part, _LEVEL) for part in parts]
    return Sealed(_LENGTH.pack(len(packed[0])) + b"".join(packed), _digest(parts), len(ordered), _hours(day, ordered))


def digest_of(block: bytes) -> str:
    """The digest of what is inside a block. Raises ValueError for one that cannot be read."""
    return _digest([_inside(block, 0), _inside(block, 1)])


def cells(block: bytes) -> Cells:
    """The part of a block that verdicts are made of; the rest stays packed. Raises ValueError as `digest_of`."""
    header, columns = _unpack(_inside(block, 0))
    defined: Sequence[int] = columns[1]
    return Cells(header["step"], bytes(columns[0]), tuple(header["definitions"]), defined)


def unseal(block: bytes, *, component: str, check: str, location: str, day: Seconds) -> list[Result]:
    """The results in a block, in order of slot; phases as far as they were kept. Raises ValueError as `digest_of`."""
    header, columns = _unpack(_inside(block, 1))
    details, started, attempts = header["details"], columns[0], columns[1]
    found: list[Result] = []
    for index, (slot, outcome, definition) in enumerate(cells(block).slots(day)):
        values = [column[index] for column in columns[2:]]
        total, kind, detail, first, first_ms, *phases = values
        found.append(
            Result(
                component=component,
                check=check,
                location=location,
                slot=slot,
                started_ms=slot * 1000 + started[index] + header["earliest"],
                outcome=STATES[outcome],
                definition=definition,
                phases=Phases(**dict(zip(_PHASES, map(_optional, phases), strict=True)), total_ms=_optional(total)),
                attempts=attempts[index],
                failure=Failure(_KINDS[kind], details[detail]) if kind else None,
                first_failure=_KINDS[first] if first else None,
                first_failure_ms=_optional(first_ms),
            )
        )
    return found


def answer_times(block: bytes) -> tuple[list[Milliseconds], ...]:
    """By hour of the day: the total times of the answers (up or degraded) in a block. Raises ValueError as `digest_of`.

    The least that has to be unpacked for it: a chart of 90 days looks into hundreds of blocks.
    """
    opened = cells(block)
    seen = [outcome != MISSING for outcome in opened.outcomes]
    hours = compress(range(len(seen)), seen)
    (totals,) = _columns(_inside(block, 1), [_TOTAL])
    found: tuple[list[Milliseconds], ...] = tuple([] for _ in range(24))
    for index, outcome, total in zip(hours, compress(opened.outcomes, seen), totals, strict=True):
        if total and outcome in _ANSWERED_CODES:
            found[index * opened.step // 3600].append(total - 1)
    return found


def p50_p95(times: Sequence[Milliseconds]) -> tuple[Milliseconds, Milliseconds]:
    """The smallest times that 50 % and 95 % of the answers did not exceed (nearest rank). Needs at least one."""
    ordered = sorted(times)
    return ordered[ceil(len(ordered) * 50 / 100) - 1], ordered[ceil(len(ordered) * 95 / 100) - 1]


def _cells(day: Seconds, results: Sequence[Result]) -> tuple[dict[str, Any], list[Sequence[int]]]:
    step = DAY
    for result in results:
        step = gcd(step, result.slot - day)
    definitions = list(dict.fromkeys(result.definition for result in results))
    outcomes, defined = bytearray([MISSING]) * (DAY // step), [0] * (DAY // step)
    for result in results:
        index = (result.slot - day) // step
        outcomes[index] = STATE_CODES[result.outcome]
        defined[index] = definitions.index(result.definition)
    return {"format": _FORMAT, "step": step, "definitions": definitions}, [outcomes, defined]


def _rest(day: Seconds, results: Sequence[Result]) -> tuple[dict[str, Any], list[Sequence[int]]]:
    started = [result.started_ms - result.slot * 1000 for result in results]
    earliest = min(started)
    details = list(dict.fromkeys(["", *(item.failure.detail for item in results if item.failure)]))
    step = min((later.slot - item.slot for item, later in pairwise(results)), default=DAY)
    kept = [item.phases if _is_kept(item, day, step) else Phases() for item in results]
    columns: list[Sequence[int]] = [
        [each - earliest for each in started],
        [item.attempts for item in results],
        [_stored(item.phases.total_ms) for item in results],
        [_code(item.failure.kind if item.failure else None) for item in results],
        [details.index(item.failure.detail) if item.failure else 0 for item in results],
        [_code(item.first_failure) for item in results],
        [_stored(item.first_failure_ms) for item in results],
        *([_stored(getattr(phases, name)) for phases in kept] for name in _PHASES),
    ]
    return {"earliest": earliest, "details": details}, columns


def _is_kept(result: Result, day: Seconds, step: Seconds) -> bool:
    return result.failure is not None or (result.slot - day) // step % _SAMPLE == 0


def _hours(day: Seconds, results: Sequence[Result]) -> tuple[Hour, ...]:
    times: list[list[Milliseconds]] = [[] for _ in range(24)]
    counts = [0] * 24
    for result in results:
        hour = (result.slot - day) // 3600
        counts[hour] += 1
        if result.outcome in _ANSWERED and result.phases.total_ms is not None:
            times[hour].append(result.phases.total_ms)
    return tuple(
        Hour(count_, *p50_p95(answers), max(answers)) if answers else Hour(count_)
        for count_, answers in zip(counts, times, strict=True)
    )


def hours_document(hours: Iterable[Hour]) -> list[list[int | None]]:
    """The hours as JSON values; `hours_of` reads them back."""
    return [list(astuple(hour)) for hour in hours]


def hours_of(document: Iterable[Sequence[Any]]) -> tuple[Hour, ...]:
    return tuple(Hour(*values) for values in document)


def _pack(header: dict[str, Any], columns: Sequence[Sequence[int]]) -> bytes:
    """The header and the columns as bytes: each column's planes, lowest bytes of all values first."""
    planes = [_planes(column) for column in columns]
    widths = [len(each) for each in planes]
    text = json.dumps({**header, "length": [len(column) for column in columns], "planes": widths}, sort_keys=True)
    encoded = text.encode()
    return _LENGTH.pack(len(encoded)) + encoded + b"".join(plane for each in planes for plane in each)


def _planes(column: Sequence[int]) -> list[bytes]:
    """As many planes as the greatest value needs bytes; none where all are zero."""
    width = -(-max(column, default=0).bit_length() // 8)
    wide = struct.pack(f"<{len(column)}Q", *column)
    return [wide[number::8] for number in range(width)]


def _unpack(data: bytes) -> tuple[dict[str, Any], list[Sequence[int]]]:
    header, _ = _header(data)
    return header, _columns(data)


def _header(data: bytes) -> tuple[dict[str, Any], int]:
    """The header, and where the columns begin."""
    (length,) = _LENGTH.unpack_from(data)
    at = _LENGTH.size + length
    return json.loads(data[_LENGTH.size : at]), at


def _columns(data: bytes, wanted: Collection[int] | None = None) -> list[Sequence[int]]:
    """The wanted columns, or all."""
    header, at = _header(data)
    columns: list[Sequence[int]] = []
    for number, (size, width) in enumerate(zip(header["length"], header["planes"], strict=True)):
        if wanted is None or number in wanted:
            planes = [data[at + size * plane : at + size * (plane + 1)] for plane in range(width)]
            columns.append(_joined(planes, size))
        at += size * width
    return columns


def _joined(planes: Sequence[bytes], size: int) -> Sequence[int]:
    if not planes:
        return bytes(size)
    if len(planes) == 1:
        return planes[0]
    wide = bytearray(8 * size)
    for number, plane in enumerate(planes):
        wide[number::8] = plane
    return struct.unpack(f"<{size}Q", wide)


def _inside(block: bytes, part: int) -> bytes:
    try:
        (length,) = _LENGTH.unpack_from(block)
        border = _LENGTH.size + length
        return zlib.decompress(block[_LENGTH.size : border] if part == 0 else block[border:])
    except (struct.error, zlib.error) as error:
        raise ValueError(f"a sealed day cannot be read: {error}") from error


def _digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(_LENGTH.pack(len(part)) + part)
    return whole.hexdigest()


def _code(kind: FailureKind | None) -> int:
    return 0 if kind is None else FAILURE_CODES[kind]


def _stored(value: Milliseconds | None) -> int:
    return 0 if value is None else value + 1


def _optional(value: int) -> Milliseconds | None:
    return value - 1 if value else None

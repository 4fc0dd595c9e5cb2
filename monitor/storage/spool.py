"""The spool: results on a disk while nobody takes them. What was appended survives a kill and a power cut.

A folder of segments, answers and failures apart, one JSON line for each result, flushed before it counts; a segment
that is full is packed. A line that a crash cut off is left out when it is read: it had not been counted as kept.
The hub keeps results here while its database is away, an agent while its hub is. Imports no database.
"""

import errno
import json
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from shutil import disk_usage

from monitor.core.backlog import Segment, excess, is_failure, overdue
from monitor.core.model import Result, Seconds
from monitor.core.record import encode
from monitor.storage.spool_files import PACKED, counted, readable, results_of
from monitor.storage.whole_file import replace_file

MOST_SIZE = 256 * 2**20
_FULL = 2000
"""Results in a segment before it is packed and the next one begun."""

_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What a disk says where older results may make room; one that is broken, or read-only, gets none by that."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Results read from the spool, and the segments that hold them: `Spool.done` lets go of these."""

    results: tuple[Result, ...] = ()
    segments: tuple[Segment, ...] = ()
    mark: str = ""


class Spool:
    """One folder of waiting results. Not for two processes or two threads at once."""

    def __init__(self, folder: Path, *, most_size: int = MOST_SIZE, most_age: Seconds | None = None) -> None:
        """Takes over what an earlier process left, and the single file `FOLDER.jsonl` of older versions.

        Raises OSError when the folder cannot be read.
        """
        self._folder = folder
        self._most_size = most_size
        self._most_age = most_age
        self._segments: dict[Path, Segment] = {}
        self._mark = ""
        self._open: dict[bool, Path] = {}
        self._next = 1
        self._lost: Counter[str] = Counter()
        self._name = ""
        self._in_vain = False
        if folder.is_dir():
            self._look()
        legacy = folder.with_suffix(".jsonl")
        if legacy.exists():
            self.append(results_of(legacy))
            legacy.unlink()

    def beside(self, name: str) -> "Spool":
        """Another spool in the same folder."""
        return Spool(self._folder.with_name(f"{self._folder.name}-{name}"), most_size=self._most_size)

    @property
    def folder(self) -> Path:
        """Where it keeps what waits; made when the first result comes."""
        return self._folder

    @property
    def room(self) -> int:
        """Bytes that it may still take: of its own bound, or of the disk where that has less. Raises OSError."""
        there = next(folder for folder in (self._folder, *self._folder.absolute().parents) if folder.exists())
        return max(min(self._most_size - self.size, disk_usage(there).free), 0)

    def __bool__(self) -> bool:
        return bool(self._segments)

    def __len__(self) -> int:
        """How many results wait."""
        return sum(segment.count for segment in self._segments.values())

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(segment.size for segment in self._segments.values())

    @property
    def oldest(self) -> Seconds | None:
        """The earliest slot that waits."""
        return min((segment.oldest for segment in self._segments.values()), default=None)

    @property
    def dropped(self) -> int:
        """How many results were given up since the folder was made, for want of room or for their age."""
        return self._lost.total()

    @property
    def lost(self) -> dict[str, int]:
        """The same by location, as far as that was counted: older versions did not."""
        return {location: count for location, count in self._lost.items() if location}

    @property
    def name(self) -> str:
        """Tells this spool's counts from those of any other; kept with them."""
        self._name = self._name or token_hex(8)
        return self._name

    def give_up(self, results: Iterable[Result]) -> None:
        """Counts results that there was no room for anywhere."""
        self._count(Counter(result.location for result in results))

    def append(self, results: Iterable[Result], mark: str = "") -> None:
        """Keeps results. Raises OSError when the disk takes none of them, even where older ones made room.

        What was written before the error stays; keeping a result twice changes nothing. `mark` (letters and digits)
        is given back with them; what has another mark is never in one batch with them.
        """
        results = list(results)
        if mark != self._mark:
            self.turn()
            self._mark = mark
        for failures in (True, False):
            chosen = [result for result in results if is_failure(result) is failures]
            for start in range(0, len(chosen), _FULL):
                self._write(chosen[start : start + _FULL], failures=failures)
        self._drop(excess(self._segments.values(), self._most_size))

    def turn(self) -> None:
        """What comes in from now on goes into new segments, so that `take(newest=True)` gives it and no more."""
        self._open = {}

    def take(self, limit: int = _FULL, *, newest: bool = False) -> Batch:
        """Whole segments up to about `limit` results, at least one segment; the oldest, or the newest.

        They stay where they are until `done`. What comes in meanwhile goes into new segments.
        """
        results: list[Result] = []
        taken: list[Segment] = []
        for path, segment in sorted(self._segments.items(), key=lambda item: item[1], reverse=newest):
            if taken and (len(results) + segment.count > limit or segment.mark != taken[0].mark):
                break
            self._open = {kind: open_ for kind, open_ in self._open.items() if open_ != path}
            found = readable(path)
            if found is None:
                del self._segments[path]
                continue
            results += found
            taken.append(segment)
        return Batch(tuple(results), tuple(taken), taken[0].mark if taken else "")

    def done(self, batch: Batch) -> None:
        """Lets go of what was taken: somebody else keeps it now."""
        for segment in batch.segments:
            self._remove(segment)

    def drain(self, accept: Callable[[Sequence[Result]], object]) -> int:
        """Hands everything to `accept`, oldest first, and lets go of what it took; says how many.

        An exception from `accept` leaves that batch and all later ones: accepting a result twice changes nothing.
        """
        count = 0
        while self:
            batch = self.take()
            if batch.results:
                accept(batch.results)
            self.done(batch)
            count += len(batch.results)
        return count

    def expire(self, now: Seconds) -> None:
        """Gives up what is older than the spool may hold."""
        if self._most_age is not None:
            self._drop(overdue(self._segments.values(), now, self._most_age))

    def _look(self) -> None:
        for path in sorted(self._folder.iterdir()):
            if path.name == "dropped":
                self._name, self._lost = counted(path)
            elif path.suffix == ".part":
                path.unlink()
            elif (number := path.name.split("-")[0]).isdecimal():
                self._next = max(self._next, int(number) + 1)
                self._take_over(path, int(number))

    def _take_over(self, path: Path, number: int) -> None:
        found = readable(path)
        if found is None:
            return
        if not found:
            path.unlink()
            return
        slots = [result.slot for result in found]
        size = path.stat().st_size
        _, kind, *marks = path.name.partition(".")[0].split("-")
        self._segments[path] = Segment(
            number, kind == "failures", len(found), size, max(slots), min(slots), "".join(marks)
        )

    def _write(self, results: Sequence[Result], *, failures: bool) -> None:
        lines = "".join(json.dumps(encode(result), separators=(",", ":")) + "\n" for result in results).encode()
        try:
            self._append(results, lines, failures=failures)
        except OSError as error:
            room = excess(self._segments.values(), max(self.size - len(lines), 0))
            if error.errno not in _FULL_DISK or self._in_vain or not room:
                raise
            self._drop(room)
            # If it does not help now, no more is given up until the disk has taken something: it is not ours to free.
            self._in_vain = True
            self._append(results, lines, failures=failures)
        self._in_vain = False

    def _append(self, results: Sequence[Result], lines: bytes, *, failures: bool) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._open.get(failures)
        if path is None or path not in self._segments:
            mark = f"-{self._mark}" if self._mark else ""
            path = self._folder / f"{self._next:012d}-{'failures' if failures else 'answers'}{mark}.jsonl"
        before = self._segments.get(path, Segment(self._next, failures, 0, 0, 0, mark=self._mark))
        try:
            with path.open("ab") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                os.truncate(path, before.size)
            raise
        if path not in self._segments:
            self._next += 1
            self._open[failures] = path
        slots = [result.slot for result in results]
        grown = replace(
            before,
            count=before.count + len(results),
            size=before.size + len(lines),
            newest=max(before.newest, *slots),
            oldest=min(before.oldest, *slots) if before.count else min(slots),
        )
        self._segments[path] = grown
        if grown.count >= _FULL:
            self._pack(path, grown)

    def _pack(self, path: Path, segment: Segment) -> None:
        """A full segment, a twentieth of its size. On a full disk it stays as it is."""
        del self._open[segment.failures]
        packed, data = path.with_name(path.name + PACKED), zlib.compress(path.read_bytes())
        try:
            replace_file(packed, data)
        except OSError:
            return
        del self._segments[path]
        self._segments[packed] = replace(segment, size=len(data))
        path.unlink()

    def _drop(self, segments: Iterable[Segment]) -> None:
        lost: Counter[str] = Counter()
        for segment in segments:
            lost.update(self._locations(segment))
            self._remove(segment)
        self._count(lost)

    def _count(self, lost: Counter[str]) -> None:
        if lost:
            self._lost.update(lost)
            with suppress(OSError):
                # The counts are for people; on a full disk they are kept in memory only.
                part = self._folder / "dropped.part"
                part.write_text(json.dumps({"spool": self.name, "lost": self._lost}))
                part.replace(self._folder / "dropped")

    def _locations(self, segment: Segment) -> Counter[str]:
        """How many results of each location a segment holds."""
        try:
            paths = [path for path, item in self._segments.items() if item.number == segment.number]
            return Counter(result.location for path in paths for result in results_of(path))
        except (OSError, ValueError, TypeError, zlib.error):
            return Counter({"": segment.count})

    def _remove(self, segment: Segment) -> None:
        for path in [path for path, item in self._segments.items() if item.number == segment.number]:
            del self._segments[path]
            path.unlink(missing_ok=True)
            self._open = {kind: open_ for kind, open_ in self._open.items() if open_ != path}

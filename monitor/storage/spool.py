"""The spool: results on disk while the database is away. One JSON line each, flushed before it counts.

A line that was cut off by a crash is dropped when it is read: it had not been counted as kept.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from monitor.core.model import Failure, FailureKind, Phases, Result, State

_BATCH = 500


class Spool:
    """An append-only file of results. Not for two processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def beside(self, name: str) -> "Spool":
        """Another spool in the same folder."""
        return Spool(self._path.with_name(f"{self._path.stem}-{name}{self._path.suffix}"))

    def __bool__(self) -> bool:
        return self._path.exists() and self._path.stat().st_size > 0

    def append(self, results: Sequence[Result]) -> None:
        """Keeps results; raises OSError when the disk does not take them."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(asdict(result), separators=(",", ":")) + "\n" for result in results)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def drain(self, accept: Callable[[Sequence[Result]], object]) -> int:
        """Hands everything to `accept` in batches, then empties the file; says how many.

        An exception from `accept` leaves the file as it is: accepting a result twice changes nothing.
        """
        if not self:
            return 0
        count = 0
        results = self._read()
        while batch := list(islice(results, _BATCH)):
            accept(batch)
            count += len(batch)
        self._path.unlink()
        return count

    def _read(self) -> Iterator[Result]:
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    yield _result(json.loads(line))


def _result(row: dict[str, Any]) -> Result:
    failure = row.pop("failure")
    first = row.pop("first_failure")
    return Result(
        **{
            **row,
            "outcome": State(row["outcome"]),
            "phases": Phases(**row["phases"]),
            "failure": Failure(FailureKind(failure["kind"]), failure["detail"]) if failure else None,
            "first_failure": FailureKind(first) if first else None,
        }
    )

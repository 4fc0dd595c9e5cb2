"""What lies in a spool's folder, as it is read: segments of results, plain or packed, and what was given up."""

import json
import logging
import zlib
from collections import Counter
from pathlib import Path

from monitor.core.model import Result
from monitor.core.record import decode

logger = logging.getLogger(__name__)

PACKED = ".z"


def counted(path: Path) -> tuple[str, Counter[str]]:
    """The spool's name and what it gave up by location. Older versions left a number alone, a full disk nothing."""
    try:
        kept = json.loads(path.read_bytes())
        if isinstance(kept, int):
            return "", Counter({"": kept})
        return str(kept["spool"]), Counter({str(name): int(count) for name, count in kept["lost"].items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", Counter()


def readable(path: Path) -> list[Result] | None:
    """The results of a segment; one that is damaged is set aside, so that it holds up no other."""
    try:
        return results_of(path)
    except (ValueError, TypeError, zlib.error) as error:
        logger.error("%s cannot be read and is set aside as damaged-%s: %s", path, path.name, error)
        path.rename(path.with_name(f"damaged-{path.name}"))
        return None


def results_of(path: Path) -> list[Result]:
    data = path.read_bytes()
    if path.suffix == PACKED:
        data = zlib.decompress(data)
    return [decode(Result, json.loads(line)) for line in data.splitlines(keepends=True) if line.endswith(b"\n")]

"""What the hub wants probed, and the file that remembers it: with the hub away an agent probes what it knew last."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from monitor.agent.link import Pulled
from monitor.core.exchange import Shard
from monitor.probes.assignment import Assignment, assigned, read_check
from monitor.probes.controls import Control
from monitor.probes.sharing import Sharing
from monitor.storage.whole_file import replace_file

logger = logging.getLogger(__name__)

_LONGEST_SLOT = 3600
_MOST_CONTROLS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What this agent is to probe, and what always answers where there is a network."""

    assignments: list[Assignment]
    controls: list[Control]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a hub may ask of this machine: checks, and probes a second in the long run."""

    checks: int = 20_000
    rate: int = 500

    def excess(self, assignments: Sequence[Assignment]) -> str | None:
        """What is too much about a list; None where nothing is."""
        if len(assignments) > self.checks:
            return f"{len(assignments)} checks, this agent's file allows {self.checks} (limits.checks)"
        rate = sum(Fraction(1, item.timing.every) for item in assignments)
        if rate > self.rate:
            return f"{round(rate)} probes a second, this agent's file allows {self.rate} (limits.rate)"
        return None


class Unreadable(Exception):
    """What came is no list of checks for this location."""


def read(content: bytes, location: str, shard: Shard | None, limits: Limits = Limits()) -> Wanted:
    """The checks that this agent is to probe. Raises Unreadable, for more than the limits let through, too.

    One that this version cannot read is left out, and said so: it shall not hold up the others.
    """
    document = _document(content, location)
    found, sharing = [], Sharing()
    for item in document["checks"]:
        try:
            made = _assignment(item, sharing)
        except (ValueError, TypeError, KeyError):
            logger.error("the check %s cannot be read by this version and is not probed", _name(item))
            continue
        if shard is None or shard.holds(made.timing.key):
            found.append(made)
    if (excess := limits.excess(found)) is not None:
        raise Unreadable(f"its list is not taken over: {excess}")
    return Wanted(found, _controls(document.get("controls", [])))


def _controls(listed: Any) -> list[Control]:
    try:
        return [Control.parse(item) for item in listed[:_MOST_CONTROLS]]
    except (ValueError, TypeError):
        raise Unreadable("its list of control targets cannot be read") from None


def _document(content: bytes, location: str) -> dict[str, Any]:
    try:
        document = json.loads(content.decode())
        named, checks = document["location"], document["checks"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unreadable("its list of checks cannot be read") from None
    if named != location:
        raise Unreadable(f"the token is for the location {named!s:.80}, this agent is called {location}")
    if not isinstance(checks, list):
        raise Unreadable("its list of checks cannot be read")
    return dict(document)


def _assignment(item: Mapping[str, Any], sharing: Sharing) -> Assignment:
    every, start, end = item["every"], item["start"], item["end"]
    if type(every) is not int or not 1 <= every <= _LONGEST_SLOT or type(start) is not int or start < 0:
        raise ValueError("no slots")
    if end is not None and type(end) is not int:
        raise ValueError("no end")
    names = [item["component"], item["check"], item["digest"]]
    if not all(isinstance(name, str) for name in names):
        raise ValueError("no names")
    component, name, digest = names
    check = sharing.check(read_check(item["definition"]))
    made = assigned(component, name, check, digest=digest, every=every, start=start, end=end)
    if made.timing.budget_ms > every * 1000:
        raise ValueError("probes would pile up")
    return made


def _name(item: Any) -> str:
    named = isinstance(item, dict) and item.get("component"), isinstance(item, dict) and item.get("check")
    return "/".join(str(part)[:80] for part in named)


class Known:
    """The file of the checks that were pulled last. Holds references to secrets, never their values."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, hubs: Sequence[str]) -> Pulled | None:
        """What was kept of one of these hubs; None where there is nothing that can be read."""
        try:
            kept = json.loads(self._path.read_bytes())
            if kept["hub"] not in hubs:
                return None
            return Pulled(str(kept["content"]).encode(), kept["etag"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            logger.error("%s cannot be read; waiting for the hub's own list: %s", self._path, error)
            return None

    def keep(self, pulled: Pulled, hub: str) -> None:
        """Replaces the file at once or not at all. Raises OSError."""
        kept = {"hub": hub, "etag": pulled.etag, "content": pulled.content.decode()}
        replace_file(self._path, json.dumps(kept).encode())

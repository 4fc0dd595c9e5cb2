"""A hub as a process that others can ask: for tests with several of them on one database."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.running import Janji, free_port

TAKEOVER = 30
"""Seconds in which another hub has to lead."""

PATIENCE = 60


@dataclass
class HubProcess:
    """One hub in a directory of its own; all read the same settings file."""

    janji: Janji
    config: Path
    public: str
    admin: str

    def start(self, env: Mapping[str, str] | None = None) -> None:
        self.janji.start(self.config, env)

    def readiness(self) -> dict[str, Any]:
        return dict(json.loads(get(f"{self.admin}/readyz")))

    @property
    def role(self) -> str:
        return str(self.readiness()["role"])

    def states(self) -> dict[str, str]:
        body = json.loads(get(f"{self.public}/api/v1/summary"))
        return {item["id"]: item["state"] for item in body["components"]}


def hub_in(directory: Path, config: Path) -> HubProcess:
    """A hub that is not started yet, with addresses of its own."""
    directory.mkdir()
    public, admin = (f"127.0.0.1:{free_port()}" for _ in range(2))
    command = ("up", "--listen", public, "--admin", admin)
    return HubProcess(Janji(directory, command), config, f"http://{public}", f"http://{admin}")


def get(request: str | urllib.request.Request) -> str:
    """What is answered, whatever the status. Raises OSError where nobody answers."""
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()


def wait(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
    """Seconds until a condition held; a hub that does not answer at that moment does not hold it."""
    began = time.monotonic()
    while True:
        try:
            if condition():
                return time.monotonic() - began
        except (OSError, ValueError):
            pass
        assert time.monotonic() - began < patience, f"not within {patience} s: {what}"
        time.sleep(0.1)

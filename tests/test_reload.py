"""Changed settings are taken over by the running hub; wrong ones change nothing and are named."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import Janji, free_port

pytestmark = pytest.mark.slow


def settings(listen: int, admin: int, names: dict[str, str]) -> str:
    check = f"{{kind: http, url: 'http://127.0.0.1:{listen}/healthz', every: 1s}}"
    components = "".join(f"  - {{id: {key}, name: {name}, checks: [{check}]}}\n" for key, name in names.items())
    return (
        f"server: {{listen: '127.0.0.1:{listen}', admin: '127.0.0.1:{admin}', database: 'sqlite:///reload.db'}}\n"
        f"components:\n{components}"
    )


class Running:
    """A started hub, its settings file and its two listeners."""

    def __init__(self, janji: Janji, folder: Path) -> None:
        self.listen, self.admin = free_port(), free_port()
        self.config = folder / "janji.yaml"
        self.janji = janji
        self.write({"api": "Old name"})
        janji.start(self.config)

    def write(self, names: dict[str, str]) -> None:
        """Replaces the file as careful editors do: a new file renamed over the old one."""
        draft = self.config.with_suffix(".new")
        draft.write_text(settings(self.listen, self.admin, names))
        draft.replace(self.config)

    def names(self) -> list[str]:
        with urllib.request.urlopen(f"{self.janji.url}/api/v1/summary", timeout=10) as answer:
            return [item["name"] for item in json.load(answer)["components"]]

    def readiness(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/readyz", timeout=10) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            return dict(json.load(refused))

    def wait(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end, self.janji.output
            time.sleep(0.1)


@pytest.fixture
def running(janji: Janji, tmp_path: Path) -> Iterator[Running]:
    found = Running(janji, tmp_path)
    yield found
    found.janji.stop()


def test_a_replaced_file_is_taken_over_without_a_word(running: Running) -> None:
    running.write({"api": "New name", "web": "Web"})
    running.wait(lambda: running.names() == ["New name", "Web"])
    assert running.readiness() == {"ready": True, "problems": [], "role": "leads"}


def test_a_wrong_file_changes_nothing_and_is_named_until_it_is_mended(running: Running) -> None:
    running.config.write_text("components: [{id: api, objectiv: 99.9%}]\n")
    running.wait(lambda: not running.readiness()["ready"])
    assert "did you mean" in str(running.readiness()["problems"])
    assert "objectiv" in running.janji.output
    assert running.names() == ["Old name"]
    running.write({"api": "Mended"})
    running.wait(lambda: running.names() == ["Mended"])
    running.wait(lambda: running.readiness()["ready"])


def test_a_hangup_loads_the_settings_again(running: Running) -> None:
    stamp = running.config.stat()
    text = running.config.read_text().replace("Old name", "New nick")
    running.config.write_text(text)
    os.utime(running.config, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    running.janji.process.send_signal(signal.SIGHUP)
    running.wait(lambda: running.names() == ["New nick"])


def test_a_second_hub_on_the_same_database_is_refused(running: Running, tmp_path: Path) -> None:
    second = Janji(tmp_path)
    other = tmp_path / "second.yaml"
    text = running.config.read_text()
    other.write_text(text.replace(str(running.listen), str(free_port())).replace(str(running.admin), str(free_port())))
    with pytest.raises(AssertionError, match="another hub works on this database already"):
        second.start(other)

"""Janji itself as a process, for tests from end to end."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds until a process that should have answered is given up; bounds a hang, decides nothing."""


def free_port() -> int:
    """A loopback TCP port that nothing listens on at this moment."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Janji:
    """`python -m monitor` as a process in a directory of its own; both streams are read as they come."""

    def __init__(self, directory: Path, command: Sequence[str] = ("up",), within: Sequence[str] = ()) -> None:
        """`within` is a command that becomes the one that follows it, such as `nsenter`."""
        self.directory = directory
        self.url = ""
        self._command = command
        self._within = within
        self._process: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._said_all = False

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None, "not started"
        return self._process

    @property
    def output(self) -> str:
        """All that was written so far on either stream, over all starts."""
        with self._changed:
            return "\n".join(self._lines)

    def start(self, config: Path, env: Mapping[str, str] | None = None) -> "Janji":
        """Starts it and waits for the first `http://HOST:PORT` on stdout, which becomes `url`."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("JANJI_")}
        self.url, self._said_all = "", False
        self._process = subprocess.Popen(
            [*self._within, sys.executable, "-m", "monitor", "--config", str(config), *self._command],
            cwd=self.directory,
            env={**inherited, "PYTHONPATH": str(ROOT), **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stderr
        self._readers = [self._read(self.process.stdout, for_url=True), self._read(self.process.stderr)]
        return self._until_it_serves()

    def stop(self) -> None:
        """Ends it as an operator does: SIGTERM, and exit 0."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=PATIENCE)
        self.close()
        assert status == 0, f"exit {status} after SIGTERM:\n{self.output}"

    def kill(self) -> None:
        """Ends it as a power cut does."""
        self.process.kill()
        self.close()

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Makes sure that it is gone and its streams are read to the end. May be called twice."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.kill()  # ends a paused one too
        self._process.wait()
        for reader in self._readers:
            reader.join(timeout=PATIENCE)

    def _read(self, stream: IO[str], *, for_url: bool = False) -> threading.Thread:
        reader = threading.Thread(target=self._keep_lines, args=(stream, for_url), daemon=True)
        reader.start()
        return reader

    def _keep_lines(self, stream: IO[str], for_url: bool) -> None:
        with stream:
            for line in stream:
                found = re.search(r"http://[^\s/]+:\d+", line) if for_url else None
                with self._changed:
                    self._lines.append(line.rstrip("\n"))
                    self.url = self.url or (found[0] if found else "")
                    self._changed.notify_all()
        with self._changed:
            self._said_all = self._said_all or for_url
            self._changed.notify_all()

    def _until_it_serves(self) -> "Janji":
        with self._changed:
            self._changed.wait_for(lambda: self.url or self._said_all, timeout=PATIENCE)
        if not self.url:
            self.close()
        assert self.url, f"no http:// on stdout, exit {self.process.returncode}:\n{self.output}"
        return self


@contextmanager
def run_janji(
    directory: Path, config: Path, env: Mapping[str, str] | None = None, command: Sequence[str] = ("up",)
) -> Iterator[Janji]:
    """A started Janji that is gone afterwards, whatever happened."""
    janji = Janji(directory, command)
    try:
        yield janji.start(config, env)
    finally:
        janji.close()

"""Runs a command on figures in this process, and gives what it wrote."""

from pathlib import Path

import pytest

from monitor.cli.main import main
from tests.reports.world import NOW


class Run:
    """Calls of the command with one settings file, at the moment up to which the months are settled."""

    def __init__(self, settings: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._settings = settings
        self._capsys = capsys
        for command in ("report", "explain", "evidence", "what_if"):
            monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: NOW)

    def __call__(self, *arguments: str) -> str:
        """What a command that succeeds wrote on stdout."""
        code, out, err = self.ended(*arguments)
        assert (code, err) == (0, "")
        return out

    def refused(self, *arguments: str) -> str:
        """The one line of a command that ends with 2."""
        code, out, err = self.ended(*arguments)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        return err.strip()

    def ended(self, *arguments: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(self._settings), *arguments])
        out, err = self._capsys.readouterr()
        return ended.value.code, out, err

"""A settings file in a directory of its own, and the command called on it as from a terminal."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.storage.store import Store

SETTINGS = """\
page: {{title: PWBI status, zone: Asia/Jakarta}}
server: {{database: "sqlite:///{folder}/janji.db"}}
components:
  - id: api
    objective: 99.9%
    checks:
      - {{id: health, kind: http, url: "http://127.0.0.1:9/health", every: 10s}}
      - {{id: port, kind: tcp, host: 127.0.0.1, port: 9}}
  - id: database
    checks:
      - {{kind: tcp, host: 127.0.0.1, port: 9}}
"""


@dataclass
class Done:
    """How a call of the command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass
class House:
    """The settings file, and what is called on it."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "janji.yaml"

    def settings(self, text: str = SETTINGS) -> None:
        self.config.write_text(text.format(folder=self.folder))

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> Done:
        """The command in this process, errors and exit codes as the terminal sees them."""
        import click

        @click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
        @click.argument("words", nargs=-1, type=click.UNPROCESSED)
        def terminal(words: tuple[str, ...]) -> None:
            main(["--config", str(self.config), *words])

        found: Result = CliRunner().invoke(terminal, list(arguments), env={"JANJI_TOKEN": None, **(env or {})})
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Done(found.exit_code, found.stdout, found.stderr)

    def store(self) -> Store:
        return Store.open(f"sqlite:///{self.folder}/janji.db")[0]

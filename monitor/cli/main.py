"""The `janji` command: its groups, its common options, and how errors end it.

Exit codes: 0 done; 1 it ran and the answer is no (a check is down, a figure differs); 2 wrong settings or usage;
3 the database cannot be used.
"""

import sys
import zoneinfo
from pathlib import Path
from typing import ClassVar

import click

from monitor import __version__
from monitor.cli.context import Context
from monitor.settings.errors import SettingsError


class _Command(click.Group):
    """Lets `--config` stand before or after the command, and imports a command's module only when it is called."""

    modules: ClassVar[dict[str, str]] = {
        "up": "monitor.cli.up",
        "agent": "monitor.cli.agent",
        "validate": "monitor.cli.validate",
        "check": "monitor.cli.check",
        "recompute": "monitor.cli.recompute",
        "maintenance": "monitor.cli.maintenance",
        "incident": "monitor.cli.incident",
        "subscribers": "monitor.cli.subscribers",
        "token": "monitor.cli.token",
        "locations": "monitor.cli.locations",
        "hubs": "monitor.cli.hubs",
        "heartbeat": "monitor.cli.heartbeat",
        "alert": "monitor.cli.alert",
        "silence": "monitor.cli.silence",
        "report": "monitor.cli.report",
        "explain": "monitor.cli.explain",
        "evidence": "monitor.cli.evidence",
        "summary": "monitor.cli.summary",
        "what-if": "monitor.cli.what_if",
        "close": "monitor.cli.close",
        "revise": "monitor.cli.revise",
        "verify": "monitor.cli.verify",
        "exclusion": "monitor.cli.exclusion",
        "correction": "monitor.cli.correction",
        "reported": "monitor.cli.reported",
        "pause": "monitor.cli.pause",
        "resume": "monitor.cli.resume",
        "publish": "monitor.cli.publish",
        "backup": "monitor.cli.backup",
        "restore": "monitor.cli.restore",
        "move": "monitor.cli.move",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        from importlib import import_module

        command = import_module(self.modules[cmd_name]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.modules[cmd_name]} holds no command")
        _add_config(command)
        return command


def _add_config(command: click.Command) -> None:
    """Every command takes `--config` too."""
    if isinstance(command, click.Group):
        for sub in command.commands.values():
            _add_config(sub)
    if not any(parameter.name == "settings_file" for parameter in command.params):
        command.params.append(_config_option(hidden=True))


def _config_option(*, hidden: bool = False) -> click.Option:
    return click.Option(
        ["--config", "settings_file"],
        type=click.Path(path_type=Path),
        expose_value=False,
        callback=_take_config,
        hidden=hidden,
        help="Settings file. Default: $JANJI_CONFIG, else config/janji.yaml.",
    )


def _take_config(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    ctx.ensure_object(Context)
    if value is not None:
        ctx.obj.option = value


@click.command(cls=_Command, params=[_config_option()], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="janji")
def janji() -> None:
    """Watch endpoints, keep the books on availability, alert, and serve a status page.

    \b
    Example:
      janji validate && janji up
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs the command and exits with its code; errors that people can mend are one message, no traceback."""
    # Zone rules come from the locked tzdata package, never from the machine.
    zoneinfo.reset_tzpath(())
    try:
        code = janji.main(arguments, standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except SettingsError as error:
        click.echo(str(error), err=True)
        code = 2
    except Exception as error:
        if not _is_storage(error):
            raise
        click.echo(f"janji: {error}", err=True)
        code = 3
    sys.exit(code if isinstance(code, int) else 0)


def _is_storage(error: Exception) -> bool:
    # Imported only now: a command that needs no database starts ten times faster without.
    from monitor.storage.engine import StorageError
    from monitor.storage.store import StorageAway

    return isinstance(error, StorageError | StorageAway)

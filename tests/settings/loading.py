"""Loading a text as settings, with all secrets set and every channel's address taken unless said otherwise."""

from collections.abc import Callable
from pathlib import Path

from monitor.settings.errors import SettingsError
from monitor.settings.loader import Loaded, load

ONE_CHECK = """\
components:
  - id: api
    checks:
      - kind: http
        url: https://api.example.com/
"""


def loaded(
    folder: Path,
    text: str,
    *,
    secrets: Callable[[str], bool] = lambda _name: True,
    check_channel: Callable[[str], str | None] | None = None,
    strict: bool = False,
) -> Loaded:
    path = folder / "janji.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, secrets=secrets, check_channel=check_channel, strict=strict)


def mistakes(folder: Path, text: str, check_channel: Callable[[str], str | None] | None = None) -> list[str]:
    """What is wrong with a text: `line: path: message` each; nothing for one that can be used."""
    try:
        loaded(folder, text, check_channel=check_channel)
    except SettingsError as error:
        return [str(item).removeprefix(f"{folder / 'janji.yaml'}:") for item in error.mistakes]
    return []


def warnings(folder: Path, text: str) -> list[str]:
    """What is doubtful about a text that can be used."""
    found = loaded(folder, text).warnings
    return [str(item).removeprefix(f"{folder / 'janji.yaml'}:") for item in found]

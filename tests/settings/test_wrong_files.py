"""A folder of settings with one mistake each; the first line of a file is the message that it must give."""

from pathlib import Path

import pytest

from monitor.settings.errors import SettingsError
from monitor.settings.loader import load

FILES = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))


def known_to_apprise(url: str) -> str | None:
    return "Apprise does not know this kind of address" if url.startswith("nonsense:") else None


def test_the_folder_is_not_empty() -> None:
    assert len(FILES) >= 45


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_mistake_gives_one_message_with_its_line(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ")
    with pytest.raises(SettingsError) as raised:
        load(path, secrets=lambda _name: True, check_channel=known_to_apprise)
    assert str(raised.value) == f"{path}:{expected}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_secret_in_the_file_is_not_repeated(path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(path, secrets=lambda _name: True, check_channel=known_to_apprise)
    assert "hunter2" not in str(raised.value)

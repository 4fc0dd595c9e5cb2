import os
from pathlib import Path

import pytest

from monitor.storage.whole_file import replace_file


def test_a_file_is_replaced_and_made_for_its_owner_alone_where_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    for content in (b"one", b"two"):
        replace_file(path, content, mode=0o600)
        assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_takes_nothing_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.json"
    replace_file(path, b"one")

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]

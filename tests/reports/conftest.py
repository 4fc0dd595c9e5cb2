from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.reader.accounts import Accounts
from monitor.storage.store import Store
from tests.reports.promises import PROMISES
from tests.reports.world import build, opened


@pytest.fixture(scope="session")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of the written-down months, whose database lies beside them."""
    return build(tmp_path_factory.mktemp("months"))


@pytest.fixture(scope="session")
def promises_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of the same months under the agreements of `promises`."""
    return build(tmp_path_factory.mktemp("promises"), PROMISES)


@pytest.fixture
def store(settings_file: Path) -> Iterator[Store]:
    found, _ = opened(settings_file)
    yield found
    found.close()


@pytest.fixture
def accounts(settings_file: Path) -> Iterator[Accounts]:
    found, made = opened(settings_file)
    yield made
    found.close()


@pytest.fixture
def promised(promises_file: Path) -> Iterator[Accounts]:
    """Accounts of the agreements of `promises`."""
    found, made = opened(promises_file)
    yield made
    found.close()

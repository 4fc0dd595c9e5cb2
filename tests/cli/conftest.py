from pathlib import Path

import pytest

from tests.cli.figures import Run
from tests.cli.office import Office
from tests.reports.world import build


@pytest.fixture(scope="session")
def months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings file of the written-down months of `tests.reports.world`."""
    return build(tmp_path_factory.mktemp("months"))


@pytest.fixture
def run(months: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls commands on figures of those months."""
    return Run(months, capsys, monkeypatch)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office that every test gets a copy of."""
    with pytest.MonkeyPatch.context() as patches:
        return Office(tmp_path_factory.mktemp("office")).founded(patches)


@pytest.fixture
def office(founded: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Those months, to be closed."""
    return Office(tmp_path).opened(founded, monkeypatch)

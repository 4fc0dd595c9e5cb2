"""The year, built once, and what every reader says of it. `JANJI_YEAR_SEED` asks for another year."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.reports.sheets import recalculated
from tests.year import commands, served
from tests.year.history import NOW, generate
from tests.year.oracle import Oracle
from tests.year.reading import Figures, expected_figures
from tests.year.terms import promises
from tests.year.world import Year

SEED = int(os.environ.get("JANJI_YEAR_SEED", "2026"))


@dataclass
class Told:
    """What the oracle says, and who is in service in which month."""

    figures: dict[tuple[str, str], Figures]
    subjects: dict[str, list[tuple[str, bool]]]

    def of(self, *, agreement: bool, objective: bool = False, months: int = 12) -> set[tuple[str, str]]:
        """Subjects and months of the agreements, or of the components (with `objective` those that have a target)."""
        listed = commands.MONTHS[-months:]
        return {
            (subject, month)
            for month in listed
            for subject, is_agreement in self.subjects[month]
            if is_agreement is agreement and not (objective and self.figures[subject, month]["target"] is None)
        }


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    print(f"JANJI_YEAR_SEED={SEED}")
    with pytest.MonkeyPatch.context() as patches:
        yield Year(tmp_path_factory.mktemp("year"), generate(SEED), patches)


@pytest.fixture(scope="session")
def told(year: Year) -> Told:
    oracle, figures, subjects = Oracle(year.history), {}, dict[str, list[tuple[str, bool]]]()
    for month in commands.MONTHS:
        for promise in promises(month):
            key = (promise.id, month)
            found = oracle.month(promise, month, year.known_at.get(key, NOW))
            if found.total:
                figures[key] = expected_figures(found, _stage(year, key, found.final), year.revision.get(key))
                subjects.setdefault(month, []).append((promise.id, promise.agreement))
    return Told(figures, subjects)


def _stage(year: Year, key: tuple[str, str], final: bool) -> str:
    if key in year.revision:
        return "revised" if year.revision[key] else "closed"
    return "provisional" if final else "running"


@pytest.fixture(scope="session")
def documents(year: Year) -> dict[str, Any]:
    """`report --json` by month."""
    return commands.documents(year)


@pytest.fixture(scope="session")
def answers(year: Year, told: Told) -> dict[str, Any]:
    """The admin API's answers by path."""
    return served.run(served.api(year, told.subjects))


@pytest.fixture(scope="session")
def site(year: Year, told: Told) -> tuple[dict[str, str], dict[tuple[str, str], Any]]:
    """The public site's texts by path, and its evidence."""
    ids: dict[str, list[str]] = {}
    for subject, month in sorted(told.of(agreement=False, objective=True)):
        ids.setdefault(month, []).append(subject)
    return served.run(served.page(year, ids))


@pytest.fixture(scope="session")
def bundles(year: Year, told: Told) -> dict[tuple[str, str], Any]:
    """The evidence of everything that has a target in the sampled months, as the command writes it."""
    keys = told.of(agreement=False, objective=True) | told.of(agreement=True)
    agreed = told.of(agreement=True)
    wanted = sorted(key for key in keys if key[1] in commands.SAMPLED)
    return {key: commands.bundle(year, *key, agreement=key in agreed) for key in wanted}


@pytest.fixture(scope="session")
def workbook(year: Year) -> bytes:
    return commands.file(year, "2026", "--xlsx")


@pytest.fixture(scope="session")
def computed(workbook: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The year's spreadsheet with every formula recalculated by LibreOffice."""
    return recalculated(workbook, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def statements(year: Year, told: Told) -> dict[tuple[str, str, str], bytes]:
    """The PDFs by agreement, month and language: English ones of the sampled months, Indonesian ones of the others."""
    wanted = [(key, "en" if key[1] in commands.SAMPLED else "id") for key in told.of(agreement=True)]
    return {
        (*key, language): commands.file(year, key[1], "--pdf", options=("--agreement", key[0], "--language", language))
        for key, language in wanted
    }


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence")

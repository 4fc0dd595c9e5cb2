"""When an edit of the settings takes effect; the pages zone is Asia/Jakarta, the year 2026."""

from pathlib import Path

import pytest

from monitor.reader.edits import edits
from monitor.settings.hub import Settings
from monitor.storage.terms import LoadedSettings, loaded_settings
from tests.reader.test_accounts import ACME, API
from tests.reports.world import wib
from tests.settings.loading import loaded

NOW = wib("20 Nov 12:00")


def settings(folder: Path, component: str = API, agreement: str = ACME) -> Settings:
    text = f"page: {{zone: Asia/Jakarta}}\ncomponents: [{component}]\nagreements: [{agreement}]\n"
    return loaded(folder, text).settings


def was(*versions: tuple[str, Settings]) -> list[LoadedSettings]:
    return [loaded_settings(wib(at), item.document()) for at, item in versions]


@pytest.mark.parametrize(
    ("agreement", "said"),
    [
        (ACME, []),
        (ACME.replace("99.5%", "99.9%"), ["agreement acme: what changed (target) takes effect 2026-12"]),
        (
            ACME.replace("99.5%", "99.9%, notice: 9d"),
            ["agreement acme: what changed (target, notice) takes effect 2026-12"],
        ),
        (
            ACME.replace("99.5%", "99.5%, terms: [{from: 2027-03, target: 99.9%}]"),
            ["agreement acme: what changed (target) takes effect 2027-03"],
        ),
        (
            ACME.replace("99.5%", "99.5%, terms: [{from: 2026-11, target: 99.9%}]"),
            ["agreement acme: what changed (target) takes effect 2026-12"],
        ),
        (ACME.replace("99.5%", "99.5%, until: 2026-12-15"), ["agreement acme: until 2026-12-15 holds at once"]),
        (
            "",
            [
                "agreement acme left the settings: its months that are not closed are no longer reported; to end it, "
                "keep it and write until"
            ],
        ),
    ],
)
def test_an_edit_of_an_agreement_says_when_it_takes_effect(tmp_path: Path, agreement: str, said: list[str]) -> None:
    before = was(("01 Oct 00:00", settings(tmp_path)))
    assert list(edits(before, settings(tmp_path, agreement=agreement), NOW, {})) == said


def test_an_edit_of_an_objective_says_when_it_takes_effect(tmp_path: Path) -> None:
    before = was(("01 Oct 00:00", settings(tmp_path)))
    new = settings(tmp_path, API.replace("99.9%", "99.5%"))
    assert list(edits(before, new, NOW, {})) == ["api: objective 99.5% takes effect 2026-12"]


def test_a_first_objective_in_a_components_first_month_takes_effect_at_once(tmp_path: Path) -> None:
    before = was(("05 Nov 00:00", settings(tmp_path, API.replace(" objective: 99.9%,", ""))))
    assert list(edits(before, settings(tmp_path), NOW, {})) == ["api: objective 99.9% takes effect 2026-11"]


def test_an_edit_taken_back_in_the_same_month_is_said_to_change_the_next(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path, agreement=ACME.replace("99.5%", "99.9%"))
    before = was(("01 Oct 00:00", first), ("10 Nov 00:00", second))
    assert list(edits(before, first, NOW, {})) == ["agreement acme: what changed (target) takes effect 2026-12"]


def test_the_first_load_ever_changes_nothing(tmp_path: Path) -> None:
    assert list(edits([], settings(tmp_path), NOW, {})) == []

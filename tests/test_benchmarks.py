"""Benchmarks rot where nobody runs them: each is imported, and what is quick runs in its smallest form, untimed."""

import asyncio
import importlib
import time
from pathlib import Path

import pytest

from tests.running import ROOT


def told(name: str, capsys: pytest.CaptureFixture[str], *arguments: int) -> str:
    """What a benchmark prints."""
    importlib.import_module(f"benchmarks.{name}").main(*arguments)
    return capsys.readouterr().out


def test_every_benchmark_can_be_started() -> None:
    names = sorted(path.stem for path in Path(ROOT, "benchmarks").glob("[a-z]*.py"))
    assert names == [
        "agent",
        "busy",
        "figures",
        "intake",
        "judging",
        "lateness",
        "loop",
        "memory",
        "page",
        "probing",
        "sealing",
        "slow",
        "storms",
    ]
    assert all(callable(importlib.import_module(f"benchmarks.{name}").main) for name in names)


def test_judging_tells_the_cost_of_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bytes a result row" in told("judging", capsys, 20, 2)


def test_intake_tells_how_many_results_a_hub_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert "results a second of one core" in told("intake", capsys, 2, 5)


def test_sealing_tells_how_small_a_result_becomes(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bytes a result" in told("sealing", capsys, 2, 1, 1)


def test_figures_from_spans_and_from_rows_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert "times the figures from spans" in told("figures", capsys, 2, 3, 30)


def test_lateness_tells_how_late_probes_start(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.lateness.WARM_UP", 0)
    assert "starts at 60 a minute" in told("lateness", capsys, 1, 60)


def test_a_page_of_ninety_days_is_rendered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = importlib.import_module("benchmarks.page")
    settings = page.load_text(tmp_path, page.settings_text(2, 1, every=60, target=1, page=2))
    asyncio.run(page.render(settings, tmp_path, int(time.time()), 2))
    assert "2 components, 90 days" in capsys.readouterr().out


def test_a_small_storm_makes_two_messages_where_one_for_each_change_makes_ten(tmp_path: Path) -> None:
    storms = importlib.import_module("benchmarks.storms")
    services = [storms.component(f"service-{number}", "depends_on: [database], ") for number in range(4)]
    written = storms.settings([storms.component("database"), *services])
    storm = storms.Storm("small", written, 480, storms.between(120, 300), 10, restarts=(200, 320))
    outcome = storms.replay(storm, tmp_path / "storm")
    assert [title for _, _, _, title in outcome.delivered] == ["Database is down", "Database has recovered"]
    assert storms.broken_by(outcome) == []
